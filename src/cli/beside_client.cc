// The program that was called.
#include "api/remote_import.h"
#include "base/bytes.h"
#include "cli/beside.h"
#include "cli/commands.h"
#include "server/local_sign.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

namespace wanamaker {
namespace {

using namespace std::chrono_literals;

constexpr auto kWaitAtMost = 1'500ms;  // most servers are ready by then; a directory that is held is told of within 2 s
constexpr auto kAskAgain = 20ms;

Error error_from(std::string_view bytes) {
  ByteReader in(bytes);
  Error error{.code = static_cast<ErrorCode>(std::min<std::uint8_t>(in.byte(), static_cast<std::uint8_t>(ErrorCode::takes_too_long))), .message = {}, .detail = {}, .hint = {}, .where = {}};
  for (std::string* text : {&error.message, &error.detail, &error.hint, &error.where}) *text = in.text();
  error.position.line = static_cast<std::uint32_t>(in.varint());
  error.position.column = static_cast<std::uint32_t>(in.varint());
  return error;
}

int unreachable(const Error& error, bool json, Streams streams) {
  if (json) streams.err << Json::object().set("code", "unreachable").set("title", error.message).set("hint", error.hint).dump() << '\n';
  else std::ignore = report(error, json, streams);
  return kExitUnreachable;
}

// Whether it was told to end, was killed or fell shows in its log, not on the line.
std::unexpected<Error> stopped() { return fail(ErrorCode::failure, "the server has ended", "start it again, or leave it"); }

// To the server that holds the store. Nothing: none does. Errors: failure, where one does and answers nobody (yet).
Result<std::optional<LocalLine>> line_to_server(const std::string& directory) {
  const auto until = std::chrono::steady_clock::now() + kWaitAtMost;
  while (true) {
    WM_TRY(auto line, LocalLine::to(directory));
    if (line || !LocalSign::is_there(directory)) return line;
    if (std::chrono::steady_clock::now() >= until) return fail(ErrorCode::failure, "a server holds the store, and is only starting or about to end", "give the command again when it says that it is ready, or when it has ended");
    std::this_thread::sleep_for(kAskAgain);
  }
}

Result<void> greet(const LocalLine& line) {
  WM_CHECK_OK(line.send(kSignHello, kVersion));
  WM_TRY(const auto answer, line.receive());
  if (!answer || answer->sign != kSignHello) return fail(ErrorCode::failure, "the server that holds the store does not answer", "it may be stopping; try again");
  if (answer->bytes != kVersion) return fail(ErrorCode::failure, fmt::format("the server that holds the store is {}, and this is {}", answer->bytes, kVersion), "use the same version");
  return {};
}

// Why a command cannot go to a server; empty where it can.
std::string why_not(const Arguments& arguments) {
  if (!arguments.now.empty()) return "--now is for a store that no server holds: a server goes by its own clock";
  if (arguments.command == "list import") return "list import reads and writes in turns, which goes to no server";
  if (arguments.command == "demo") return "the demo base is made in a store that no server holds";
  return {};
}

Result<int> import(const LocalLine& line, const Arguments& arguments, Streams streams) {
  const RemoteImport::Ask ask = [&](std::string_view question) -> Result<std::string> {
    if (!line.send(kSignQuestion, question)) return stopped();
    auto answer = line.receive();
    if (!answer || !*answer) return stopped();
    if ((*answer)->sign == kSignAnswer) return std::move((*answer)->bytes);
    return fail((*answer)->sign == kSignFault ? error_from((*answer)->bytes) : stopped().error());
  };
  WM_TRY(const std::unique_ptr<RemoteImport> target, RemoteImport::begin(ask));
  return run_import_into(*target, arguments, streams);
}

Result<std::string> question_of(const std::vector<std::string>& words, const Arguments& arguments) {
  ByteWriter question;
  std::error_code ignored;
  question.text(std::filesystem::current_path(ignored).string());
  std::string definition;
  if (arguments.command == "segment check" || arguments.command == "segment format") {
    WM_TRY(definition, read_definition(arguments.file));
  }
  question.text(definition);
  question.varint(words.size());
  for (const std::string& word : words) question.text(word);
  return question.take();
}

Result<int> command(const LocalLine& line, const std::string& question, Streams streams) {
  WM_CHECK_OK(line.send(kSignCommand, question));
  while (true) {
    WM_TRY(const auto part, line.receive());
    if (!part) return fail(ErrorCode::failure, "the server stopped before it answered", "see whether it was done, then give the command again");
    if (part->sign == kSignExit) return static_cast<unsigned char>(part->bytes.at(0));
    (part->sign == kSignOut ? streams.out : streams.err) << part->bytes;
  }
}

}  // namespace

std::optional<Result<int>> run_beside_server(const std::vector<std::string>& words, const Arguments& arguments, Streams streams) {
  auto line = line_to_server(arguments.data);
  if (!line) return unreachable(line.error(), arguments.json, streams);
  if (!*line) return std::nullopt;
  if (const std::string why = why_not(arguments); !why.empty()) return unreachable({.code = ErrorCode::conflict, .message = why, .detail = {}, .hint = "stop the server first, or leave it out", .where = {}}, arguments.json, streams);
  auto question = question_of(words, arguments);
  if (!question) return fail(question.error());
  if (const auto greeted = greet(**line); !greeted) return unreachable(greeted.error(), arguments.json, streams);
  if (arguments.command.starts_with("import ")) return import(**line, arguments, streams);
  auto done = command(**line, *question, streams);
  if (!done) return unreachable(done.error(), arguments.json, streams);
  return *done;
}

}  // namespace wanamaker
