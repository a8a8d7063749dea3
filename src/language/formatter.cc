#include "language/formatter.h"

#include "language/words.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker {
namespace {

enum class Binding : std::uint8_t { sum, product, factor };

std::string written_text(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\', out += c;
    else if (c == '\n') out += "\\n";
    else if (c == '\t') out += "\\t";
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) out += fmt::format("\\u{{{:X}}}", static_cast<unsigned>(c));
    else out += c;
  }
  return out + '"';
}

std::string name_text(const Name& name) { return name.exact ? fmt::format("`{}`", name.text) : name.text; }

std::string number_text(const WholeNumber& number) {
  if (const auto* parameter = std::get_if<Parameter>(&number.value)) return "$" + parameter->name;
  return std::to_string(std::get<std::int64_t>(number.value));
}

std::string duration_text(const Duration& duration) { return fmt::format("{} {}", number_text(duration.number), plural(duration.unit)); }

std::string path_text(const Path& path) {
  switch (path.scope) {
    case PathScope::bare: return name_text(path.name);
    case PathScope::account: return "account." + name_text(path.name);
    case PathScope::contact: return "contact." + name_text(path.name);
    case PathScope::previous: return "previous." + name_text(path.name);
    case PathScope::event_time: return "time";
    case PathScope::previous_time: return "previous.time";
    case PathScope::account_link: return "account";
  }
  return {};
}

std::string_view which_text(Which which) { return which == Which::first ? "first" : "last"; }

// Does a window written right behind this operand become the window of its events?
bool takes_a_window(const Operand& operand);

bool takes_a_window(const Source& source) { return source.window.kind == WindowKind::ever; }

struct WindowTaker {
  bool operator()(const Aggregate& node) const { return takes_a_window(node.source); }
  bool operator()(const CountOf& node) const { return takes_a_window(node.source); }
  bool operator()(const PropertyOf& node) const { return takes_a_window(node.source); }
  bool operator()(const TimeOf& node) const { return takes_a_window(node.source); }
  bool operator()(const DaysSince& node) const { return takes_a_window(node.source); }
  bool operator()(const Arithmetic& node) const { return !std::holds_alternative<Tile>(node.right->node) && takes_a_window(*node.right); }
  bool operator()(const Negate& node) const { return takes_a_window(*node.operand); }
  bool operator()(const Tile& node) const { return !node.among && takes_a_window(*node.metric); }
  bool operator()(const Path&) const { return false; }
  bool operator()(const Literal&) const { return false; }
  bool operator()(const PartOf&) const { return false; }
};

bool takes_a_window(const Operand& operand) { return std::visit(WindowTaker{}, operand.node); }

std::string operand_text(const Operand& operand, Binding least);
std::string inner_text(const Operand& operand, Binding least);

std::string among_text(const std::optional<Box<Expression>>& among) { return among ? fmt::format(" among ({})", format(**among)) : std::string(); }

std::string source_text(const Source& source) {
  std::string text = format(source);
  if (source.window.kind != WindowKind::ever) text += " " + format(source.window);
  return text;
}

// A tile as a metric stands in brackets, so that `among` finds its owner.
std::string metric_text(const Operand& metric) {
  const std::string text = operand_text(metric, Binding::sum);
  return std::holds_alternative<Tile>(metric.node) ? fmt::format("({})", text) : text;
}

struct OperandWriter {
  Binding least;
  std::string operator()(const Path& node) const { return path_text(node); }
  std::string operator()(const Literal& node) const { return format(node); }
  std::string operator()(const Aggregate& node) const { return fmt::format("{} of {} for {}", name_of(node.function), name_text(node.property), source_text(node.source)); }
  std::string operator()(const CountOf& node) const { return "count of " + source_text(node.source); }
  std::string operator()(const PropertyOf& node) const { return fmt::format("{} of {} {}", name_text(node.property), which_text(node.which), source_text(node.source)); }
  std::string operator()(const TimeOf& node) const { return fmt::format("time of {} {}", which_text(node.which), source_text(node.source)); }
  std::string operator()(const DaysSince& node) const { return fmt::format("days since {} {}", which_text(node.which), source_text(node.source)); }
  std::string operator()(const PartOf& node) const { return fmt::format("{} of {}", name_of(node.part), path_text(node.path)); }
  std::string operator()(const Arithmetic& node) const {
    const bool sum = node.op == ArithmeticOperator::add || node.op == ArithmeticOperator::subtract;
    const Binding own = sum ? Binding::sum : Binding::product;
    const Binding right = sum ? Binding::product : Binding::factor;
    const std::string text = fmt::format("{} {} {}", inner_text(*node.left, own), symbol_of(node.op), inner_text(*node.right, right));
    return least > own ? fmt::format("({})", text) : text;
  }
  std::string operator()(const Negate& node) const {
    const bool literal = std::holds_alternative<Literal>(node.operand->node);
    return literal ? fmt::format("-({})", format(*node.operand)) : "-" + inner_text(*node.operand, Binding::factor);
  }
  std::string operator()(const Tile& node) const { return fmt::format("{} of {}{}", name_of(node.kind), metric_text(*node.metric), among_text(node.among)); }
};

std::string operand_text(const Operand& operand, Binding least) { return std::visit(OperandWriter{least}, operand.node); }

// An operand inside arithmetic: a tile stands in brackets there.
std::string inner_text(const Operand& operand, Binding least) {
  const std::string text = operand_text(operand, least);
  return std::holds_alternative<Tile>(operand.node) ? fmt::format("({})", text) : text;
}

std::string count_text(const Count& count) {
  const std::string number = number_text(count.number);
  switch (count.kind) {
    case CountKind::at_least: return fmt::format("at least {} {}", number, name_of(count.on));
    case CountKind::at_most: return fmt::format("at most {} {}", number, name_of(count.on));
    case CountKind::exactly: return fmt::format("exactly {} {}", number, name_of(count.on));
    case CountKind::between: return fmt::format("between {} and {} times", number, number_text(count.upper));
    case CountKind::regular: {
      const std::string_view units = name_of(count.on);
      return fmt::format("at least {} times a {} in at least {} of last {} {}", number, units.substr(0, units.size() - 1), number_text(count.units_needed), number_text(count.units_looked_at), units);
    }
  }
  return {};
}

std::string step_text(const Step& step) {
  std::string source = format(step.source);
  switch (step.kind) {
    case StepKind::start: return source;
    case StepKind::within: return fmt::format(" then {} within {}", source, duration_text(step.gap));
    case StepKind::absent: return fmt::format(" then not {} within {}", source, duration_text(step.gap));
    case StepKind::later: return fmt::format(" then {} between {} and {} {} later", source, number_text(step.gap.number), number_text(step.upper), plural(step.gap.unit));
  }
  return {};
}

std::string list_text(const std::vector<Operand>& values) {
  std::string text;
  for (const Operand& value : values) text += (text.empty() ? "" : ", ") + format(value);
  return fmt::format("({})", text);
}

std::string compare_text(TextCompare compare) {
  return compare == TextCompare::exactly ? " exactly" : compare == TextCompare::ignoring_accents ? " ignoring accents" : "";
}

std::string left_text(const Comparison& node) {
  const bool window = node.test == Test::window;
  const bool dates = node.test == Test::between && std::ranges::any_of(node.right, [](const Operand& bound) {
    const auto* literal = std::get_if<Literal>(&bound.node);
    return literal != nullptr && (std::holds_alternative<Date>(literal->value) || std::holds_alternative<Timestamp>(literal->value));
  });
  return format(node.left) + ((window || dates) && takes_a_window(node.left) ? " ever" : "");
}

std::string comparison_text(const Comparison& node) {
  const std::string left = left_text(node);
  switch (node.test) {
    case Test::between: return fmt::format("{} between {} and {}", left, format(node.right.at(0)), format(node.right.at(1)));
    case Test::in:
    case Test::not_in:
    case Test::has_any:
    case Test::has_all:
    case Test::has_none: return fmt::format("{} {} {}{}", left, text_name_of(node.test), list_text(node.right), compare_text(node.compare));
    case Test::is_known:
    case Test::is_empty:
    case Test::is_true:
    case Test::is_false: return fmt::format("{} {}", left, text_name_of(node.test));
    case Test::window: return fmt::format("{} {}", left, format(node.window));
    case Test::anniversary: return fmt::format("{} anniversary {}", left, format(node.window));
    case Test::has_at_least: return fmt::format("{} has at least {} values", left, format(node.right.at(0)));
    case Test::within_km: return fmt::format("{} within {} km of ({}, {})", left, format(node.right.at(0)), format(node.right.at(1)), format(node.right.at(2)));
    case Test::equals:
    case Test::not_equals:
    case Test::less:
    case Test::at_most:
    case Test::greater:
    case Test::at_least:
    case Test::in_set:
    case Test::not_in_set:
    case Test::contains:
    case Test::starts_with:
    case Test::ends_with:
    case Test::matches:
    case Test::does_not_contain:
    case Test::does_not_start_with:
    case Test::does_not_end_with:
    case Test::does_not_match:
    case Test::has: break;
  }
  return fmt::format("{} {} {}{}", left, text_name_of(node.test), format(node.right.at(0)), compare_text(node.compare));
}

std::string window_suffix(const WindowNode& window) { return window.kind == WindowKind::ever ? "" : " " + format(window); }

bool is_junction(const Expression& expression) { return std::holds_alternative<And>(expression.node) || std::holds_alternative<Or>(expression.node); }

std::string in_brackets_if(bool brackets, const Expression& child) { return brackets ? fmt::format("({})", format(child)) : format(child); }

struct ExpressionWriter {
  std::string operator()(const And& node) const { return junction(node.children, " and ", [](const Expression& child) { return is_junction(child); }); }
  std::string operator()(const Or& node) const { return junction(node.children, " or ", [](const Expression& child) { return std::holds_alternative<Or>(child.node); }); }
  std::string operator()(const Not& node) const { return "not " + in_brackets_if(is_junction(*node.child), *node.child); }
  std::string operator()(const Everyone&) const { return "everyone"; }
  std::string operator()(const NoOne&) const { return "no one"; }
  std::string operator()(const AtLeastOf& node) const {
    return fmt::format("at least {} of ({})", number_text(node.number), junction(node.children, ", ", [](const Expression&) { return false; }));
  }
  std::string operator()(const Did& node) const {
    std::string text = "did " + format(node.source);
    if (!(node.count == Count{})) text += " " + count_text(node.count);
    return text + window_suffix(node.source.window);
  }
  std::string operator()(const Sequence& node) const {
    std::string text = node.from_first ? "did first " : "did ";
    for (const Step& step : node.steps) text += step_text(step);
    return text + window_suffix(node.window);
  }
  std::string operator()(const Moment& node) const { return fmt::format("{} {} was {}", which_text(node.which), format(node.source), format(node.was)); }
  std::string operator()(const Related& node) const {
    const std::string records = format(node.source);
    switch (node.quantifier) {
      case Quantifier::any: return "any " + records;
      case Quantifier::no: return "no " + records;
      case Quantifier::at_least: return fmt::format("at least {} {}", number_text(node.number), records);
    }
    return {};
  }
  std::string operator()(const Membership& node) const {
    std::string text = fmt::format("in {} {}", node.kind == MembershipKind::list ? "list" : "segment", written_text(node.key));
    for (std::size_t i = 0; i < node.parameters.size(); ++i) {
      const auto& [key, value] = node.parameters[i];
      text += fmt::format("{}{} = {}", i == 0 ? " (" : ", ", can_stand_bare(key) ? key : fmt::format("`{}`", key), format(value));
    }
    return node.parameters.empty() ? text : text + ")";
  }
  std::string operator()(const Ranking& node) const {
    const auto* number = std::get_if<WholeNumber>(&node.size);
    const std::string size = number != nullptr ? number_text(*number) : format(std::get<Literal>(node.size)) + " percent";
    return fmt::format("{} {} by {}{}", node.end == RankEnd::top ? "top" : "bottom", size, metric_text(*node.metric), among_text(node.among));
  }
  std::string operator()(const Random& node) const { return fmt::format("random {} percent {}", format(node.percent), written_text(node.salt)); }
  std::string operator()(const HasBeen& node) const {
    return fmt::format("{} has been {} for {} {}", path_text(node.path), format(node.value), node.length == RunLength::at_least ? "at least" : "less than", duration_text(node.duration));
  }
  std::string operator()(const Changed& node) const {
    std::string text = path_text(node.path) + " changed";
    if (node.from) text += " from " + format(*node.from);
    if (node.to) text += " to " + format(*node.to);
    return text + window_suffix(node.window);
  }
  std::string operator()(const Comparison& node) const { return comparison_text(node); }

  template <typename NeedsBrackets>
  static std::string junction(const std::vector<Expression>& children, std::string_view between, NeedsBrackets needs_brackets) {
    std::string text;
    for (std::size_t i = 0; i < children.size(); ++i) {
      if (i > 0) text += between;
      text += in_brackets_if(needs_brackets(children[i]), children[i]);
    }
    return text;
  }
};

}  // namespace

std::string format(const Literal& literal) {
  struct Writer {
    std::string operator()(const std::string& text) const { return written_text(text); }
    std::string operator()(const Decimal& number) const { return number.to_string(); }
    std::string operator()(bool truth) const { return truth ? "true" : "false"; }
    std::string operator()(const Date& date) const { return to_string(date); }
    std::string operator()(const Timestamp& at) const { return to_string(at); }
    std::string operator()(const Parameter& parameter) const { return "$" + parameter.name; }
  };
  return std::visit(Writer{}, literal.value);
}

std::string format(const WindowNode& window) {
  const Duration& duration = window.duration;
  switch (window.kind) {
    case WindowKind::ever: return "ever";
    case WindowKind::last: return "in last " + duration_text(duration);
    case WindowKind::last_calendar: return fmt::format("in last {} calendar {}", number_text(duration.number), plural(duration.unit));
    case WindowKind::more_than_ago: return fmt::format("more than {} ago", duration_text(duration));
    case WindowKind::between_ago: return fmt::format("between {} and {} {} ago", number_text(duration.number), number_text(window.upper), plural(duration.unit));
    case WindowKind::next: return "in next " + duration_text(duration);
    case WindowKind::today: return "today";
    case WindowKind::yesterday: return "yesterday";
    case WindowKind::tomorrow: return "tomorrow";
    case WindowKind::this_unit: return fmt::format("this {}", singular(duration.unit));
    case WindowKind::last_unit: return fmt::format("last {}", singular(duration.unit));
    case WindowKind::next_unit: return fmt::format("next {}", singular(duration.unit));
    case WindowKind::since: return "since " + format(window.bounds.at(0));
    case WindowKind::before: return "before " + format(window.bounds.at(0));
    case WindowKind::between: return fmt::format("between {} and {}", format(window.bounds.at(0)), format(window.bounds.at(1)));
    case WindowKind::on: return "on " + format(window.bounds.at(0));
  }
  return {};
}

std::string format(const Source& source) {
  std::string text;
  switch (source.kind) {
    case SourceKind::named:
      if (source.names.size() == 1) {
        text = name_text(source.names.front());
      } else {
        for (const Name& name : source.names) text += (text.empty() ? "any of (" : ", ") + name_text(name);
        text += ")";
      }
      break;
    case SourceKind::any_event: text = "any event"; break;
    case SourceKind::account_records: text = "account " + name_text(source.names.at(0)); break;
    case SourceKind::account_contacts: text = "account contact"; break;
  }
  if (source.where) text += fmt::format(" ({})", format(**source.where));
  return text;
}

std::string format(const Operand& operand) { return operand_text(operand, Binding::sum); }
std::string format(const Expression& expression) { return std::visit(ExpressionWriter{}, expression.node); }

std::string format_lines(const Expression& expression, std::size_t width) {
  std::string line = format(expression);
  if (line.size() <= width) return line;
  const auto split = [](const std::vector<Expression>& children, std::string_view word, auto needs_brackets) {
    std::string text;
    for (const Expression& child : children) text += (text.empty() ? std::string() : fmt::format("\n{} ", word)) + in_brackets_if(needs_brackets(child), child);
    return text;
  };
  if (const auto* node = std::get_if<And>(&expression.node)) return split(node->children, "and", [](const Expression& child) { return is_junction(child); });
  if (const auto* node = std::get_if<Or>(&expression.node)) return split(node->children, "or", [](const Expression& child) { return std::holds_alternative<Or>(child.node); });
  return line;
}

}  // namespace wanamaker
