// Answers about live segments, for people.

#include "api/live.h"
#include "api/overrides.h"

#include <fmt/format.h>

namespace wanamaker {
namespace {

constexpr std::size_t kIdsShown = 20;

std::string text_at(const Json& object, std::string_view name) {
  const Json* member = object.find(name);
  const auto text = member == nullptr ? nullptr : member->as_string();
  return text == nullptr ? std::string() : std::string(*text);
}

std::string number_at(const Json& object, std::string_view name) {
  const Json* member = object.find(name);
  return member == nullptr ? std::string() : member->dump();
}

std::string ids_text(const Json& ids, std::string_view what) {
  const auto& list = *ids.as_array();
  std::string text = fmt::format("{} {}\n", list.size(), what);
  for (std::size_t i = 0; i < list.size() && i < kIdsShown; ++i) text += fmt::format("  {}\n", *list[i].as_string());
  if (list.size() > kIdsShown) text += fmt::format("  … and {} more; --json has all\n", list.size() - kIdsShown);
  return text;
}

}  // namespace

std::string changes_text(const Json& changes) {
  std::string text;
  for (const Json& change : *changes.find("changes")->as_array()) {
    const std::string contact = text_at(change, "contact");
    text += fmt::format("{:>6}  {}  {:<7}  {:<20}  {}  ({})\n", number_at(change, "number"), text_at(change, "effective_at"), text_at(change, "turn"), text_at(change, "segment"),
                        contact.empty() ? "an erased contact" : contact, text_at(change, "cause"));
  }
  return text + fmt::format("as of {}; go on with --after {}\n", text_at(changes, "as_of"), number_at(changes, "next"));
}

std::string due_text(const Json& due) {
  const auto& changes = *due.find("changes")->as_array();
  std::string text = fmt::format("segment {}: {} changes by time alone until {}\n", text_at(due, "key"), number_at(due, "total"), text_at(due, "until"));
  for (const Json& change : changes) text += fmt::format("  {}  {:<7}  {}\n", text_at(change, "at"), text_at(change, "turn"), text_at(change, "contact"));
  if (const std::string next = text_at(due, "next"); !next.empty()) text += fmt::format("go on with --after '{}'\n", next);
  return text;
}

std::string contact_segments_text(const Json& segments) {
  const auto& list = *segments.find("segments")->as_array();
  std::string text = fmt::format("{} is in {} segments as of {}\n", text_at(segments, "contact"), list.size(), text_at(segments, "as_of"));
  for (const Json& segment : list) {
    text += fmt::format("  {:<24} since {} ({})", text_at(segment, "key"), text_at(segment, "since"), text_at(segment, "cause"));
    if (segment.find("until") != nullptr) text += fmt::format(", until {}", text_at(segment, "until"));
    if (segment.find("ranked_at") != nullptr) text += fmt::format(", by the ranking of {}", text_at(segment, "ranked_at"));
    if (segment.find("invalid_since") != nullptr) text += fmt::format(", as it was at {}: the definition is invalid", text_at(segment, "invalid_since"));
    text += '\n';
  }
  for (const Json& listed : *segments.find("lists")->as_array()) {
    const std::string by = text_at(listed, "by");
    const std::string note = text_at(listed, "note");
    text += fmt::format("  {:<24} since {} ({}{}{})\n", text_at(listed, "key"), text_at(listed, "since"), text_at(listed, "kind"), by.empty() ? "" : ", by " + by, note.empty() ? "" : ": " + note);
  }
  return text + overrides_of_contact_text(*segments.find("by_hand"));
}

std::string history_text(const Json& history) {
  std::string text = fmt::format("segment {}\n  day         entered     left     size\n", text_at(history, "key"));
  for (const Json& day : *history.find("days")->as_array()) {
    text += fmt::format("  {}  {:>7}  {:>7}  {:>7}\n", text_at(day, "day"), number_at(day, "entered"), number_at(day, "left"), number_at(day, "size"));
  }
  return text;
}

std::string impact_text(const Json& impact) {
  std::string text = fmt::format("segment {}: {} members now, {} after; nothing is saved\n{}\n", text_at(impact, "key"), number_at(impact, "before"), number_at(impact, "after"), text_at(impact, "definition"));
  text += ids_text(*impact.find("enter"), "would enter");
  text += ids_text(*impact.find("leave"), "would leave");
  for (const Json& user : *impact.find("used_by")->as_array()) text += fmt::format("used by {}\n", *user.as_string());
  for (const Json& one : *impact.find("affects")->as_array())
    text += fmt::format("segment {} would have {} members, not {}: {} enter, {} leave\n", text_at(one, "key"), number_at(one, "after"), number_at(one, "before"), number_at(one, "enter"), number_at(one, "leave"));
  return text;
}

}  // namespace wanamaker
