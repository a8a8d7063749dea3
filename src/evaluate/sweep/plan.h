#pragma once
// A definition as operators over shards: one a node, and for what no operator over columns decides, the batch operators.
// Immutable once made; thread-safe. The tree and what the environment refers to must outlive it.

#include "evaluate/sweep/shard.h"
#include "language/typed.h"

#include <unordered_map>

namespace wanamaker {

class Plan {
 public:
  Plan(const TypedExpression& root, const Environment& environment, const Kernels& kernels);

  // Decides the root for a shard; every node's contacts are added to the scratch's counts.
  void decide(Shard& shard, ShardBits& out) const { root_->decide(shard, out); }
  // The place of each node's count, by node.
  const std::unordered_map<const TypedExpression*, std::uint32_t>& numbers() const { return numbers_; }

 private:
  OperatorPtr plan(const TypedExpression& node);
  OperatorPtr plan_kind(const TypedExpression& node);

  const Environment environment_;
  const Kernels& kernels_;
  std::unordered_map<const TypedExpression*, std::uint32_t> numbers_;
  OperatorPtr root_;
};

}  // namespace wanamaker
