#include "evaluate/edges.h"

#include "base/check.h"
#include "calendar/window.h"
#include "evaluate/curves.h"
#include "evaluate/next_edge.h"
#include "evaluate/previous.h"
#include "evaluate/probe.h"
#include "evaluate/reach.h"

#include <algorithm>

namespace wanamaker {
namespace {

constexpr std::int64_t kReachYears = 100;
constexpr std::int64_t kNarrow = 31 * kMillisecondsPerDay;  // of a range that few events have an edge in

class EdgeCollector {
 public:
  EdgeCollector(const Environment& environment, EdgeRange range, std::vector<Timestamp>& edges, bool& complete, AccountMemo* shared)
      : environment_(environment), range_(range), edges_(edges), complete_(complete), shared_(shared), probe_(environment, nullptr) {}

  void visit(const TypedExpression& node, const Subject& subject) {
    for (const TypedExpression& child : node.children) visit(child, node.kind == ExpressionKind::segment ? Subject::of(subject.self) : subject);
    switch (node.kind) {
      case ExpressionKind::did: {
        const std::size_t own = edges_.size();
        events(node.source, subject, node.source.window, nullptr);
        if (node.count.kind == CountKind::regular) regular(node, subject);
        if (turns_once(node)) keep_turn(node, subject, own);
        break;
      }
      case ExpressionKind::moment: events(node.source, subject, node.window, nullptr); break;
      case ExpressionKind::sequence: {
        const std::size_t own = edges_.size();
        sequence(node, subject);
        if (turns_once(node)) keep_turn(node, subject, own);
        break;
      }
      case ExpressionKind::related: records(node.source, subject); break;
      case ExpressionKind::has_been:
        for (const HistoryEntry& entry : history(node, subject)) edges_.push_back(entry.at), edges_.push_back(add(entry.at, node.span_of_time));
        break;
      case ExpressionKind::changed:
        for (const HistoryEntry& entry : history(node, subject)) {
          edges_.push_back(entry.at);
          wanamaker::append_edges(node.window, entry.at, environment_.zone, edges_);
        }
        break;
      case ExpressionKind::compare: compare(node, subject); break;
      case ExpressionKind::all_of:
      case ExpressionKind::any_of:
      case ExpressionKind::inverse:
      case ExpressionKind::constant:
      case ExpressionKind::at_least_of:
      case ExpressionKind::segment:
      case ExpressionKind::list:
      case ExpressionKind::ranking:
      case ExpressionKind::random: break;
    }
  }

 private:
  // Of conditions that hold from some instant on, or until one, for good: events only come, whatever the clock says then; and what has not followed
  // until its time was over never will.
  static bool turns_once(const TypedExpression& node) {
    if (node.kind == ExpressionKind::did)
      return (node.count.kind == CountKind::at_least || node.count.kind == CountKind::at_most) && keeps(node.source, node.source.window);
    return std::ranges::all_of(node.steps, [&](const TypedStep& step) { return keeps(step.source, step.kind == StepKind::absent ? Window{} : node.window); });
  }
  // Whether what has come into a window once stays there.
  static bool keeps(const TypedSource& source, const Window& window) {
    const bool is_still = source.kind == SourceClass::events && !(source.where && changes_by_time(*source.where));
    const auto stretches = stretches_of(window);
    return is_still && stretches && stretches->size() == 1;
  }

  // Leaves of a condition's own edges, those from `own` on, the one at which it turns. Key idea: a probe of many events at each of them would take
  // the square of their number.
  void keep_turn(const TypedExpression& node, const Subject& subject, std::size_t own) {
    constexpr std::ptrdiff_t kFew = 64;
    const auto first = edges_.begin() + static_cast<std::ptrdiff_t>(own);
    edges_.erase(std::remove_if(first, edges_.end(), [&](Timestamp edge) { return edge < range_.from || edge > range_.until; }), edges_.end());
    if (edges_.end() - first <= kFew) return;
    std::ranges::sort(first, edges_.end());
    const auto holds_at = [&](std::int64_t ms) { return Probe(environment_.at({ms}), nullptr).decide(node, subject); };
    const bool before = holds_at(first->ms - 1);
    const auto turn = std::partition_point(first, edges_.end(), [&](Timestamp edge) { return holds_at(edge.ms) == before; });
    edges_.erase(turn == edges_.end() ? turn : turn + 1, edges_.end());
    edges_.erase(first, turn);
  }

  std::span<const HistoryEntry> history(const TypedExpression& node, const Subject& subject) const {
    return environment_.base.history(node.path.attribute, node.path.role == ContactRole::self ? subject.self : subject.asked);
  }

  // Every event enters at its own time; its window and its filter add their edges. Of an event that never passes nothing is an edge.
  void events(const TypedSource& source, const Subject& subject, const Window& window, const EventRef* previous) {
    const bool is_narrow = range_.until.ms - range_.from.ms < kNarrow;
    const auto stretches = is_narrow && !(source.where && changes_by_time(*source.where)) ? stretches_of(window) : std::nullopt;
    for (const EventTypeId type : source.events) {
      const StripView rows = environment_.base.events[type.value].rows_of(subject.self);
      if (!stretches) {
        for (const std::uint32_t row : rows) event({type, row}, source, subject, window, previous);
        continue;
      }
      for (const Stretch& stretch : *stretches) {
        for (std::size_t i = rows.before({range_.from.ms - stretch.most_ms}); i < rows.size() && rows.at(i).ms <= range_.until.ms - stretch.least_ms; ++i)
          event({type, rows[i]}, source, subject, window, previous);
      }
    }
  }

  void event(const EventRef& event, const TypedSource& source, const Subject& subject, const Window& window, const EventRef* previous) {
    if (source.where && never_passes(*source.where, subject, event, previous)) return;
    edges_.push_back(time_of(event));
    wanamaker::append_edges(window, time_of(event), environment_.zone, edges_);
  }

  // How long after an event one of its edges comes.
  using Stretch = Reach;
  // Nothing: the edges of a day or of a month's end depend on more than the event's own time.
  static std::optional<std::vector<Stretch>> stretches_of(const Window& window) {
    switch (window.kind) {
      case Window::Kind::last:
      case Window::Kind::more_than_ago: return std::vector<Stretch>{{}, reach_of(window.span)};
      case Window::Kind::between_ago: return std::vector<Stretch>{{}, reach_of(window.span), reach_of({window.upper, window.span.unit})};
      case Window::Kind::ever:
      case Window::Kind::since:
      case Window::Kind::before:
      case Window::Kind::between:
      case Window::Kind::on: return std::vector<Stretch>{{}};
      case Window::Kind::next:
      case Window::Kind::last_calendar:
      case Window::Kind::current: return std::nullopt;
    }
    CHECK(false, "every window has a case");
  }

  // Adds the filter's own edges; where it has none it says the same at all times, and that once is enough.
  bool never_passes(const TypedExpression& where, const Subject& subject, const EventRef& event, const EventRef* previous) {
    Subject inner = subject;
    inner.event = &event;
    inner.previous = previous;
    const std::size_t edges = edges_.size();
    visit(where, inner);
    return edges == edges_.size() && complete_ && !probe_.decide(where, inner);
  }

  void regular(const TypedExpression& node, const Subject& subject) {
    const auto unit = node.count.on == CountOn::weeks ? CalendarUnit::week : node.count.on == CountOn::months ? CalendarUnit::month : CalendarUnit::day;
    events(node.source, subject, Window{.kind = Window::Kind::last_calendar, .span = {node.units_looked_at, unit}}, nullptr);
  }

  void sequence(const TypedExpression& node, const Subject& subject) {
    const bool in_pairs = std::ranges::any_of(node.steps, [](const TypedStep& step) {
      return step.kind == StepKind::absent || (step.source.where && asks_previous(*step.source.where));
    });
    if (!in_pairs) {
      for (const TypedStep& step : node.steps) events(step.source, subject, node.window, nullptr);
      return;
    }
    std::vector<EventRef> before;
    for (const TypedStep& step : node.steps) {
      // A filter that speaks of the step before is looked at beside each of its events, if it has edges of its own.
      const bool in_step_pairs = step.source.where && asks_previous(*step.source.where);
      if (before.empty() || !in_step_pairs) events(step.source, subject, node.window, nullptr);
      else if (!changes_by_time(*step.source.where)) events({.events = step.source.events}, subject, node.window, nullptr);
      else for (const EventRef& previous : before) if (!environment_.is_stopped()) events(step.source, subject, node.window, &previous);
      if (step.kind == StepKind::absent) for (const EventRef& last : before) edges_.push_back(add(time_of(last), step.gap));
      before.clear();
      for (const EventTypeId type : step.source.events) {
        for (const std::uint32_t row : environment_.base.events[type.value].rows_of(subject.self)) before.push_back({type, row});
      }
      if (before.empty()) return;
    }
  }

  Timestamp time_of(const EventRef& event) const { return environment_.base.events[event.type.value].at(event.row); }

  void records(const TypedSource& source, const Subject& subject) {
    if (!source.where) return;
    const Base& base = environment_.base;
    const auto account = base.account_of(subject.self);
    const auto visit_rows = [&](std::span<const std::uint32_t> rows) {
      for (const std::uint32_t row : rows) {
        Subject inner = subject;
        inner.record_type = source.record;
        inner.record = row;
        visit(*source.where, inner);
      }
    };
    switch (source.kind) {
      case SourceClass::contact_records: visit_rows(base.records[source.record.value].of_contact(subject.self)); break;
      case SourceClass::account_records:
        if (account) visit_rows(base.records[source.record.value].of_account(*account));
        break;
      case SourceClass::colleagues:
        if (shared_ != nullptr && probe_.shared_account(source, subject)) return shared_edges(source, *account);
        if (account) visit_colleagues(*source.where, subject.self, *account);
        break;
      case SourceClass::events: CHECK(false, "events have edges of their own");
    }
  }

  void visit_colleagues(const TypedExpression& where, ContactOrdinal self, AccountOrdinal account) {
    for (const ContactOrdinal colleague : environment_.base.contacts_of(account)) {
      if (environment_.is_stopped()) return;
      if (colleague != self) visit(where, {.self = colleague, .asked = self});
    }
  }

  // Of all contacts of an account, whoever asks.
  void shared_edges(const TypedSource& source, AccountOrdinal account) {
    const std::vector<Timestamp>& all = shared_->edges(source, account, [&] {
      std::vector<Timestamp> before = std::exchange(edges_, {});
      for (const ContactOrdinal contact : environment_.base.contacts_of(account)) {
        if (environment_.is_stopped()) break;
        visit(*source.where, Subject::of(contact));
      }
      std::erase_if(edges_, [&](Timestamp edge) { return edge < range_.from || edge > range_.until; });
      std::ranges::sort(edges_);
      edges_.erase(std::unique(edges_.begin(), edges_.end()), edges_.end());
      return std::exchange(edges_, std::move(before));
    });
    edges_.insert(edges_.end(), all.begin(), all.end());
  }

  void operand(const TypedOperand& node, const Subject& subject) {
    for (const TypedOperand& inner : node.operands) operand(inner, subject);
    switch (node.kind) {
      case OperandKind::aggregate:
      case OperandKind::count:
      case OperandKind::property_of:
      case OperandKind::time_of:
      case OperandKind::days_since:
        if (node.source.kind == SourceClass::events) events(node.source, subject, node.source.window, nullptr);
        else records(node.source, subject);
        break;
      case OperandKind::part:
        if (node.part == TimePart::age) birthdays(read_path(environment_, subject, node.path));
        break;
      case OperandKind::path:
      case OperandKind::literal:
      case OperandKind::arithmetic:
      case OperandKind::negate:
      case OperandKind::tile: break;
    }
  }

  void birthdays(const Scalar& value) {
    if (is_missing(value)) return;
    const Date day = day_of(value);
    const int born = civil_from_date(day).year;
    const int first = civil_from_date(utc_date(range_.from)).year;
    const int last = civil_from_date(utc_date(range_.until)).year;
    for (int year = std::max(born, first); year <= last; ++year) edges_.push_back(environment_.zone.start_of(anniversary(day, year - born)));
  }

  Date day_of(const Scalar& value) const {
    const auto* date = std::get_if<Date>(&value);
    return date != nullptr ? *date : environment_.zone.day_of(std::get<Timestamp>(value));
  }

  void compare(const TypedExpression& node, const Subject& subject) {
    const std::size_t first = edges_.size();
    for (const TypedOperand& side : node.operands) operand(side, subject);
    if (node.test == CoreTest::window || node.test == CoreTest::anniversary) window_test(node, subject);
    if (std::ranges::any_of(node.operands, follows_the_clock)) smooth(node, subject, first);
  }

  void window_test(const TypedExpression& node, const Subject& subject) {
    if (node.operands[0].kind == OperandKind::path) {
      window_edges(node, read_path(environment_, subject, node.operands[0].path));
      return;
    }
    // Which event is first or last, smallest or largest changes with time: each candidate may be the one.
    for (const Timestamp t : std::vector<Timestamp>(edges_)) {
      if (t < range_.from || t > range_.until) continue;
      if (environment_.is_stopped()) return;
      for (const std::int64_t shift : {-1, 0}) {
        Probe probe(environment_.at({t.ms + shift}), nullptr);
        window_edges(node, probe.read(node.operands[0], subject));
      }
    }
    Probe probe(environment_, nullptr);
    window_edges(node, probe.read(node.operands[0], subject));
  }

  void window_edges(const TypedExpression& node, const Scalar& value) {
    if (is_missing(value)) return;
    if (node.test == CoreTest::anniversary) {
      const Date day = day_of(value);
      const int born = civil_from_date(day).year;
      const YearRange reach = anniversary_years(node.window, environment_.zone.day_of(environment_.t));
      const int first = std::min(civil_from_date(utc_date(range_.from)).year, reach.first) - 1;
      const int last = std::max(civil_from_date(utc_date(range_.until)).year, reach.last) + 1;
      for (int year = std::max(born + 1, first); year <= last; ++year) wanamaker::append_edges(node.window, anniversary(day, year - born), environment_.zone, edges_);
    } else if (const auto* date = std::get_if<Date>(&value)) {
      wanamaker::append_edges(node.window, *date, environment_.zone, edges_);
    } else {
      wanamaker::append_edges(node.window, std::get<Timestamp>(value), environment_.zone, edges_);
    }
  }

  // ---- `days since`: the value itself moves with the clock ----

  static bool follows_the_clock(const TypedOperand& node) {
    return node.kind == OperandKind::days_since || std::ranges::any_of(node.operands, follows_the_clock);
  }

  // Between two of the comparison's own edges each side is a quotient of polynomials in the time since the first of them.
  void smooth(const TypedExpression& node, const Subject& subject, std::size_t first_edge) {
    std::vector<Timestamp> pieces(edges_.begin() + static_cast<std::ptrdiff_t>(first_edge), edges_.end());
    std::erase_if(pieces, [&](Timestamp edge) { return edge < range_.from || edge > range_.until; });
    pieces.push_back(range_.from);
    pieces.push_back(range_.until);
    std::ranges::sort(pieces);
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
      if (pieces[i + 1].ms - pieces[i].ms < 2) continue;
      if (environment_.is_stopped()) return;
      for (std::size_t side = 1; side < node.operands.size(); ++side) crossings(node.operands[0], node.operands[side], subject, pieces[i], pieces[i + 1]);
    }
  }

  void crossings(const TypedOperand& left, const TypedOperand& right, const Subject& subject, Timestamp from, Timestamp until) {
    std::vector<Polynomial> poles;  // where a divisor is 0 the operand is missing for that millisecond
    const auto a = curve(left, subject, from, poles);
    const auto b = curve(right, subject, from, poles);
    std::vector<Polynomial> looked_at = std::move(poles);
    if (a && b) looked_at.push_back(a->numerator * b->denominator - b->numerator * a->denominator);
    if (a && b) looked_at.push_back(a->denominator * b->denominator);
    for (const Polynomial& polynomial : looked_at) {
      if (polynomial.degree() > kCurveDegreeMax) complete_ = false;
      else for (const std::int64_t change : sign_changes(polynomial, 0, until.ms - from.ms)) edges_.push_back({from.ms + change});
    }
  }

  // The operand as a function of the milliseconds since `from`; nothing where it is missing all along.
  std::optional<Curve> curve(const TypedOperand& node, const Subject& subject, Timestamp from, std::vector<Polynomial>& poles) const {
    if (node.kind == OperandKind::negate || node.kind == OperandKind::arithmetic) {
      const auto left = curve(node.operands[0], subject, from, poles);
      if (!left) return std::nullopt;
      if (node.kind == OperandKind::negate) return Curve{Polynomial::constant(-1) * left->numerator, left->denominator};
      const auto right = curve(node.operands[1], subject, from, poles);
      if (!right) return std::nullopt;
      return combined(node.arithmetic, *left, *right, poles);
    }
    Probe probe(environment_.at(from), nullptr);
    const Scalar value = probe.read(node, subject);
    if (is_missing(value)) return std::nullopt;
    const Rational start = std::get<Number>(value).rational();
    if (node.kind == OperandKind::days_since) return Curve{Polynomial({start, Rational(1, kMillisecondsPerDay)})};
    return Curve{Polynomial::constant(start)};
  }

  static std::optional<Curve> combined(ArithmeticOperator op, const Curve& left, const Curve& right, std::vector<Polynomial>& poles) {
    switch (op) {
      case ArithmeticOperator::add: return Curve{left.numerator * right.denominator + right.numerator * left.denominator, left.denominator * right.denominator};
      case ArithmeticOperator::subtract: return Curve{left.numerator * right.denominator - right.numerator * left.denominator, left.denominator * right.denominator};
      case ArithmeticOperator::multiply: return Curve{left.numerator * right.numerator, left.denominator * right.denominator};
      case ArithmeticOperator::divide:
        if (right.numerator.is_zero()) return std::nullopt;
        poles.push_back(right.numerator);
        return Curve{left.numerator * right.denominator, left.denominator * right.numerator};
    }
    return std::nullopt;
  }

  const Environment& environment_;
  EdgeRange range_;
  std::vector<Timestamp>& edges_;
  bool& complete_;
  AccountMemo* shared_;
  Probe probe_;
};

}  // namespace

EdgeRange edge_range(Timestamp t) {
  const Date day = utc_date(t);
  const std::int64_t time_of_day = t.ms - day.days * kMillisecondsPerDay;
  const auto moved = [&](std::int64_t years) { return Timestamp{add_months(day, 12 * years).days * kMillisecondsPerDay + time_of_day}; };
  return {.from = moved(-kReachYears), .until = moved(kReachYears)};
}

void append_edges(const TypedExpression& node, const Subject& subject, const Environment& environment, EdgeRange range, std::vector<Timestamp>& edges, bool& complete, AccountMemo* shared) {
  EdgeCollector(environment, range, edges, complete, shared).visit(node, subject);
}

}  // namespace wanamaker
