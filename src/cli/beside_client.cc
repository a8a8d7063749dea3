// The program that was called.
#include "api/remote_import.h"
#include "base/bytes.h"
#include "cli/beside.h"
#include "cli/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace wanamaker {
namespace {

Error error_from(std::string_view bytes) {
  ByteReader in(bytes);
  Error error{.code = static_cast<ErrorCode>(std::min<std::uint8_t>(in.byte(), static_cast<std::uint8_t>(ErrorCode::interrupted))), .message = {}, .detail = {}, .hint = {}, .where = {}};
  for (std::string* text : {&error.message, &error.detail, &error.hint, &error.where}) *text = in.text();
  error.position.line = static_cast<std::uint32_t>(in.varint());
  error.position.column = static_cast<std::uint32_t>(in.varint());
  return error;
}

int unreachable(const Error& error, bool json, Streams streams) {
  std::ignore = report(error, json, streams);
  return kExitUnreachable;
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
    WM_CHECK_OK(line.send('i', question));
    WM_TRY(auto answer, line.receive());
    if (answer && answer->sign == 'a') return std::move(answer->bytes);
    return fail(answer && answer->sign == 'f' ? error_from(answer->bytes) : Error{.code = ErrorCode::failure, .message = "the server stopped", .detail = {}, .hint = "give the same command again when it runs: it goes on behind what was taken in", .where = {}});
  };
  WM_TRY(const std::unique_ptr<RemoteImport> target, RemoteImport::begin(ask));
  auto done = run_import_into(*target, arguments, streams);
  if (done && target->fault()) return fail(*target->fault());
  return done;
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
  WM_CHECK_OK(line.send('c', question));
  while (true) {
    WM_TRY(const auto part, line.receive());
    if (!part) return fail(ErrorCode::failure, "the server stopped before it answered", "see whether it was done, then give the command again");
    if (part->sign == 'x') return static_cast<unsigned char>(part->bytes.at(0));
    (part->sign == 'o' ? streams.out : streams.err) << part->bytes;
  }
}

}  // namespace

std::optional<Result<int>> run_beside_server(const std::vector<std::string>& words, const Arguments& arguments, Streams streams) {
  auto line = LocalLine::to(arguments.data);
  if (!line) return unreachable(line.error(), arguments.json, streams);
  if (!*line) return std::nullopt;
  if (const std::string why = why_not(arguments); !why.empty()) return unreachable({.code = ErrorCode::conflict, .message = why, .detail = {}, .hint = "stop the server first, or leave it out", .where = {}}, arguments.json, streams);
  auto question = question_of(words, arguments);
  if (!question) return fail(question.error());
  const auto greeted = [&]() -> Result<void> {
    WM_CHECK_OK((*line)->send('h', kVersion));
    WM_TRY(const auto answer, (*line)->receive());
    if (!answer || answer->sign != 'h') return fail(ErrorCode::failure, "the server that holds the store does not answer", "it may be stopping; try again");
    if (answer->bytes != kVersion) return fail(ErrorCode::failure, fmt::format("the server that holds the store is {}, and this is {}", answer->bytes, kVersion), "use the same version");
    return {};
  }();
  if (!greeted) return unreachable(greeted.error(), arguments.json, streams);
  if (arguments.command.starts_with("import ")) return import(**line, arguments, streams);
  auto done = command(**line, *question, streams);
  if (!done) return unreachable(done.error(), arguments.json, streams);
  return *done;
}

}  // namespace wanamaker
