#pragma once
// What a decision is about: the base, the instant, and the contact, event or record whose values a path reads.

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
  std::vector<bool> members;                  // rankings: by contact ordinal
  std::vector<std::optional<Number>> tiles;   // tiles: by contact ordinal
  std::vector<std::uint32_t> positions;       // place in the order, 1 first; 0: not in the population; empty unless asked for
  std::uint32_t population = 0;
  bool cut_among_equals = false;              // the last one in and the first one out have the same metric
};
using RankingResults = std::vector<RankingResult>;

struct Environment {
  const Base& base;
  const Zone& zone;
  Timestamp t;
  const RankingResults* rankings = nullptr;   // needed by definitions that rank
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
