#pragma once
// What a decision is about: the base, the instant, and the contact, event or record whose values a path reads.

#include "base/stop_sign.h"
#include "calendar/zone.h"
#include "columns/base.h"
#include "evaluate/number.h"
#include "language/typed.h"

#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

namespace wanamaker {

struct EventRef {
  EventTypeId type;
  std::uint32_t row = 0;
};

// Results of the rankings of a definition over the whole base, by ranking_id.
struct RankingResult {
  std::vector<std::uint64_t> members;  // rankings, and tiles of which one comparison is all that is asked: one bit an ordinal
  std::vector<std::uint32_t> tiles;    // other tiles: by ordinal, 0: not in the population; of a percentile, how many have a metric that is not above
  bool by_percentile = false;
  std::uint32_t position = 0;          // of whom it was asked for: place in the order, 1 first; 0: not in the population
  std::uint32_t population = 0;
  bool cut_among_equals = false;       // the last one in and the first one out have the same metric

  bool has(ContactOrdinal contact) const { return ((members[contact.value / 64] >> (contact.value % 64)) & 1) != 0; }
  std::optional<Number> tile(ContactOrdinal contact) const {
    const std::int64_t of = tiles[contact.value];
    if (of == 0) return std::nullopt;
    return by_percentile ? Number(Rational(100 * of, population)) : Number::whole(of);
  }
};
using RankingResults = std::vector<RankingResult>;

struct Environment {
  const Base& base;
  const Zone& zone;
  Timestamp t;
  const RankingResults* rankings = nullptr;   // needed by definitions that rank
  const StopSign* stop = nullptr;             // of who may give the question up; once it is raised an answer means nothing

  bool is_stopped() const { return stop != nullptr && stop->is_raised(); }
  Environment at(Timestamp other) const { return {base, zone, other, rankings, stop}; }
};

struct Subject {
  ContactOrdinal self;
  ContactOrdinal asked;                // in a filter of `account contact`: the contact asked about; else self
  const EventRef* event = nullptr;     // in a filter of events
  const EventRef* previous = nullptr;  // the event of the step before
  RecordTypeId record_type = {};
  std::optional<std::uint32_t> record = {};  // row, in a filter of records

  static Subject of(ContactOrdinal contact) { return {.self = contact, .asked = contact}; }
};

// A text with its comparison forms; views into the pool or into a literal.
struct TextRef {
  std::string_view text;
  std::string_view key;
  std::string_view bare;
};
struct SetRef {
  std::span<const TextId> elements;
};
using Scalar = std::variant<std::monostate, Number, TextRef, bool, Date, Timestamp, SetRef, Location>;

inline bool is_missing(const Scalar& scalar) { return std::holds_alternative<std::monostate>(scalar); }
Scalar scalar_of(const Cell& cell, ValueType type, const CellStore& cells);
// The cell a path names; the id paths have no cell and are read by read_path.
Scalar read_path(const Environment& environment, const Subject& subject, const TypedPath& path);
// As evidence shows it.
std::string to_string(const Scalar& scalar, const CellStore& cells);

}  // namespace wanamaker
