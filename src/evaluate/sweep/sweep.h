#pragma once
// The sweep decides the whole base, a shard of contacts at a time: each condition is an operator over the shard's columns that gives
// one bit a contact (plan.h). It must equal the probe on every contact at every instant; tests and `wanamaker verify` hold it to that.

#include "evaluate/rank.h"
#include "evaluate/sweep/workers.h"

#include <unordered_map>
#include <vector>

namespace wanamaker {

// Members of a definition at an instant, rankings included, and each node's own count.
struct SweepResult {
  std::vector<std::uint64_t> members;  // one bit an ordinal
  std::uint64_t count = 0;
  std::unordered_map<const TypedExpression*, std::uint64_t> node_counts;
  RankingResults rankings;  // without tiles where a comparison with constants was all that was asked of them

  bool has(ContactOrdinal contact) const { return ((members[contact.value / 64] >> (contact.value % 64)) & 1) != 0; }
};

// Threads and memory for sweeps, kept from one to the next; nothing of an answer is. One sweep at a time.
class Sweeper {
 public:
  explicit Sweeper(const Kernels& kernels = best_kernels(), unsigned threads = std::thread::hardware_concurrency()) : kernels_(kernels), workers_(threads) {}

  SweepResult sweep(const Definition& definition, const Base& base, const Zone& zone, Timestamp t);
  // Nothing where the sign was raised before it was over, which it then soon was.
  std::optional<SweepResult> sweep_until(const StopSign& stop, const Definition& definition, const Base& base, const Zone& zone, Timestamp t);
  // Rankings alone; `position_of` as in BaseEvaluator. Likewise.
  std::optional<RankingResults> rank_until(const StopSign& stop, const Definition& definition, const Base& base, const Zone& zone, Timestamp t, std::optional<ContactOrdinal> position_of = std::nullopt);
  const Kernels& kernels() const { return kernels_; }

 private:
  SweepResult sweep(const Definition& definition, const Environment& environment);
  // What of rankings is read behind a sweep.
  struct Wanted {
    bool every_tile;
    std::optional<ContactOrdinal> position_of = std::nullopt;
  };
  RankingResults rank(const Definition& definition, const Environment& environment, const Wanted& wanted);
  SweepResult decide_all(const TypedExpression& node, const Environment& environment);
  std::vector<Scalar> read_all(const TypedOperand& operand, const Environment& environment);
  Population* read_values(const TypedOperand& operand, BaseEvaluator::Inside inside, const Environment& environment);
  void for_each_shard(const Environment& environment, const std::function<void(Shard&)>& visit);

  const Kernels& kernels_;
  Workers workers_;
  Population metric_;  // the memory of the last one
};

}  // namespace wanamaker
