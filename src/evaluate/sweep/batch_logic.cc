// Batches, junctions and what needs no values.

#include "base/check.h"
#include "evaluate/probe.h"
#include "evaluate/sweep/sweep.h"

#include <algorithm>

namespace wanamaker {

Batch Batch::filtered(const Mask& mask) const {
  Batch result;
  result.record_type = record_type;
  for (std::size_t i = 0; i < mask.size(); ++i) {
    if (mask[i] == 0) continue;
    result.self.push_back(self[i]);
    result.asked.push_back(asked[i]);
    if (!owner.empty()) result.owner.push_back(owner[i]);
    if (!event.empty()) result.event.push_back(event[i]);
    if (!previous.empty()) result.previous.push_back(previous[i]);
    if (!record.empty()) result.record.push_back(record[i]);
  }
  return result;
}

Batch Sweep::shard(std::uint32_t first) const {
  Batch batch;
  const std::uint32_t end = std::min(environment_.base.ordinals(), first + kShardContacts);
  for (std::uint32_t i = first; i < end; ++i) if (environment_.base.is_contact({i})) batch.self.push_back({i});
  batch.asked = batch.self;
  return batch;
}

std::vector<bool> Sweep::decide_all(const TypedExpression& node) {
  std::vector<bool> members(environment_.base.ordinals(), false);
  for (std::uint32_t first = 0; first < environment_.base.ordinals(); first += kShardContacts) {
    const Batch batch = shard(first);
    const Mask mask = decide(node, batch);
    for (std::size_t i = 0; i < mask.size(); ++i) if (mask[i] != 0) members[batch.self[i].value] = true;
  }
  return members;
}

std::vector<Scalar> Sweep::read_all(const TypedOperand& operand) {
  std::vector<Scalar> values(environment_.base.ordinals());
  for (std::uint32_t first = 0; first < environment_.base.ordinals(); first += kShardContacts) {
    const Batch batch = shard(first);
    std::vector<Scalar> column = read(operand, batch);
    for (std::size_t i = 0; i < column.size(); ++i) values[batch.self[i].value] = std::move(column[i]);
  }
  return values;
}

Mask Sweep::decide(const TypedExpression& node, const Batch& batch) {
  Mask mask = decide_kind(node, batch);
  if (node.negated) for (std::uint8_t& truth : mask) truth ^= 1U;
  const bool at_the_top = batch.owner.empty();
  if (at_the_top) counts_[&node] += static_cast<std::uint64_t>(std::ranges::count(mask, 1));
  return mask;
}

Mask Sweep::decide_kind(const TypedExpression& node, const Batch& batch) {
  switch (node.kind) {
    case ExpressionKind::all_of:
    case ExpressionKind::any_of:
    case ExpressionKind::at_least_of: return junction(node, batch);
    case ExpressionKind::inverse: {
      Mask mask = decide(node.children[0], batch);
      for (std::uint8_t& truth : mask) truth ^= 1U;
      return mask;
    }
    case ExpressionKind::constant: return Mask(batch.size(), node.constant ? 1 : 0);
    case ExpressionKind::did: return did(node, batch);
    case ExpressionKind::sequence: return sequence(node, batch);
    case ExpressionKind::moment: return moment(node, batch);
    case ExpressionKind::related: return related(node, batch);
    case ExpressionKind::segment: {
      // A segment speaks of its contact alone, whoever asks.
      Batch alone = batch;
      alone.asked = alone.self;
      return decide(node.children[0], alone);
    }
    case ExpressionKind::list: {
      const auto& entries = environment_.base.catalog.lists.at(node.key).entries;
      Mask mask(batch.size());
      for (std::size_t i = 0; i < batch.size(); ++i) mask[i] = entries.contains(batch.self[i]) ? 1 : 0;
      return mask;
    }
    case ExpressionKind::ranking: {
      const std::vector<bool>& members = environment_.rankings->at(node.ranking_id).members;
      Mask mask(batch.size());
      for (std::size_t i = 0; i < batch.size(); ++i) mask[i] = members[batch.self[i].value] ? 1 : 0;
      return mask;
    }
    case ExpressionKind::random: return random(node, batch);
    case ExpressionKind::has_been:
    case ExpressionKind::changed: return history(node, batch);
    case ExpressionKind::compare: return compare(node, batch);
  }
  CHECK(false, "every condition has a case");
}

Mask Sweep::junction(const TypedExpression& node, const Batch& batch) {
  const auto children = static_cast<std::int64_t>(node.children.size());
  const std::int64_t needed = node.kind == ExpressionKind::all_of ? children : node.kind == ExpressionKind::any_of ? 1 : node.number;
  std::vector<std::int64_t> held(batch.size(), 0);
  for (const TypedExpression& child : node.children) {
    const Mask mask = decide(child, batch);
    for (std::size_t i = 0; i < mask.size(); ++i) held[i] += mask[i];
  }
  Mask result(batch.size());
  for (std::size_t i = 0; i < held.size(); ++i) result[i] = held[i] >= needed ? 1 : 0;
  return result;
}

Mask Sweep::random(const TypedExpression& node, const Batch& batch) const {
  Mask mask(batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) mask[i] = random_holds(node, environment_.base.contact_id(batch.self[i])) ? 1 : 0;
  return mask;
}

RankingResults rank_by_sweep(const Definition& definition, const Base& base, const Zone& zone, Timestamp t) {
  const Environment environment{base, zone, t};
  const BaseEvaluator evaluator{
      .decide_all = [&](const TypedExpression& node, const RankingResults& so_far) { return Sweep({base, zone, t, &so_far}).decide_all(node); },
      .read_all = [&](const TypedOperand& operand, const RankingResults& so_far) { return Sweep({base, zone, t, &so_far}).read_all(operand); }};
  return rank(definition, environment, evaluator);
}

SweepResult sweep(const Definition& definition, const Base& base, const Zone& zone, Timestamp t) {
  SweepResult result;
  result.rankings = rank_by_sweep(definition, base, zone, t);
  Sweep run({base, zone, t, &result.rankings});
  result.members = run.decide_all(definition.root);
  result.count = static_cast<std::uint64_t>(std::ranges::count(result.members, true));
  result.node_counts = run.counts();
  return result;
}

}  // namespace wanamaker
