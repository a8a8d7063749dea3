#pragma once
// What a sweep works on at a time: many subjects side by side. Contacts of one shard at the top; below, their events, records or
// colleagues, each with the place of its owner in the batch above.

#include "evaluate/subject.h"

#include <vector>

namespace wanamaker {

using Mask = std::vector<std::uint8_t>;  // one truth value a subject

struct Batch {
  std::vector<ContactOrdinal> self;
  std::vector<ContactOrdinal> asked;
  std::vector<std::uint32_t> owner = {};   // place in the batch above; empty at the top
  std::vector<EventRef> event = {};        // batches of events
  std::vector<EventRef> previous = {};     // steps of sequences
  RecordTypeId record_type = {};
  std::vector<std::uint32_t> record = {};  // batches of records: rows

  std::size_t size() const { return self.size(); }
  Subject subject(std::size_t i) const {
    Subject result{.self = self[i], .asked = asked[i]};
    if (!event.empty()) result.event = &event[i];
    if (!previous.empty()) result.previous = &previous[i];
    if (!record.empty()) {
      result.record_type = record_type;
      result.record = record[i];
    }
    return result;
  }
  // The subjects whose mask is set.
  Batch filtered(const Mask& mask) const;
  // Those at places from `first` up to `end`.
  Batch part(std::size_t first, std::size_t end) const;
};

}  // namespace wanamaker
