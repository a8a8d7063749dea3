#include "api/queries.h"

#include "api/csv.h"
#include "calendar/window.h"
#include "evaluate/probe.h"
#include "evaluate/sweep/sweep.h"
#include "language/formatter.h"
#include "language/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

namespace wanamaker {
namespace {

// Shape: one bit an ordinal.
std::vector<std::string> sorted_ids(const Base& base, const std::vector<std::uint64_t>& members) {
  std::vector<std::string> ids;
  for (std::uint32_t i = 0; i < base.ordinals(); ++i) if (((members[i / 64] >> (i % 64)) & 1) != 0) ids.emplace_back(base.contact_id({i}));
  std::ranges::sort(ids);
  return ids;
}

void collect_nodes(const TypedExpression& node, int depth, const SweepResult& result, std::vector<NodeCount>& nodes) {
  const auto count = result.node_counts.find(&node);
  nodes.push_back({.text = node.text, .span = node.span, .depth = depth, .count = count == result.node_counts.end() ? 0 : count->second});
  for (const TypedExpression& child : node.children) collect_nodes(child, depth + 1, result, nodes);
}

// Windows as absolute times, so that nobody has to guess what `in last 30 days` means today.
void collect_windows(const TypedExpression& node, Timestamp at, const Zone& zone, std::set<std::string>& seen, std::vector<std::string>& windows) {
  const auto say = [&](const Window& window, const std::string& text) {
    const bool absolute = window.kind == Window::Kind::ever || window.kind == Window::Kind::since || window.kind == Window::Kind::before || window.kind == Window::Kind::between || window.kind == Window::Kind::on;
    if (absolute || !seen.insert(text).second) return;
    const WindowAt seen_from(window, at, zone);
    const auto bound = [](Timestamp edge, std::string_view open) { return edge < kTimestampMin || edge > kTimestampMax ? std::string(open) : to_string(edge); };
    windows.push_back(fmt::format("{}: from {} to {}", text, bound(seen_from.earliest(), "the beginning"), bound(seen_from.latest(), "the end")));
  };
  say(node.window, node.text);
  say(node.source.window, node.text);
  for (const TypedOperand& operand : node.operands) say(operand.source.window, operand.text);
  for (const TypedExpression& child : node.children) collect_windows(child, at, zone, seen, windows);
}

std::vector<std::string> warning_texts(const Definition& definition, const SweepResult& result) {
  std::vector<std::string> texts;
  for (const Warning& warning : definition.warnings) texts.push_back(warning.message);
  for (const RankingResult& ranking : result.rankings) {
    if (ranking.cut_among_equals) texts.push_back("the cut of a ranking falls among equals: ties are decided by id");
  }
  return texts;
}

}  // namespace

Json CountAnswer::to_json() const {
  Json list = Json::array();
  for (const NodeCount& node : nodes) list.push(Json::object().set("text", node.text).set("depth", node.depth).set("count", node.count));
  Json window_list = Json::array();
  for (const std::string& window : windows) window_list.push(window);
  Json warning_list = Json::array();
  for (const std::string& warning : warnings) warning_list.push(warning);
  const auto ms = [](double value) { return Json(Json::Number{fmt::format("{:.3f}", value)}); };
  return Json::object()
      .set("count", count).set("contacts", contacts).set("definition", definition).set("at", to_string(at)).set("nodes", std::move(list))
      .set("windows", std::move(window_list)).set("warnings", std::move(warning_list)).set("median_ms", ms(median_ms)).set("min_ms", ms(min_ms));
}

Result<CountAnswer> count(Workspace& workspace, std::string_view source, Timestamp at, int repeat) {
  const Base& base = workspace.base();
  CountAnswer answer;
  answer.contacts = base.contacts();
  answer.at = at;
  std::vector<double> milliseconds;
  for (int round = 0; round < repeat; ++round) {
    const auto started = std::chrono::steady_clock::now();
    WM_TRY(const Definition definition, workspace.compile(source));
    WM_TRY(const SweepResult result, workspace.sweep(definition, at));
    milliseconds.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started).count());
    if (round > 0) continue;
    answer.count = result.count;
    answer.definition = definition.text;
    answer.warnings = warning_texts(definition, result);
    collect_nodes(definition.root, 0, result, answer.nodes);
    std::set<std::string> seen;
    collect_windows(definition.root, at, workspace.zone(), seen, answer.windows);
  }
  std::ranges::sort(milliseconds);
  answer.median_ms = milliseconds[milliseconds.size() / 2];
  answer.min_ms = milliseconds.front();
  return answer;
}

Result<MembersAnswer> members(Workspace& workspace, std::string_view source, Timestamp at) {
  WM_TRY(const Definition definition, workspace.compile(source));
  WM_TRY(const SweepResult result, workspace.sweep(definition, at));
  return MembersAnswer{.ids = sorted_ids(workspace.base(), result.members), .warnings = warning_texts(definition, result)};
}

Result<std::vector<std::string>> members_by_probe(Workspace& workspace, std::string_view source, Timestamp at) {
  WM_TRY(const Definition definition, workspace.compile(source));
  const Base& base = workspace.base();
  const auto everyone = [&](const RankingResults& rankings, const auto& take) {
    const Environment environment = workspace.environment(at, &rankings);
    Probe probe(environment, nullptr);
    for (std::uint32_t i = 0; i < base.ordinals() && !environment.is_stopped(); ++i) if (base.is_contact({i})) take(probe, i);
  };
  const BaseEvaluator evaluator{
      .decide_all = [&](const TypedExpression& node, const RankingResults& rankings) {
        std::vector<std::uint64_t> result((base.ordinals() + std::size_t{63}) / 64);
        everyone(rankings, [&](Probe& probe, std::uint32_t i) { if (probe.decide(node, Subject::of({i}))) result[i / 64] |= std::uint64_t{1} << (i % 64); });
        return result;
      },
      .read_all = [&](const TypedOperand& operand, const RankingResults& rankings) {
        std::vector<Scalar> result(base.ordinals());
        everyone(rankings, [&](Probe& probe, std::uint32_t i) { result[i] = probe.read(operand, Subject::of({i})); });
        return result;
      }};
  const RankingResults rankings = rank(definition, workspace.environment(at), evaluator);
  const std::vector<std::uint64_t> inside = evaluator.decide_all(definition.root, rankings);
  WM_CHECK_OK(workspace.check_wanted(definition));
  return sorted_ids(base, inside);
}

// ---- export ----

namespace {

Json scalar_json(const Scalar& scalar, const CellStore& cells) {
  struct Writer {
    const CellStore& cells;
    Json operator()(std::monostate) const { return {}; }
    Json operator()(const Number& number) const {
      const std::string text = number.to_string();
      return text.starts_with("≈") ? Json(text) : Json(Json::Number{text});
    }
    Json operator()(const TextRef& text) const { return std::string(text.text); }
    Json operator()(bool truth) const { return truth; }
    Json operator()(const Date& date) const { return to_string(date); }
    Json operator()(const Timestamp& at) const { return to_string(at); }
    Json operator()(const SetRef& set) const {
      Json list = Json::array();
      for (const TextId id : set.elements) list.push(cells.texts().text(id));
      return list;
    }
    Json operator()(const Location& location) const {
      return Json(Json::Array{Json::Number{location.latitude.to_string()}, Json::Number{location.longitude.to_string()}});
    }
  };
  return std::visit(Writer{cells}, scalar);
}

// Numbers and instants are no formulas, whatever they begin with.
std::string safe_cell(std::string text, const Scalar& scalar) { return std::holds_alternative<TextRef>(scalar) ? defused(std::move(text)) : text; }

}  // namespace

Result<ExportAnswer> export_members(Workspace& workspace, std::string_view source, const std::vector<std::string>& columns, Timestamp at) {
  WM_TRY(const MembersAnswer inside, members(workspace, source, at));
  const Base& base = workspace.base();
  ExportAnswer answer{.columns = columns, .rows = {}, .json_rows = {}};
  std::vector<Definition> definitions;
  std::vector<RankingResults> rankings;
  for (const std::string& column : columns) {
    const auto in_columns = [](Error error) { return fail({.code = error.code, .message = std::move(error.message), .hint = std::move(error.hint), .where = "--columns"}); };
    auto operand = parse_operand(column);
    if (!operand) return in_columns(std::move(operand).error());
    auto compiled = workspace.compile(fmt::format("{} is known", format(*operand)));
    if (!compiled) return in_columns(std::move(compiled).error());
    Definition definition = std::move(*compiled);
    WM_TRY(RankingResults ranked, workspace.rank(definition, at));
    rankings.push_back(std::move(ranked));
    definitions.push_back(std::move(definition));
  }
  for (const std::string& id : inside.ids) {
    const ContactOrdinal contact = *base.find_contact(id);
    std::vector<std::string> row;
    std::vector<Json> json_row;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      Probe probe(workspace.environment(at, &rankings[i]), nullptr);
      const Scalar value = probe.read(definitions[i].root.operands[0], Subject::of(contact));
      WM_CHECK_OK(workspace.check_wanted(definitions[i]));
      const Json json = scalar_json(value, base.cells);
      const std::string* text = json.as_string();
      row.push_back(json.is_null() ? "" : safe_cell(text != nullptr ? *text : json.dump(), value));
      json_row.push_back(json);
    }
    answer.rows.push_back(std::move(row));
    answer.json_rows.push_back(std::move(json_row));
  }
  return answer;
}

}  // namespace wanamaker
