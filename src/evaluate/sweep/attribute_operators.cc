#include "evaluate/sweep/attribute_operators.h"

#include "evaluate/list_entries.h"
#include "evaluate/random_share.h"
#include "evaluate/sweep/id_operators.h"
#include "evaluate/sweep/row_filter.h"

#include <algorithm>

namespace wanamaker {
namespace {

// Calls decide(chunk number in the base, mask) for the chunks of a shard and puts the masks side by side.
template <typename Decide>
void for_each_chunk_of(const Shard& shard, ShardBits& out, Decide decide) {
  RowMask mask;
  for (std::uint32_t i = 0; i < kChunksPerShard; ++i) {
    decide(shard.first / Chunk::kRows + i, mask);
    std::ranges::copy(mask, out.begin() + i * mask.size());
  }
}

const Column* column_of(const std::vector<Column>& columns, AttributeId attribute) {
  return attribute.value < columns.size() ? &columns[attribute.value] : nullptr;
}

class AttributeOperator : public ShardOperator {
 public:
  AttributeOperator(const Column* column, const TypedExpression& node, const UnaryTest& unary, const Environment& environment)
      : column_(column), test_(node, unary.path->type, unary.part, environment), planes_(test_.planes_may_tell() ? environment.base.set_planes(unary.path->attribute) : nullptr) {}
  void decide(Shard& shard, ShardBits& out) const override {
    const std::uint32_t first = shard.first / Chunk::kRows;
    for (std::uint32_t i = 0; i < kChunksPerShard && column_ != nullptr; ++i) fetch_header(column_->chunks().find(first + i));
    for_each_chunk_of(shard, out, [&](std::uint32_t number, RowMask& mask) {
      const Chunk* chunk = column_ == nullptr ? nullptr : column_->chunks().find(number);
      if (const SetPlanes::Planes* planes = planes_ == nullptr ? nullptr : planes_->find(*column_, number); planes != nullptr && test_.decide(*planes, mask)) return;
      if (number + 1 < first + kChunksPerShard && column_ != nullptr) fetch_codes(column_->chunks().find(number + 1));
      test_.decide(chunk, Chunk::kRows, shard.kernels, mask);
    });
    intersect(out, shard.living);
  }

 private:
  const Column* column_;
  CellPredicate test_;
  const SetPlanes* planes_;
};

// A test of accounts is decided once an account, and each contact looks up its account's.
class AccountOperator : public ShardOperator {
 public:
  AccountOperator(const Column* column, const TypedExpression& node, const UnaryTest& unary, const Environment& environment) : accounts_(environment.base.accounts()) {
    const CellPredicate test(node, unary.path->type, unary.part, environment);
    for (std::uint32_t i = 0; i < accounts_.size() && column != nullptr; ++i) {
      const Cell cell = column->at(i);
      accounts_[i] = cell.known && test.holds(cell);
    }
  }
  void decide(Shard& shard, ShardBits& out) const override {
    Chunk::Values links;
    for_each_chunk_of(shard, out, [&](std::uint32_t number, RowMask& mask) {
      mask.fill(0);
      const Chunk* chunk = shard.environment.base.account_links().chunks().find(number);
      if (chunk == nullptr) return;
      chunk->read_all(links);
      for (std::uint32_t i = 0; i < chunk->size(); ++i) {
        if (chunk->is_known(i) && accounts_[static_cast<std::size_t>(links[i])]) set_bit(mask, i);
      }
    });
    intersect(out, shard.living);
  }

 private:
  std::vector<bool> accounts_;
};

class ListOperator : public ShardOperator {
 public:
  explicit ListOperator(const TypedExpression& node) : node_(node) {}
  void decide(Shard& shard, ShardBits& out) const override {
    static_assert(ListMembers::kContacts == Chunk::kRows);
    const ListMembers& members = list_entries(node_, shard.environment.base.catalog);
    for_each_chunk_of(shard, out, [&](std::uint32_t number, RowMask& mask) {
      mask.fill(0);
      const ListMembers::Chunk* chunk = members.chunks().find(number);
      if (chunk == nullptr) return;
      for (const auto& [place, entry] : *chunk) set_bit(mask, place);
    });
    intersect(out, shard.living);
  }

 private:
  const TypedExpression& node_;
};

class RankingOperator : public ShardOperator {
 public:
  explicit RankingOperator(std::uint32_t ranking_id) : ranking_id_(ranking_id) {}
  void decide(Shard& shard, ShardBits& out) const override {
    const std::vector<std::uint64_t>& members = shard.environment.rankings->at(ranking_id_).members;
    out.fill(0);
    std::copy_n(members.begin() + shard.first / 64, (shard.count + 63) / 64, out.begin());
    intersect(out, shard.living);
  }

 private:
  std::uint32_t ranking_id_;
};

class RandomOperator : public ShardOperator {
 public:
  explicit RandomOperator(const TypedExpression& node) : share_(node) {}
  void decide(Shard& shard, ShardBits& out) const override {
    out.fill(0);
    for_each_bit(shard.living, [&](std::uint32_t place) {
      if (share_.holds(shard.environment.base.contact_id({shard.first + place}))) set_bit(out, place);
    });
  }

 private:
  RandomShare share_;
};

}  // namespace

OperatorPtr attribute_operator(const TypedExpression& node, const Environment& environment) {
  const auto unary = unary_test(node);
  if (!unary) return nullptr;
  const Base& base = environment.base;
  if (unary->path->kind == PathKind::contact_attribute) return std::make_unique<AttributeOperator>(column_of(base.attributes(), unary->path->attribute), node, *unary, environment);
  if (unary->path->kind == PathKind::account_attribute) return std::make_unique<AccountOperator>(column_of(base.account_attributes(), unary->path->attribute), node, *unary, environment);
  if (unary->path->kind == PathKind::contact_id && !unary->part) return id_operator(node, environment);
  return nullptr;
}

OperatorPtr list_operator(const TypedExpression& node) { return std::make_unique<ListOperator>(node); }
OperatorPtr ranking_operator(std::uint32_t ranking_id) { return std::make_unique<RankingOperator>(ranking_id); }
OperatorPtr random_operator(const TypedExpression& node) { return std::make_unique<RandomOperator>(node); }

}  // namespace wanamaker
