#include "evaluate/sweep/plan.h"

#include "base/check.h"
#include "base/give_way.h"
#include "evaluate/sweep/attribute_operators.h"
#include "evaluate/sweep/batch_sweep.h"
#include "evaluate/sweep/bit_counter.h"
#include "evaluate/sweep/event_operators.h"
#include "evaluate/sweep/readers.h"
#include "evaluate/sweep/related_operators.h"
#include "evaluate/sweep/sequence_operator.h"

#include <bit>

namespace wanamaker {
namespace {

// What is true of a node whatever decides it: its complement where it is negated, and its count.
class NodeOperator : public ShardOperator {
 public:
  NodeOperator(OperatorPtr inner, bool negated, std::uint32_t number) : inner_(std::move(inner)), negated_(negated), number_(number) {}
  void decide(Shard& shard, ShardBits& out) const override {
    if (shard.environment.is_stopped()) return out.fill(0);
    give_way();
    inner_->decide(shard, out);
    if (negated_) for (std::uint32_t i = 0; i < kShardWords; ++i) out[i] = shard.living[i] & ~out[i];
    shard.scratch.node_counts[number_] += shard.kernels.population(out.data(), kShardWords);
  }

 private:
  OperatorPtr inner_;
  bool negated_;
  std::uint32_t number_;
};

class JunctionOperator : public ShardOperator {
 public:
  JunctionOperator(const TypedExpression& node, std::vector<OperatorPtr> children) : node_(node), children_(std::move(children)) {}
  void decide(Shard& shard, ShardBits& out) const override {
    if (node_.kind == ExpressionKind::at_least_of) return at_least(shard, out);
    const bool all = node_.kind == ExpressionKind::all_of;
    if (all) out = shard.living;
    else out.fill(0);
    const auto bits = std::make_unique<ShardBits>();  // not on the stack: segments on segments nest thousands deep
    for (const OperatorPtr& child : children_) {
      child->decide(shard, *bits);
      if (all) intersect(out, *bits);
      else unite(out, *bits);
    }
  }

 private:
  void at_least(Shard& shard, ShardBits& out) const {
    BitCounter<kShardWords> counter(children_.size());
    const auto bits = std::make_unique<ShardBits>();
    for (const OperatorPtr& child : children_) {
      child->decide(shard, *bits);
      counter.add(*bits);
    }
    counter.find_at_least(node_.number, out);
    intersect(out, shard.living);
  }

  const TypedExpression& node_;
  std::vector<OperatorPtr> children_;
};

class InverseOperator : public ShardOperator {
 public:
  explicit InverseOperator(OperatorPtr child) : child_(std::move(child)) {}
  void decide(Shard& shard, ShardBits& out) const override {
    child_->decide(shard, out);
    for (std::uint32_t i = 0; i < kShardWords; ++i) out[i] = shard.living[i] & ~out[i];
  }

 private:
  OperatorPtr child_;
};

// The rule of a named segment, which speaks of its contact alone.
class SegmentOperator : public ShardOperator {
 public:
  explicit SegmentOperator(OperatorPtr rule) : rule_(std::move(rule)) {}
  void decide(Shard& shard, ShardBits& out) const override { rule_->decide(shard, out); }

 private:
  OperatorPtr rule_;
};

class ConstantOperator : public ShardOperator {
 public:
  explicit ConstantOperator(bool holds) : holds_(holds) {}
  void decide(Shard& shard, ShardBits& out) const override {
    if (holds_) out = shard.living;
    else out.fill(0);
  }

 private:
  bool holds_;
};

// Any condition at all, by the batch operators over the contacts of the shard.
class BatchOperator : public ShardOperator {
 public:
  explicit BatchOperator(const TypedExpression& node) : node_(node) {}
  void decide(Shard& shard, ShardBits& out) const override {
    Batch batch;
    for_each_bit(shard.living, [&](std::uint32_t place) { batch.self.push_back({shard.first + place}); });
    batch.asked = batch.self;
    const Mask mask = BatchSweep(shard.environment).decide_positive(node_, batch);
    out.fill(0);
    for (std::size_t i = 0; i < mask.size(); ++i) if (mask[i] != 0) set_bit(out, batch.self[i].value - shard.first);
  }

 private:
  const TypedExpression& node_;
};

}  // namespace

Plan::Plan(const TypedExpression& root, const Environment& environment, const Kernels& kernels) : environment_(environment), kernels_(kernels), root_(plan(root)) {}

OperatorPtr Plan::plan(const TypedExpression& node) {
  const auto number = static_cast<std::uint32_t>(numbers_.size());
  numbers_.emplace(&node, number);
  return std::make_unique<NodeOperator>(plan_kind(node), node.negated, number);
}

OperatorPtr Plan::plan_kind(const TypedExpression& node) {
  OperatorPtr found;
  switch (node.kind) {
    case ExpressionKind::all_of:
    case ExpressionKind::any_of:
    case ExpressionKind::at_least_of: {
      std::vector<OperatorPtr> children;
      for (const TypedExpression& child : node.children) children.push_back(plan(child));
      return std::make_unique<JunctionOperator>(node, std::move(children));
    }
    case ExpressionKind::inverse: return std::make_unique<InverseOperator>(plan(node.children[0]));
    case ExpressionKind::constant: return std::make_unique<ConstantOperator>(node.constant);
    case ExpressionKind::segment: return std::make_unique<SegmentOperator>(plan(node.children[0]));
    case ExpressionKind::did: return did_operator(node, environment_);
    case ExpressionKind::moment: return moment_operator(node, environment_);
    case ExpressionKind::list: return list_operator(node);
    case ExpressionKind::ranking: return ranking_operator(node.ranking_id);
    case ExpressionKind::random: return random_operator(node);
    case ExpressionKind::sequence: found = sequence_operator(node, environment_, kernels_); break;
    case ExpressionKind::related: found = related_operator(node, environment_, kernels_); break;
    case ExpressionKind::compare:
      found = attribute_operator(node, environment_);
      if (!found) found = value_operator(node, environment_);
      break;
    case ExpressionKind::has_been:
    case ExpressionKind::changed: break;
  }
  if (!found) found = std::make_unique<BatchOperator>(node);
  return found;
}

}  // namespace wanamaker
