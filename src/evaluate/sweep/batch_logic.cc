// Batches, junctions and what needs no values.

#include "base/check.h"
#include "evaluate/list_entries.h"
#include "evaluate/probe.h"
#include "evaluate/random_share.h"
#include "evaluate/sweep/batch_sweep.h"

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

Batch Batch::part(std::size_t first, std::size_t end) const {
  const auto some = [&]<typename T>(const std::vector<T>& all) {
    return all.empty() ? std::vector<T>() : std::vector<T>(all.begin() + static_cast<std::ptrdiff_t>(first), all.begin() + static_cast<std::ptrdiff_t>(end));
  };
  return {.self = some(self), .asked = some(asked), .owner = some(owner), .event = some(event), .previous = some(previous), .record_type = record_type, .record = some(record)};
}

Mask BatchSweep::decide(const TypedExpression& node, const Batch& batch) {
  Mask mask = decide_positive(node, batch);
  if (node.negated) for (std::uint8_t& truth : mask) truth ^= 1U;
  return mask;
}

Mask BatchSweep::decide_positive(const TypedExpression& node, const Batch& batch) {
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
      const auto& entries = list_entries(node, environment_.base.catalog);
      Mask mask(batch.size());
      for (std::size_t i = 0; i < batch.size(); ++i) mask[i] = entries.contains(batch.self[i]) ? 1 : 0;
      return mask;
    }
    case ExpressionKind::ranking: {
      const RankingResult& result = environment_.rankings->at(node.ranking_id);
      Mask mask(batch.size());
      for (std::size_t i = 0; i < batch.size(); ++i) mask[i] = result.has(batch.self[i]) ? 1 : 0;
      return mask;
    }
    case ExpressionKind::random: return random(node, batch);
    case ExpressionKind::has_been:
    case ExpressionKind::changed: return history(node, batch);
    case ExpressionKind::compare: return compare(node, batch);
  }
  CHECK(false, "every condition has a case");
}

Mask BatchSweep::junction(const TypedExpression& node, const Batch& batch) {
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

Mask BatchSweep::random(const TypedExpression& node, const Batch& batch) const {
  Mask mask(batch.size());
  const RandomShare share(node);
  for (std::size_t i = 0; i < batch.size(); ++i) mask[i] = share.holds(environment_.base.contact_id(batch.self[i])) ? 1 : 0;
  return mask;
}

}  // namespace wanamaker
