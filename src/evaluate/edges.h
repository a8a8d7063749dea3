#pragma once
// Where a condition can change by time alone: for one contact, a superset of the instants at which its answer may flip without new
// data. Between two neighbouring edges every condition of the definition is constant. valid_since, valid_until, live windows
// and "who leaves tonight" all use this.

#include "evaluate/probe.h"

#include <vector>

namespace wanamaker {

// The time looked at: 100 years each way.
struct EdgeRange {
  Timestamp from;
  Timestamp until;
};
EdgeRange edge_range(Timestamp t);

// Appends edges in no order, duplicates included; those outside the range may be missing. Not for definitions that rank.
// Cost: the events, records and history of the contact that the definition names.
// `shared` may be null: what the contacts of a large account have in common is kept there, to be cleared when base, instant or range change.
// `complete` becomes false for arithmetic over `days since` of a degree beyond kCurveDegreeMax: then nothing can be said.
void append_edges(const TypedExpression& node, const Subject& subject, const Environment& environment, EdgeRange range, std::vector<Timestamp>& edges, bool& complete, AccountMemo* shared = nullptr);

}  // namespace wanamaker
