#pragma once
// Promises to look again: for a contact and a condition the earliest instant at which time alone may change it. A promise is never a
// statement: looking too early, or twice, changes nothing. Key idea: the promises of one contact lie side by side, eight bytes each, and
// the contact is woken at the earliest of them; the order of waking is kept by the hour only, and an hour is put in order when it opens.
// Single-threaded. Times are unrounded, but for those more than a hundred years ahead, which are kept early.

#include "base/time.h"
#include "live/condition_bits.h"
#include "live/promise_lists.h"

#include <map>
#include <optional>
#include <vector>

namespace wanamaker {

struct Look {
  Timestamp at;
  ContactOrdinal contact;
  ConditionNumber condition;
  friend auto operator<=>(const Look&, const Look&) = default;
};

class Agenda {
 public:
  // An earlier promise for the same contact and condition stays; a later one is forgotten. Shape: a condition number is below 2^22.
  void promise(const Look& look);
  // All looks of the earliest instant that has some and is not after `until`, in order of contact and condition, each once.
  // Empty: there is none. They are no longer promised. Valid until the next call.
  const std::vector<Look>& take(Timestamp until);
  // Shape: visit(look) for each promise up to `until`, in no order. Cost: linear in the contacts.
  template <typename Visit>
  void for_each(Timestamp until, Visit visit) const {
    for (std::uint32_t i = 0; i < wakes_.size(); ++i) {
      if (wakes_[i].at_ms > until.ms) continue;
      for (const std::uint64_t promise : lists_.of(wakes_[i].list))
        if (at_of(promise) <= until) visit(Look{at_of(promise), {i}, condition_of(promise)});
    }
  }
  // Not later than the earliest promise. Nothing: there is none.
  std::optional<Timestamp> next() const;
  // The processor is asked for what a promise or a take for the contact reads, and once that is there, for its promises.
  void fetch(ContactOrdinal contact) const { if (contact.value < wakes_.size()) __builtin_prefetch(&wakes_[contact.value]); }
  void fetch_list(ContactOrdinal contact) const { if (contact.value < wakes_.size()) lists_.fetch(wakes_[contact.value].list); }
  // Calls that are still to come in the hour that is open, and who is called at the i-th of them.
  std::size_t upcoming() const { return open_.size(); }
  ContactOrdinal upcoming_at(std::size_t i) const { return open_[open_.size() - 1 - i].contact; }
  // Shape: visit(condition) for what the contact will be woken for.
  template <typename Visit>
  void for_each_due(ContactOrdinal contact, Visit visit) const {
    const Wake& wake = wakes_[contact.value];
    for (const std::uint64_t promise : lists_.of(wake.list)) if (at_of(promise).ms == wake.at_ms) visit(condition_of(promise));
  }
  std::size_t memory_bytes() const;

 private:
  static constexpr std::int64_t kNever = INT64_MAX;
  static constexpr std::int64_t kHourMs = 3'600'000;
  static constexpr std::int64_t kNearHours = 16'384;  // nearly two years
  struct Wake {
    std::int64_t at_ms = kNever;  // the earliest of its promises
    PromiseLists::List list;
  };
  // In an hour: somebody may have to be woken; not, where the earliest promise is another by now.
  struct Call {
    std::uint32_t ms;  // since the hour began
    ContactOrdinal contact;
    friend auto operator<=>(const Call&, const Call&) = default;
  };
  // A promise is its milliseconds since base_ms_ in the upper 42 bits, 139 years, and the condition in the lower 22.
  static constexpr unsigned kConditionBits = 22;
  static constexpr std::int64_t kReachMs = (std::int64_t{1} << (64 - kConditionBits)) - 1;
  Timestamp at_of(std::uint64_t promise) const { return {base_ms_ + static_cast<std::int64_t>(promise >> kConditionBits)}; }
  static ConditionNumber condition_of(std::uint64_t promise) { return {static_cast<std::uint32_t>(promise & ((1U << kConditionBits) - 1))}; }

  void call(ContactOrdinal contact, std::int64_t at_ms);
  bool late_is_first() const;
  std::optional<Timestamp> first_call() const;
  ContactOrdinal take_first_call();
  std::optional<std::int64_t> first_hour() const;
  void open_hour(std::int64_t hour);
  void wake(ContactOrdinal contact, Timestamp at);
  void move_base(std::int64_t base_ms);

  std::vector<Wake> wakes_;  // by contact
  PromiseLists lists_;
  std::int64_t base_ms_ = kNever;                        // kNever: nothing was promised yet
  std::vector<std::vector<Call>> near_;                  // the hours after the open one, by their number modulo kNearHours
  std::int64_t first_near_ = INT64_MAX;                  // nothing is in a near hour before it
  std::map<std::int64_t, std::vector<Call>> far_;        // the hours after those
  std::int64_t open_hour_ = INT64_MIN / kHourMs;         // the last that was opened
  std::vector<Call> open_;                               // of that hour, the first last
  std::vector<std::pair<std::int64_t, ContactOrdinal>> late_;  // a heap, the earliest first: what came for hours that were opened already
  std::vector<Look> taken_;
};

}  // namespace wanamaker
