// Why one contact is in or out: the recorder's tree as JSON and as text.

#include "api/queries.h"
#include "calendar/window.h"
#include "evaluate/probe.h"
#include "evaluate/sweep/sweep.h"
#include "evaluate/validity.h"
#include "language/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker {
namespace {

std::string_view kind_name(ExpressionKind kind) {
  switch (kind) {
    case ExpressionKind::all_of: return "and";
    case ExpressionKind::any_of: return "or";
    case ExpressionKind::inverse: return "not";
    case ExpressionKind::constant: return "constant";
    case ExpressionKind::at_least_of: return "at_least_of";
    case ExpressionKind::did: return "did";
    case ExpressionKind::sequence: return "sequence";
    case ExpressionKind::moment: return "moment";
    case ExpressionKind::related: return "related";
    case ExpressionKind::segment: return "segment";
    case ExpressionKind::list: return "list";
    case ExpressionKind::ranking: return "ranking";
    case ExpressionKind::random: return "random";
    case ExpressionKind::has_been: return "has_been";
    case ExpressionKind::changed: return "changed";
    case ExpressionKind::compare: return "compare";
  }
  return {};
}

Json instant_or_never(const std::optional<Timestamp>& at) { return at ? Json(to_string(*at)) : Json("never"); }

Json list_json(const Json::Array& items) { return Json(items); }

// One line of evidence as people read it.
std::string item_text(const Json& item) {
  if (item.find("event") != nullptr) {
    std::string text = fmt::format("{} {}", *item.find("time")->as_string(), *item.find("event")->as_string());
    if (const Json* properties = item.find("properties")) text += " " + properties->dump();
    if (const Json* why = item.find("why_not")) text += fmt::format(" ({})", *why->as_string());
    return text;
  }
  if (const Json* event = item.find("reached_by")) return fmt::format("step {}: {}", item.find("step")->dump(), item_text(*event));
  if (const Json* event = item.find("ends_with")) return "ends with: " + item_text(*event);
  if (const Json* event = item.find("unanswered")) return "nothing followed in time: " + item_text(*event);
  if (const Json* operand = item.find("operand")) return fmt::format("{} is {}", *operand->as_string(), *item.find("value")->as_string());
  if (const Json* what = item.find("by_hand")) {
    const Json* by = item.find("by");
    const Json* note = item.find("note");
    const bool is_in = *what->as_string() == "added";
    return fmt::format("{} by hand, {} {}{}{}; the rule says {}", is_in ? "in" : "out", *what->as_string(), *item.find("at")->as_string(), by != nullptr ? " by " + *by->as_string() : "",
                       note != nullptr ? ": " + *note->as_string() : "", *item.find("rule_holds")->as_bool() ? "yes" : "no");
  }
  std::string text;
  for (const auto& [key, value] : *item.as_object()) text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", key, value.as_string() != nullptr ? *value.as_string() : value.dump());
  return text;
}

// Of a segment with entries made by hand: its rule's reason, and the entry of this contact where there is one.
struct ByHand {
  const Reason& rule;
  std::optional<Json> entry;
};
std::optional<ByHand> by_hand(const Reason& reason) {
  if (reason.node->kind != ExpressionKind::segment || reason.children.empty() || !by_hand_parts(*reason.node)) return std::nullopt;
  const std::vector<Reason>& either = reason.children[0].children;
  const Reason& added = either[0];
  const Reason& removed = either[1].children[1].children[0];
  ByHand found{.rule = either[1].children[0], .entry = std::nullopt};
  for (const Reason* side : {&added, &removed}) {
    if (side->evidence.empty()) continue;
    found.entry = side->evidence[0];
    found.entry->set("rule_holds", found.rule.verdict);
  }
  return found;
}

class Explainer {
 public:
  Explainer(const Environment& environment, ContactOrdinal contact, bool ranks) : environment_(environment), contact_(contact), ranks_(ranks) {}

  Json json(const Reason& reason) const {
    const TypedExpression& node = *reason.node;
    Json result = Json::object().set("condition", node.text).set("kind", kind_name(node.kind)).set("holds", reason.verdict);
    const auto hand = by_hand(reason);
    if (hand && hand->entry) result.set("evidence", list_json({*hand->entry}));
    if (!reason.evidence.empty()) result.set("evidence", list_json(reason.evidence));
    if (!reason.near.empty()) result.set("near", list_json(reason.near));
    if (const auto change = changes_at(reason)) result.set("changes_at", to_string(*change));
    if (!reason.children.empty()) {
      Json children = Json::array();
      if (hand) children.push(json(hand->rule));
      else for (const Reason& child : reason.children) children.push(json(child));
      result.set("reasons", std::move(children));
    }
    return result;
  }

  void text(const Reason& reason, int depth, std::string& out) const {
    const std::string indent(static_cast<std::size_t>(depth) * 2, ' ');
    out += fmt::format("{}{} {}\n", indent, reason.verdict ? "yes" : "no ", reason.node->text);
    const auto hand = by_hand(reason);
    if (hand && hand->entry) out += fmt::format("{}      {}\n", indent, item_text(*hand->entry));
    for (const Json& item : reason.evidence) out += fmt::format("{}      {}\n", indent, item_text(item));
    for (const Json& item : reason.near) out += fmt::format("{}      nearly: {}\n", indent, item_text(item));
    if (const auto change = changes_at(reason)) out += fmt::format("{}      changes at {}\n", indent, to_string(*change));
    if (hand) return text(hand->rule, depth + 1, out);
    for (const Reason& child : reason.children) text(child, depth + 1, out);
  }

 private:
  std::optional<Timestamp> changes_at(const Reason& reason) const {
    const bool leaf = reason.children.empty();
    if (!leaf || ranks_ || reason.node->kind == ExpressionKind::ranking) return std::nullopt;
    return next_change(*reason.node, contact_, environment_);
  }

  const Environment& environment_;
  ContactOrdinal contact_;
  bool ranks_;
};

}  // namespace

Result<ExplainAnswer> explain(Workspace& workspace, std::string_view contact_id, std::string_view source, Timestamp at) {
  const Base& base = workspace.base();
  WM_TRY(const Definition definition, workspace.compile(source));
  const auto contact = base.find_contact(contact_id);
  if (!contact) return fail(ErrorCode::not_found, fmt::format("there is no contact '{}'", contact_id), "ids are compared byte for byte, case and leading zeros included");
  WM_TRY(const RankingResults rankings, workspace.rank(definition, at, *contact));
  const Environment environment = workspace.environment(at, &rankings);
  Recorder recorder;
  const bool member = Probe(environment, &recorder).decide(definition.root, Subject::of(*contact));
  const Validity valid = validity(definition.root, definition.ranks(), *contact, environment);
  const Explainer explainer(environment, *contact, definition.ranks());
  ExplainAnswer answer;
  answer.json = Json::object().set("contact", base.contact_id(*contact)).set("definition", definition.text).set("at", to_string(at)).set("member", member);
  std::string interval;
  if (valid.known) {
    answer.json.set("valid_since", instant_or_never(valid.since)).set("valid_until", instant_or_never(valid.until));
    interval = fmt::format("  since        {}\n  until        {}\n", valid.since ? to_string(*valid.since) : "always, as far as the data tell",
                           valid.until ? to_string(*valid.until) + (member ? " (leaves then if nothing happens)" : " (enters then if nothing happens)") : "it stays so if nothing happens");
  }
  const std::string_view why_not = definition.ranks() ? "others decide a ranking too" : valid.is_cut ? "the contact has so many events that it would take too long to say" : "the arithmetic over days since is of too high a degree";
  if (!valid.known) interval = fmt::format("  since and until are not known: {}\n", why_not);
  answer.json.set("reasons", explainer.json(recorder.root()));
  answer.text = fmt::format("{} is {} at {}\n{}", base.contact_id(*contact), member ? "IN" : "OUT", to_string(at), interval);
  explainer.text(recorder.root(), 1, answer.text);
  WM_CHECK_OK(workspace.check_wanted(definition));
  return answer;
}

}  // namespace wanamaker
