// Reads requests, one JSON object a line, and answers each with one line:
//   {"now": T}                                          -> {"now": T}
//   {"command": ["import", …]}                          -> {"exit": 0, "stdout": "…", "stderr": "…"}
//   {"definition": TREE or TEXT, "at": T, "explain": true} -> {"sweep": [ids], "probe": [ids], "text": "…", "intervals": {id: {since, until}}}
//                                                       or {"error": "…"}

#include "api/queries.h"
#include "cli/command_line.h"
#include "evaluate/validity.h"
#include "language/formatter.h"
#include "language/json_form.h"
#include "language/parser.h"

#include <iostream>
#include <sstream>

namespace wanamaker {
namespace {

Json error_json(const Error& error) { return Json::object().set("error", error.message); }

Json ids_json(const std::vector<std::string>& ids) {
  Json list = Json::array();
  for (const std::string& id : ids) list.push(id);
  return list;
}

Json instant_json(const std::optional<Timestamp>& at) { return at ? Json(to_string(*at)) : Json("never"); }

Result<Json> answer_definition(Workspace& workspace, const Json& request) {
  const Json& written = *request.find("definition");
  const std::string source = written.as_string() != nullptr ? *written.as_string() : written.dump();
  const auto at = parse_timestamp(*request.find("at")->as_string());
  if (!at) return fail(ErrorCode::invalid, "no instant");
  WM_TRY(const Expression tree, parse_definition(source));
  const auto from_text = parse_expression(format(tree));
  if (!from_text || *from_text != tree) return fail(ErrorCode::failure, "parse(format(x)) is not x");
  const auto from_tree = from_json(to_json(tree));
  if (!from_tree || *from_tree != tree) return fail(ErrorCode::failure, "from_json(to_json(x)) is not x");
  WM_TRY(const Definition definition, workspace.compile(source));
  WM_TRY(const MembersAnswer by_sweep, members(workspace, source, *at));
  WM_TRY(const auto by_probe, members_by_probe(workspace, source, *at));
  Json result = Json::object().set("sweep", ids_json(by_sweep.ids)).set("probe", ids_json(by_probe)).set("text", definition.text);
  if (request.find("explain") == nullptr || definition.ranks()) return result;
  const Base& base = workspace.base();
  Json intervals = Json::object();
  for (std::uint32_t i = 0; i < base.ordinals(); ++i) {
    if (!base.is_contact({i})) continue;
    const Validity valid = validity(definition.root, false, {i}, {base, workspace.zone(), *at});
    if (valid.known) intervals.set(base.contact_id({i}), Json::object().set("since", instant_json(valid.since)).set("until", instant_json(valid.until)));
  }
  return result.set("intervals", std::move(intervals));
}

Json answer(Workspace& workspace, const std::string& line) {
  const auto request = Json::parse(line);
  if (!request) return error_json(request.error());
  if (const Json* now = request->find("now")) {
    if (const auto at = parse_timestamp(*now->as_string())) workspace.set_now(*at);
    return *request;
  }
  if (const Json* command = request->find("command")) {
    std::vector<std::string> words;
    for (const Json& word : *command->as_array()) words.push_back(*word.as_string());
    std::ostringstream out;
    std::ostringstream err;
    const int exit = run_in_workspace(words, workspace, {.out = out, .err = err});
    return Json::object().set("exit", exit).set("stdout", out.str()).set("stderr", err.str());
  }
  const auto result = answer_definition(workspace, *request);
  return result ? *result : error_json(result.error());
}

}  // namespace
}  // namespace wanamaker

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  auto workspace = wanamaker::Workspace::open(argv[2], {});
  if (!workspace) {
    std::cerr << workspace.error().message << '\n';
    return 1;
  }
  for (std::string line; std::getline(std::cin, line);) std::cout << wanamaker::answer(**workspace, line).dump() << std::endl;
  return 0;
}
