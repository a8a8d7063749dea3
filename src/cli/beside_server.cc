// The server, for programs that were called.
#include "api/local_note.h"
#include "api/remote_import.h"
#include "base/bytes.h"
#include "cli/beside.h"
#include "cli/commands.h"

#include <algorithm>
#include <sstream>

namespace wanamaker {
namespace {

constexpr std::size_t kPieceBytes = 16U << 20;

std::string bytes_of(const Error& error) {
  ByteWriter out;
  out.byte(static_cast<std::uint8_t>(error.code));
  for (const std::string* text : {&error.message, &error.detail, &error.hint, &error.where}) out.text(*text);
  out.varint(error.position.line);
  out.varint(error.position.column);
  return out.take();
}

NoteAudit audit_of(const Arguments& arguments) { return local_note(arguments.command, arguments.key.empty() ? arguments.name : arguments.key, arguments.contact); }

// In pieces, since a part has an end.
Result<void> send_text(const LocalLine& line, char sign, std::string_view text) {
  for (; !text.empty(); text.remove_prefix(std::min(text.size(), kPieceBytes))) WM_CHECK_OK(line.send(sign, text.substr(0, kPieceBytes)));
  return {};
}

struct Asked {
  Beside beside;
  std::vector<std::string> words;
};

std::optional<Asked> asked_from(Service& service, std::string_view bytes) {
  ByteReader in(bytes);
  Asked asked{.beside = {.service = service, .directory = std::string(in.text()), .definition = std::string(in.text())}, .words = {}};
  for (std::size_t count = in.count(); count > 0 && in.ok(); --count) asked.words.emplace_back(in.text());
  return in.finish() ? std::optional(std::move(asked)) : std::nullopt;
}

// What is to be sent is collected first: whoever reads it slowly holds nobody up.
struct Answer {
  std::ostringstream out;
  std::ostringstream err;
  int code = 0;
};

void run(Asked& asked, const LocalLine& line, Answer& answer) {
  const Streams streams{.out = answer.out, .err = answer.err};
  const auto parsed = parse_arguments(asked.words);
  if (!parsed || !parsed->arguments) {  // who asks has looked, unless it is another program
    answer.code = report(parsed ? Error{.code = ErrorCode::usage, .message = "these words are no command", .detail = {}, .hint = "wanamaker --help lists all", .where = {}} : parsed.error(), false, streams);
    return;
  }
  Service& service = asked.beside.service;
  Workspace workspace(service.store().engine(), service.store().sweeper(), service.questions(), service.now());
  workspace.set_asker({.whose = "of this machine", .is_gone = [&line] { return line.is_gone(); }});
  workspace.note_with_next(audit_of(*parsed->arguments));
  if (const auto why = workspace.engine().refuses_writes()) answer.err << (parsed->arguments->json ? Json::object().set("note", why->message).dump() : "wanamaker: note: " + why->message) << '\n';
  answer.code = run_beside(*parsed->arguments, workspace, streams, asked.beside);
  if (parsed->arguments->command.starts_with("key ")) service.note_access(workspace);
}

// Of one import, while no other runs; the first batch notes that there was one.
class ImportAnswers {
 public:
  explicit ImportAnswers(Service& service) : service_(service) {}
  ~ImportAnswers() { if (has_turn_) service_.imports().give_back_turn(); }
  ImportAnswers(const ImportAnswers&) = delete;
  ImportAnswers& operator=(const ImportAnswers&) = delete;

  Result<std::string> answer(std::string_view question) {
    has_turn_ = has_turn_ || service_.imports().take_turn();
    if (!has_turn_) return fail(ErrorCode::conflict, "another import is under way, and two at once might take the same rows in twice", "wait until it is done, then give the same command again");
    Workspace workspace(service_.store().engine(), service_.store().sweeper(), service_.questions(), service_.now());
    if (!is_noted_) workspace.note_with_next(local_note("import make", {}, {}));
    auto answer = answer_import(workspace, question);
    is_noted_ = is_noted_ || !workspace.has_note();
    return answer;
  }

 private:
  Service& service_;
  bool is_noted_ = false;
  bool has_turn_ = false;
};

}  // namespace

void talk(Service& service, LocalLine& line) {
  ImportAnswers imports(service);
  while (true) {
    auto part = line.receive();
    if (!part || !*part || service.is_closing()) return;
    const std::string& bytes = (*part)->bytes;
    Result<void> sent;
    if ((*part)->sign == kSignHello) {
      sent = line.send(kSignHello, kVersion);
    } else if ((*part)->sign == kSignQuestion) {
      const auto answer = imports.answer(bytes);
      sent = answer ? line.send(kSignAnswer, *answer) : line.send(kSignFault, bytes_of(answer.error()));
    } else if (auto asked = (*part)->sign == kSignCommand ? asked_from(service, bytes) : std::nullopt) {
      Answer answer;
      run(*asked, line, answer);
      sent = send_text(line, kSignErr, answer.err.view());
      if (sent) sent = send_text(line, kSignOut, answer.out.view());
      if (sent) sent = line.send(kSignExit, std::string(1, static_cast<char>(answer.code)));
    } else {
      return;  // this is none of ours
    }
    if (!sent) return;
  }
}

}  // namespace wanamaker
