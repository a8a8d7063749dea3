#pragma once
// The probe decides one contact at one instant. It defines the language: every other evaluator must agree with it.
// Key idea: it reads the contact's own values and its strips of events, and asks comparers and windows; nothing is kept between calls but what a large
// account's contacts say of themselves (account_memo.h). So the base may change only before it moves, if only to where it is.
// Single-threaded; cheap to make. Cost: the events of the contact that the definition names.

#include "evaluate/account_memo.h"
#include "evaluate/compare.h"
#include "evaluate/recorder.h"
#include "evaluate/subject.h"

#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

namespace wanamaker {

class Probe {
 public:
  // `recorder` may be null. With one, every child is decided, so that the explanation is whole.
  Probe(const Environment& environment, Recorder* recorder) : environment_(environment), recorder_(recorder) {}

  bool decide(const TypedExpression& node, const Subject& subject);
  Scalar read(const TypedOperand& operand, const Subject& subject);

  // The events of the contact that are the source's, pass its filter, lie in its window and are not of the future,
  // in the order of events. `all_of_time`: the window apart.
  enum class Bounded : std::uint8_t { by_window, all_of_time };
  std::vector<EventRef> select(const TypedSource& source, const Subject& subject, Bounded bounded);
  std::vector<EventRef> select_within(const TypedSource& source, const Subject& subject, const Window& window);
  // Their instants alone, in no order.
  std::vector<Timestamp> times_of(const TypedSource& source, const Subject& subject);
  // The first or last of these. Cost: those that do not pass beyond it.
  std::optional<EventRef> end_of(const TypedSource& source, Which which, const Subject& subject, const Window& window);
  // Rows of records, or ordinals of colleagues, that pass the filter.
  std::vector<std::uint32_t> select_records(const TypedSource& source, const Subject& subject);
  // How many there are.
  std::size_t count_records(const TypedSource& source, const Subject& subject);
  Timestamp time_of(const EventRef& event) const { return environment_.base.events[event.type.value].at(event.row); }
  const Environment& environment() const { return environment_; }
  // How many events it has looked at so far: what its answers cost.
  std::uint64_t looked_at() const { return looked_at_; }
  // From now on it decides at another instant. What it made ready for the nodes it met stays, so they must still be there.
  void move_to(Timestamp t) {
    environment_.t = t;
    memo_.clear();
  }
  // The contact's account, where what its contacts say of a source is kept for all of them.
  std::optional<AccountOrdinal> shared_account(const TypedSource& source, const Subject& subject) const;
  AccountMemo& memo() { return memo_; }

 private:
  bool decide_kind(const TypedExpression& node, const Subject& subject);
  bool junction(const TypedExpression& node, const Subject& subject);
  bool did(const TypedExpression& node, const Subject& subject);
  bool sequence(const TypedExpression& node, const Subject& subject);
  bool ends_unanswered(const TypedExpression& node, const std::vector<std::vector<EventRef>>& reached, const Subject& subject);
  bool comes_after(const TypedStep& step, const EventRef& start, const EventRef& next);
  std::vector<EventRef> follow(const TypedStep& step, const std::vector<EventRef>& from, const Subject& subject, const Window& window);
  struct Places {
    std::size_t first;
    std::size_t last;  // the end
  };
  Places between(std::span<const EventRef> events, Timestamp first, Timestamp last) const;
  bool passes_all(const std::vector<const TypedExpression*>& parts, const Subject& subject, const EventRef& event);
  std::optional<EventRef> unanswered(const TypedStep& step, const std::vector<EventRef>& from, const Subject& subject);
  void record_chain(const TypedExpression& node, const std::vector<std::vector<EventRef>>& reached, const EventRef& end, std::string_view word, const Subject& subject);
  void record_answer(const TypedStep& step, const EventRef& last, const Subject& subject);
  bool records() const { return recorder_ != nullptr && !quiet_; }
  bool moment(const TypedExpression& node, const Subject& subject);
  bool related(const TypedExpression& node, const Subject& subject);
  bool has_been(const TypedExpression& node, const Subject& subject);
  bool changed(const TypedExpression& node, const Subject& subject);
  bool compare(const TypedExpression& node, const Subject& subject);
  std::int64_t count_up_to(const TypedSource& source, const Subject& subject, std::int64_t enough);
  bool passes(const TypedSource& source, const Subject& subject, const EventRef& event, const EventRef* previous);
  std::optional<EventRef> first_or_last(const TypedOperand& operand, const Subject& subject);
  Scalar aggregate(const TypedOperand& operand, const Subject& subject);
  const AccountMemo::Contacts& passing_of(const TypedSource& source, AccountOrdinal account);
  Scalar aggregate_of_others(const TypedOperand& operand, AccountOrdinal account, ContactOrdinal contact);
  Scalar arithmetic(const TypedOperand& operand, const Subject& subject);
  const Comparer& comparer(const TypedExpression& node);
  Json event_evidence(const EventRef& event) const;
  void record_near(const TypedSource& source, const Subject& subject, const Window& window);

  Environment environment_;
  Recorder* recorder_;
  std::unordered_map<const TypedExpression*, Comparer> comparers_;
  AccountMemo memo_;
  bool quiet_ = false;  // inside a filter nothing is recorded
  std::uint64_t looked_at_ = 0;
};

// Numbers from the events of `did`, in any order: how many units hold how many events.
bool count_holds(const TypedExpression& node, std::span<const Timestamp> times, const Environment& environment);

}  // namespace wanamaker
