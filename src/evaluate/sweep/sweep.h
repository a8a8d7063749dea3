#pragma once
// The sweep decides the whole base, a shard at a time and a condition at a time: each operator takes a batch of subjects and gives a
// mask or a column of values. Filters run over batches of events or records with the same operators. It must equal the probe
// on every contact at every instant; tests and `wanamaker verify` hold it to that.
// Single-threaded; one object a definition and instant.

#include "evaluate/compare.h"
#include "evaluate/rank.h"
#include "evaluate/sweep/batch.h"

#include <map>
#include <unordered_map>
#include <vector>

namespace wanamaker {

class Sweep {
 public:
  explicit Sweep(const Environment& environment) : environment_(environment) {}

  // One flag an ordinal. Counts of every node at the top are added up meanwhile.
  std::vector<bool> decide_all(const TypedExpression& node);
  std::vector<Scalar> read_all(const TypedOperand& operand);
  // How many contacts each node holds for, by node.
  const std::unordered_map<const TypedExpression*, std::uint64_t>& counts() const { return counts_; }

 private:
  // logic.cc
  Batch shard(std::uint32_t first) const;
  Mask decide(const TypedExpression& node, const Batch& batch);
  Mask decide_kind(const TypedExpression& node, const Batch& batch);
  Mask junction(const TypedExpression& node, const Batch& batch);
  Mask random(const TypedExpression& node, const Batch& batch) const;
  // events.cc
  Batch expand(const TypedSource& source, const Batch& batch, const Window& window);
  Batch expand_records(const TypedSource& source, const Batch& batch);
  void sort_events(Batch& events) const;
  Mask did(const TypedExpression& node, const Batch& batch);
  Mask moment(const TypedExpression& node, const Batch& batch);
  Mask related(const TypedExpression& node, const Batch& batch);
  // sequences.cc
  Mask sequence(const TypedExpression& node, const Batch& batch);
  Batch pairs(const TypedStep& step, const Batch& from, const Batch& candidates) const;
  Batch follow(const TypedStep& step, const Batch& from, const Batch& above, const Window& window);
  Mask unanswered(const TypedStep& step, const Batch& from, const Batch& above);
  // histories.cc
  Mask history(const TypedExpression& node, const Batch& batch) const;
  // values.cc
  Mask compare(const TypedExpression& node, const Batch& batch);
  Mask compare_texts(const TypedExpression& node, const Batch& batch, const Comparer& comparer);
  std::vector<Scalar> read(const TypedOperand& operand, const Batch& batch);
  std::vector<Scalar> first_or_last(const TypedOperand& operand, const Batch& batch);
  std::vector<Scalar> aggregate(const TypedOperand& operand, const Batch& batch);
  std::vector<Scalar> arithmetic(const TypedOperand& operand, const Batch& batch);

  Timestamp time_of(const EventRef& event) const { return environment_.base.events[event.type.value].at(event.row); }

  Environment environment_;
  std::unordered_map<const TypedExpression*, std::uint64_t> counts_;
};

// Members of a definition at an instant, rankings included, and each node's own count.
struct SweepResult {
  std::vector<bool> members;  // by ordinal
  std::uint64_t count = 0;
  std::unordered_map<const TypedExpression*, std::uint64_t> node_counts;
  RankingResults rankings;
};
SweepResult sweep(const Definition& definition, const Base& base, const Zone& zone, Timestamp t);
RankingResults rank_by_sweep(const Definition& definition, const Base& base, const Zone& zone, Timestamp t);

}  // namespace wanamaker
