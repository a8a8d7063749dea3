#pragma once
// Promises to look again: for a contact and a condition the earliest instant at which time alone may change it. A promise is never a
// statement: looking too early, or twice, changes nothing. Key idea: one promise a contact and condition stands in a column; the order
// is kept by the hour only, and an hour is put in order when it opens. Single-threaded. Times are unrounded.

#include "base/ids.h"
#include "base/time.h"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace wanamaker {

using ConditionNumber = Id<struct ConditionTag>;

struct Look {
  Timestamp at;
  ContactOrdinal contact;
  ConditionNumber condition;
  friend auto operator<=>(const Look&, const Look&) = default;
};

class Agenda {
 public:
  // An earlier promise for the same contact and condition stays; a later one is forgotten.
  void promise(const Look& look);
  // Nothing is promised for the condition any more. Cost: what is left of it is passed over when its hour opens.
  void forget(ConditionNumber condition);
  // All looks of the earliest instant that has some and is not after `until`, in order of contact and condition, each once.
  // Empty: there is none. They are no longer promised.
  std::vector<Look> take(Timestamp until);
  // Shape: visit(look) for each promise up to `until`, in no order, some more than once.
  template <typename Visit>
  void for_each(Timestamp until, Visit visit) const {
    for (const Look& look : open_) if (look.at <= until) visit(look);
    for (const auto& [hour, entries] : hours_) {
      if (start_of_hour(hour) > until) break;
      for (const Entry& entry : entries) visit(Look{start_of_hour(hour), entry.contact, entry.condition});
    }
  }
  // Not later than the earliest promise. Nothing: there is none.
  std::optional<Timestamp> next() const;

 private:
  static constexpr std::uint32_t kContacts = 4096;
  using Chunk = std::array<std::int64_t, kContacts>;  // milliseconds, or kNone
  struct Entry {
    ContactOrdinal contact;
    ConditionNumber condition;
  };

  static Timestamp start_of_hour(std::int64_t hour) { return {hour * 3'600'000}; }
  std::int64_t* promised(ContactOrdinal contact, ConditionNumber condition);  // nullptr: nothing ever was
  void open_hours(std::int64_t last);

  std::vector<std::vector<std::unique_ptr<Chunk>>> promises_;  // by condition, by 4,096 contacts
  std::map<std::int64_t, std::vector<Entry>> hours_;           // not open yet; may name what is no longer promised, or twice
  std::vector<Look> open_;                                     // a heap, the earliest first; likewise
  std::int64_t opened_until_ = INT64_MIN;                      // the last hour that was opened
};

}  // namespace wanamaker
