#include "simulate/definitions.h"

#include <fmt/format.h>

namespace wanamaker::simulate {
namespace {

std::string number(Dice& dice, int from, int to) { return std::to_string(from + static_cast<int>(below(dice, static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from) + 1))); }

std::string rolling_unit(Dice& dice) { return one_of<std::string>(dice, {"minutes", "hours", "days", "days", "days", "weeks", "months", "years"}); }

std::string window(Dice& dice) {
  switch (below(dice, 11)) {
    case 0:
    case 1:
    case 2: return fmt::format("in last {} {}", number(dice, 1, 9), rolling_unit(dice));
    case 3: return fmt::format("more than {} {} ago", number(dice, 1, 6), rolling_unit(dice));
    case 4: {
      const int from = static_cast<int>(below(dice, 5));
      return fmt::format("between {} and {} {} ago", from, from + 1 + static_cast<int>(below(dice, 9)), rolling_unit(dice));
    }
    case 5: return one_of<std::string>(dice, {"today", "yesterday", "this week", "last week", "this month", "last month", "this quarter", "this year"});
    case 6: return fmt::format("in last {} calendar {}", number(dice, 1, 4), one_of<std::string>(dice, {"days", "weeks", "months"}));
    case 7: return fmt::format("since 2024-0{}-15", number(dice, 1, 6));
    case 8: return fmt::format("before 2024-0{}-20T12:30Z", number(dice, 2, 6));
    case 9: return fmt::format("between 2024-02-2{} and 2024-04-0{}", number(dice, 0, 9), number(dice, 1, 9));
    default: return "ever";
  }
}

std::string event_filter(Dice& dice, const std::string& event) {
  if (event == "any event" || chance(dice, 55)) return "";
  if (event == "click") {
    switch (below(dice, 5)) {
      case 0: return fmt::format(" (campaign = \"c{}\")", below(dice, 4));
      case 1: return fmt::format(" (campaign in (\"c0\", \"c{}\"))", 1 + below(dice, 3));
      case 2: return " (campaign is empty)";
      case 3: return fmt::format(" (weekday of time = \"{}\")", one_of<std::string>(dice, {"Monday", "Sunday", "Friday"}));
      default: return fmt::format(" (time in last {} days or n > {})", number(dice, 1, 9), number(dice, 0, 5));
    }
  }
  if (event == "buy") {
    switch (below(dice, 8)) {
      case 0: return " (contact.country = \"SK\")";
      case 1: return fmt::format(" (amount between {} and {})", number(dice, -9, 20), number(dice, 21, 60));
      case 2: return fmt::format(" (amount in ({}, {}.5, {}))", number(dice, 0, 79), number(dice, 0, 79), number(dice, 0, 79));
      case 3: return fmt::format(" (not (amount > {}))", number(dice, 1, 60));
      case 4: return fmt::format(" (amount < {} and hour of time >= {})", number(dice, 10, 60), number(dice, 1, 20));
      case 5: return fmt::format(" (amount != {} or amount is empty)", number(dice, 0, 79));
      default: return fmt::format(" (amount >= {})", number(dice, 1, 60));
    }
  }
  return " (hour of time >= 12)";
}

std::string event(Dice& dice) { return one_of<std::string>(dice, {"click", "click", "buy", "buy", "view", "any event", "any of (click, view)"}); }

std::string events(Dice& dice) {
  const std::string name = event(dice);
  return name + event_filter(dice, name);
}

std::string count(Dice& dice) {
  switch (below(dice, 9)) {
    case 0:
    case 1: return fmt::format(" at least {} times", number(dice, 1, 4));
    case 2: return fmt::format(" at most {} times", number(dice, 0, 3));
    case 3: return fmt::format(" exactly {} times", number(dice, 0, 2));
    case 4: return fmt::format(" between {} and {} times", 1, 1 + below(dice, 3));
    case 5: return fmt::format(" on at least {} days", number(dice, 1, 3));
    default: return "";
  }
}

std::string attribute_test(Dice& dice) {
  switch (below(dice, 17)) {
    case 0: return fmt::format("country = \"{}\"", one_of<std::string>(dice, {"SK", "CZ", "PL"}));
    case 1: return "country is empty";
    case 2: return fmt::format("age >= {}", number(dice, 18, 60));
    case 3: return fmt::format("not age between {} and {}", 20, 20 + below(dice, 30));
    case 4: return "vip is true";
    case 5: return fmt::format("tags has \"t{}\"", below(dice, 3));
    case 6: return fmt::format("signup {}", window(dice));
    case 7: return fmt::format("signup in next {} {}", number(dice, 1, 9), one_of<std::string>(dice, {"days", "hours", "weeks", "months"}));
    case 8: return fmt::format("birth anniversary {}", one_of<std::string>(dice, {"today", "this month", "in next 7 days", "in last 3 days", "this week"}));
    case 9: return fmt::format("age of birth >= {}", chance(dice, 25) ? number(dice, 0, 1) : number(dice, 20, 50));
    case 10: return fmt::format("plan has been \"{}\" for at least {} days", one_of<std::string>(dice, {"trial", "paid"}), number(dice, 1, 9));
    case 11: return fmt::format("plan changed to \"paid\" in last {} days", number(dice, 1, 9));
    case 12: return fmt::format("account.industry = \"{}\"", one_of<std::string>(dice, {"Retail", "Banking"}));
    case 13: return "account is known";
    case 14: return fmt::format("country in set \"s{}\"", below(dice, 2));
    case 15: return fmt::format("plan = \"trial\"");
    default: return fmt::format("random {} percent \"salt\"", number(dice, 10, 90));
  }
}

std::string event_test(Dice& dice) {
  switch (below(dice, 15)) {
    case 0:
    case 1:
    case 2:
    case 3: return fmt::format("did {}{} {}", events(dice), count(dice), window(dice));
    case 4: return fmt::format("sum of amount for buy{} {} {} {}", event_filter(dice, "buy"), window(dice), one_of<std::string>(dice, {">=", ">", "<", "<=", "="}), number(dice, -20, 200));
    case 5: return fmt::format("count of {} {} {} {}", events(dice), window(dice), one_of<std::string>(dice, {"<", ">=", "<=", ">"}), number(dice, 1, 6));
    case 6: return fmt::format("{} of amount for buy {} {} {}", one_of<std::string>(dice, {"average", "maximum", "minimum"}), window(dice), one_of<std::string>(dice, {">", "<"}), number(dice, 1, 60));
    case 7: return fmt::format("distinct of campaign for click {} {} {}", window(dice), one_of<std::string>(dice, {">=", "<"}), number(dice, 1, 3));
    case 8: return fmt::format("{} {} was {}", one_of<std::string>(dice, {"first", "last"}), events(dice), window(dice));
    case 9: return fmt::format("days since last {} > {}", events(dice), number(dice, 0, 12));
    case 10:
      if (chance(dice, 50)) return fmt::format("did click{} then buy{} within {} {} {}", event_filter(dice, "click"), chance(dice, 30) ? " (amount > previous.n)" : event_filter(dice, "buy"), number(dice, 1, 9), one_of<std::string>(dice, {"hours", "days"}), window(dice));
      return fmt::format("did click then buy within {} {} {}", number(dice, 1, 9), one_of<std::string>(dice, {"hours", "days"}), window(dice));
    case 11: return fmt::format("did {} then not buy within {} hours {}", chance(dice, 30) ? "first click" : "click", number(dice, 1, 60), window(dice));
    case 12: return fmt::format("campaign of last click {} = \"c{}\"", window(dice), below(dice, 4));
    case 13: {
      const std::string unit = one_of<std::string>(dice, {"week", "day"});
      return fmt::format("did {} at least 1 times a {} in at least {} of last 4 {}s{}", event(dice), unit, number(dice, 1, 3), unit, chance(dice, 50) ? " " + window(dice) : "");
    }
    default: return fmt::format("time of last buy {} in last {} days", window(dice), number(dice, 1, 20));
  }
}

std::string related_test(Dice& dice) {
  switch (below(dice, 6)) {
    case 0: return fmt::format("any deal (stage = \"won\" and amount >= {})", number(dice, 1, 80));
    case 1: return fmt::format("any deal (due in next {} days)", number(dice, 1, 20));
    case 2: return fmt::format("no deal (due more than {} days ago)", number(dice, 1, 20));
    case 3: return fmt::format("count of account deal >= {}", number(dice, 1, 3));
    case 4: return fmt::format("at least {} account contact (vip is true)", number(dice, 1, 2));
    default: return fmt::format("any account contact (did buy in last {} days)", number(dice, 1, 9));
  }
}

std::string ranking(Dice& dice) {
  return chance(dice, 50) ? fmt::format("top {} by sum of amount for buy in last {} days", number(dice, 1, 20), number(dice, 1, 30))
                          : fmt::format("decile of count of click among (country = \"SK\") >= {}", number(dice, 2, 9));
}

std::string segment_test(Dice& dice, const std::vector<std::string>& segments) {
  const std::string& key = one_of(dice, segments);
  return fmt::format("in segment \"{}\"", key) + (key.starts_with("p") && chance(dice, 60) ? fmt::format(" (days = {})", number(dice, 1, 9)) : "");
}

// What an edit of another segment, of its entries by hand or of a value set changes from afar.
std::string naming_test(Dice& dice, const std::vector<std::string>& segments) {
  switch (below(dice, 11)) {
    case 0:
    case 1: return fmt::format("any account contact ({})", segment_test(dice, segments));
    case 2: return fmt::format("at least {} account contact ({} and {})", number(dice, 1, 3), segment_test(dice, segments), attribute_test(dice));
    case 3: return fmt::format("no account contact ({} or country in set \"s0\")", segment_test(dice, segments));
    case 4: return fmt::format("count of account contact (not ({})) {} {}", segment_test(dice, segments), one_of<std::string>(dice, {"<", ">=", "="}), number(dice, 0, 9));
    case 5: return fmt::format("sum of age for account contact ({}) >= {}", segment_test(dice, segments), number(dice, 18, 200));
    case 6: return fmt::format("any account contact ({} and age > contact.age)", segment_test(dice, segments));
    case 7: return fmt::format("{} {} by {} among ({})", one_of<std::string>(dice, {"top", "bottom"}), number(dice, 1, 20), one_of<std::string>(dice, {"age", "count of any event", "sum of amount for buy in last 9 days"}), segment_test(dice, segments));
    case 8: return fmt::format("quartile of count of click among ({} or {}) >= {}", segment_test(dice, segments), attribute_test(dice), number(dice, 2, 4));
    case 9: return fmt::format("any deal (stage in set \"s2\" and amount >= {})", number(dice, 1, 80));
    default: return fmt::format("did click (campaign in set \"s3\"){} {}", count(dice), window(dice));
  }
}

std::string condition(Dice& dice, const Vocabulary& vocabulary) {
  const std::vector<std::string>& segments = vocabulary.segments;
  if (vocabulary.names_in_filters && !segments.empty() && chance(dice, 15)) return naming_test(dice, segments);
  const std::uint64_t kind = below(dice, 100);
  if (kind < 25) return attribute_test(dice);
  if (kind < 75) return event_test(dice);
  if (kind < 82) return related_test(dice);
  if (kind < 86) return fmt::format("in list \"l{}\"", below(dice, 2));
  if (kind < 88) return ranking(dice);
  if (kind < 98 && !segments.empty()) return segment_test(dice, segments);
  return "everyone";
}

}  // namespace

std::vector<std::string> named_in_filters(const std::string& definition) {
  constexpr std::string_view kNames = "in segment \"";
  std::vector<std::string> keys;
  for (std::size_t at = definition.find(kNames); at != std::string::npos; at = definition.find(kNames, at)) {
    at += kNames.size();
    const std::string before = definition.substr(0, at);
    if (before.contains("account contact (") || before.contains("among (")) keys.push_back(definition.substr(at, definition.find('"', at) - at));
  }
  return keys;
}

std::string random_definition(Dice& dice, const Vocabulary& vocabulary) {
  const std::uint64_t conditions = 1 + below(dice, 5);
  std::string text;
  for (std::uint64_t i = 0; i < conditions; ++i) {
    std::string part = condition(dice, vocabulary);
    if (chance(dice, 25)) part = fmt::format("not ({})", part);
    if (i == 0) text = part;
    else if (chance(dice, 10)) text = fmt::format("at least {} of ({}, {}, {})", number(dice, 1, 3), text, part, condition(dice, vocabulary));
    else text = fmt::format("({}) {} {}", text, chance(dice, 60) ? "and" : "or", part);
  }
  return text;
}

}  // namespace wanamaker::simulate
