#pragma once
// Decides any condition for a batch of subjects: each operator takes the batch and gives a mask or a column of values, and filters run
// over batches of events or records with the same operators. It is what the sweep does with conditions and filters that no operator
// over columns decides. It must equal the probe on every subject. Single-threaded; keeps nothing.

#include "evaluate/compare.h"
#include "evaluate/sweep/batch.h"

#include <functional>
#include <vector>

namespace wanamaker {

class BatchSweep {
 public:
  // Pairs of a contact and what he shares with others, or of two of his events, that are looked at together: some megabytes.
  static constexpr std::size_t kRowsAtOnce = 1U << 18;

  explicit BatchSweep(const Environment& environment) : environment_(environment) {}

  Mask decide(const TypedExpression& node, const Batch& batch);
  Mask decide_positive(const TypedExpression& node, const Batch& batch);  // whether it is negated apart
  std::vector<Scalar> read(const TypedOperand& operand, const Batch& batch);

 private:
  // batch_logic.cc
  Mask junction(const TypedExpression& node, const Batch& batch);
  Mask random(const TypedExpression& node, const Batch& batch) const;
  // batch_events.cc
  Batch expand(const TypedSource& source, const Batch& batch, const Window& window);
  std::vector<std::int64_t> count_of(const TypedSource& source, const Batch& batch);
  Batch expand_records(const TypedSource& source, const Batch& batch);
  void sort_events(Batch& events) const;
  Mask did(const TypedExpression& node, const Batch& batch);
  Mask moment(const TypedExpression& node, const Batch& batch);
  Mask related(const TypedExpression& node, const Batch& batch);
  // Calls visit(part, place of its first in the batch) for parts of a batch, each with some rows of the source at once: those of all who share a large
  // account fit into no memory.
  using VisitPart = std::function<void(const Batch& part, std::size_t first)>;
  void for_each_part(const TypedSource& source, const Batch& batch, const VisitPart& visit) const;
  // batch_colleagues.cc
  struct Accounts;
  Accounts accounts_of(const TypedSource& source, const Batch& batch);
  std::vector<std::int64_t> count_colleagues(const TypedSource& source, const Batch& batch);
  std::vector<Scalar> aggregate_colleagues(const TypedOperand& operand, const Batch& batch);
  // batch_sequences.cc
  Mask sequence(const TypedExpression& node, const Batch& batch);
  // Those of `from` from a place on, until they are many; the place is moved to where they go on.
  Batch pairs(const TypedStep& step, const Batch& from, std::size_t& next, const Batch& candidates) const;
  // Calls note(place) for each pair that passes the step's filter, with what pairs() notes of it.
  void for_each_passing(const TypedStep& step, const Batch& from, const Batch& candidates, const std::function<void(std::uint32_t)>& note);
  Batch follow(const TypedStep& step, const Batch& from, const Batch& above, const Window& window);
  Mask unanswered(const TypedStep& step, const Batch& from, const Batch& above);
  // batch_histories.cc
  Mask history(const TypedExpression& node, const Batch& batch) const;
  // batch_values.cc
  Mask compare(const TypedExpression& node, const Batch& batch);
  Mask compare_texts(const TypedExpression& node, const Batch& batch, const Comparer& comparer);
  std::vector<Scalar> first_or_last(const TypedOperand& operand, const Batch& batch);
  std::vector<Scalar> aggregate(const TypedOperand& operand, const Batch& batch);
  std::vector<Scalar> arithmetic(const TypedOperand& operand, const Batch& batch);

  Timestamp time_of(const EventRef& event) const { return environment_.base.events[event.type.value].at(event.row); }

  Environment environment_;
};

}  // namespace wanamaker
