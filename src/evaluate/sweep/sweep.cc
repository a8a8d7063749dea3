#include "evaluate/sweep/sweep.h"

#include "evaluate/sweep/batch_sweep.h"
#include "evaluate/sweep/plan.h"
#include "evaluate/sweep/readers.h"

#include <algorithm>

namespace wanamaker {
namespace {

ShardBits living_of(const Base& base, std::uint32_t first) {
  ShardBits living{};
  for (std::uint32_t i = 0; i < kChunksPerShard; ++i) {
    const Chunk* chunk = base.living().chunks().find(first / Chunk::kRows + i);
    if (chunk == nullptr || chunk->known() == 0) continue;
    RowMask mask;
    fill_first(mask, chunk->size());
    if (const std::uint64_t* presence = chunk->presence()) std::copy_n(presence, (chunk->size() + 63) / 64, mask.begin());
    std::ranges::copy(mask, living.begin() + i * mask.size());
  }
  return living;
}

Batch batch_of(const Shard& shard) {
  Batch batch;
  for_each_bit(shard.living, [&](std::uint32_t place) { batch.self.push_back({shard.first + place}); });
  batch.asked = batch.self;
  return batch;
}

}  // namespace

void Sweeper::for_each_shard(const Environment& environment, const std::function<void(Shard&)>& visit) {
  const std::uint32_t ordinals = environment.base.ordinals();
  workers_.run((ordinals + kShardContacts - 1) / kShardContacts, [&](std::uint32_t number, Scratch& scratch) {
    if (environment.is_stopped()) return;
    const std::uint32_t first = number * kShardContacts;
    Shard shard{.environment = environment, .kernels = kernels_, .scratch = scratch, .first = first, .count = std::min(kShardContacts, ordinals - first), .living = living_of(environment.base, first)};
    visit(shard);
  });
}

SweepResult Sweeper::decide_all(const TypedExpression& node, const Environment& environment) {
  const Plan plan(node, environment, kernels_);
  for (const auto& scratch : workers_.scratches()) scratch->node_counts.assign(plan.numbers().size(), 0);
  SweepResult result;
  const std::size_t shards = (environment.base.ordinals() + std::size_t{kShardContacts} - 1) / kShardContacts;
  result.members.resize(shards * kShardWords);
  for_each_shard(environment, [&](Shard& shard) {
    ShardBits bits;
    plan.decide(shard, bits);
    std::ranges::copy(bits, result.members.begin() + std::ptrdiff_t{shard.number()} * kShardWords);
  });
  for (const auto& [of, number] : plan.numbers()) {
    std::uint64_t& count = result.node_counts[of];
    for (const auto& scratch : workers_.scratches()) count += scratch->node_counts[number];
  }
  result.count = result.node_counts[&node];
  return result;
}

std::vector<Scalar> Sweeper::read_all(const TypedOperand& operand, const Environment& environment) {
  std::vector<Scalar> values(environment.base.ordinals());
  for_each_shard(environment, [&](Shard& shard) {
    const Batch batch = batch_of(shard);
    std::vector<Scalar> column = BatchSweep(environment).read(operand, batch);
    for (std::size_t i = 0; i < column.size(); ++i) values[batch.self[i].value] = std::move(column[i]);
  });
  return values;
}

Population* Sweeper::read_values(const TypedOperand& operand, BaseEvaluator::Inside inside, const Environment& environment) {
  const ReaderPtr reader = metric_reader_of(operand, environment);
  if (!reader) return nullptr;
  metric_.clear(environment.base.ordinals());
  for_each_shard(environment, [&](Shard& shard) {
    const ShardValues read = reader->read(shard);
    ShardBits known = shard.living;
    if (!read.all_known) intersect(known, read.known);
    if (inside != nullptr) for (std::uint32_t i = 0; i < kShardWords; ++i) known[i] &= (*inside)[shard.number() * kShardWords + i];
    metric_.put_shard(shard.number(), known, read.values);
  });
  return &metric_;
}

RankingResults Sweeper::rank(const Definition& definition, const Environment& environment, const Wanted& wanted) {
  const auto with = [&](const RankingResults& so_far) { return Environment{environment.base, environment.zone, environment.t, &so_far, environment.stop}; };
  const BaseEvaluator evaluator{
      .decide_all = [&](const TypedExpression& node, const RankingResults& so_far) { return decide_all(node, with(so_far)).members; },
      .read_values = [&](const TypedOperand& operand, BaseEvaluator::Inside inside, const RankingResults& so_far) { return read_values(operand, inside, with(so_far)); },
      .read_all = [&](const TypedOperand& operand, const RankingResults& so_far) { return read_all(operand, with(so_far)); },
      .asked_tiles = wanted.every_tile ? nullptr : std::function([&](const TypedExpression& node, const RankingResults& so_far) { return asked_tiles(node, with(so_far)); }),
      .run = [&](std::uint32_t pieces, const std::function<void(std::uint32_t)>& work) { workers_.run(pieces, [&](std::uint32_t piece, Scratch&) { work(piece); }); },
      .position_of = wanted.position_of};
  return wanamaker::rank(definition, environment, evaluator);
}

SweepResult Sweeper::sweep(const Definition& definition, const Environment& environment) {
  RankingResults rankings = rank(definition, environment, {.every_tile = false});
  SweepResult result = decide_all(definition.root, {environment.base, environment.zone, environment.t, &rankings, environment.stop});
  result.rankings = std::move(rankings);
  return result;
}

SweepResult Sweeper::sweep(const Definition& definition, const Base& base, const Zone& zone, Timestamp t) { return sweep(definition, {base, zone, t}); }

std::optional<SweepResult> Sweeper::sweep_until(const StopSign& stop, const Definition& definition, const Base& base, const Zone& zone, Timestamp t) {
  SweepResult result = sweep(definition, {base, zone, t, nullptr, &stop});
  if (stop.is_raised()) return std::nullopt;
  return result;
}

std::optional<RankingResults> Sweeper::rank_until(const StopSign& stop, const Definition& definition, const Base& base, const Zone& zone, Timestamp t, std::optional<ContactOrdinal> position_of) {
  RankingResults results = rank(definition, {base, zone, t, nullptr, &stop}, {.every_tile = true, .position_of = position_of});
  if (stop.is_raised()) return std::nullopt;
  return results;
}

}  // namespace wanamaker
