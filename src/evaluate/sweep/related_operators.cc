#include "evaluate/sweep/related_operators.h"

#include "base/check.h"
#include "evaluate/sweep/batch_sweep.h"
#include "evaluate/sweep/row_filter.h"

#include <algorithm>
#include <optional>

namespace wanamaker {
namespace {

// How many records that pass a filter each owner has.
class RecordCounts {
 public:
  RecordCounts(const TypedSource& source, const Environment& environment)
      : source_(source), environment_(environment), table_(environment.base.records[source.record.value]),
        by_account_(source.kind == SourceClass::account_records),
        counts_(by_account_ ? environment.base.accounts() : environment.base.ordinals()) {
    filtered_.has = [](const TypedPath& path) { return path.kind == PathKind::field; };
    filtered_.column = [this](const TypedPath& path) -> const Column* {
      const auto& fields = table_.columns().fields.all();
      return path.attribute.value < fields.size() ? &fields[path.attribute.value] : nullptr;
    };
    filtered_.ask = [this](const TypedExpression& node, std::uint32_t chunk, RowMask& rows) { ask(node, chunk, rows); };
    if (source.where) filter_.emplace(*source.where, filtered_, environment);
  }

  // Shape: one count an owner; records that hang on an account count for it when `by_account`, else those of contacts.
  std::vector<std::uint32_t> take(const Kernels& kernels) {
    const ChunkList<Chunk>& kinds = table_.columns().owner_kinds.chunks();
    for (std::uint32_t i = 0; i < kinds.size() && !environment_.is_stopped(); ++i) if (kinds.find(i) != nullptr) count_chunk(*kinds.find(i), i, kernels);
    return std::move(counts_);
  }

 private:
  void count_chunk(const Chunk& kinds, std::uint32_t number, const Kernels& kernels) {
    const auto wanted = static_cast<std::int64_t>(by_account_ ? OwnerKind::account : OwnerKind::contact);
    RowMask rows{};
    find_in_range(kinds, {wanted, wanted}, kinds.size(), kernels, rows);
    if (const std::uint64_t* presence = kinds.presence()) for (std::uint32_t i = 0; i < (kinds.size() + 63) / 64; ++i) rows[i] &= presence[i];
    if (filter_ && !is_empty(rows)) filter_->apply(number, kernels, rows);
    for_each_bit(rows, [&](std::uint32_t row) { ++counts_[static_cast<std::size_t>(table_.columns().owners.at(number * Chunk::kRows + row).bits)]; });
  }

  // A filter may ask for attributes of the contact, of whom an account has many: then each is asked for apart, and there is no count.
  void ask(const TypedExpression& node, std::uint32_t chunk, RowMask& rows) {
    Batch batch;
    batch.record_type = source_.record;
    std::vector<std::uint32_t> places;
    for_each_bit(rows, [&](std::uint32_t place) {
      const std::uint32_t row = chunk * Chunk::kRows + place;
      places.push_back(place);
      batch.self.push_back({static_cast<std::uint32_t>(table_.columns().owners.at(row).bits)});
      batch.owner.push_back(static_cast<std::uint32_t>(batch.owner.size()));
      batch.record.push_back(row);
    });
    batch.asked = batch.self;
    const Mask passed = BatchSweep(environment_).decide_positive(node, batch);
    rows.fill(0);
    for (std::size_t i = 0; i < places.size(); ++i) if (passed[i] != 0) set_bit(rows, places[i]);
  }

  const TypedSource& source_;
  const Environment environment_;
  const RecordTable& table_;
  bool by_account_;
  std::vector<std::uint32_t> counts_;
  FilteredTable filtered_;
  std::optional<RowFilter> filter_;
};

class RelatedOperator : public ShardOperator {
 public:
  RelatedOperator(const TypedExpression& node, const Environment& environment, const Kernels& kernels)
      : node_(node), by_account_(node.source.kind == SourceClass::account_records), counts_(RecordCounts(node.source, environment).take(kernels)) {}
  void decide(Shard& shard, ShardBits& out) const override {
    out.fill(0);
    for_each_bit(shard.living, [&](std::uint32_t place) {
      if (holds(count(shard, place))) set_bit(out, place);
    });
  }

 private:
  std::uint32_t count(const Shard& shard, std::uint32_t place) const {
    if (!by_account_) return counts_[shard.first + place];
    const Cell account = shard.environment.base.account_links().at(shard.first + place);
    return account.known ? counts_[static_cast<std::size_t>(account.bits)] : 0;
  }
  bool holds(std::uint32_t found) const {
    switch (node_.quantifier) {
      case Quantifier::any: return found > 0;
      case Quantifier::no: return found == 0;
      case Quantifier::at_least: return found >= node_.number;
    }
    CHECK(false, "every quantifier has a case");
  }

  const TypedExpression& node_;
  bool by_account_;
  std::vector<std::uint32_t> counts_;
};

// Whether an expression reads nothing but the record: then an account's records are counted once for all its contacts.
bool reads_records_only(const TypedExpression& node) {
  const auto is_field = [](const TypedOperand& operand) {
    if (operand.kind == OperandKind::literal) return true;
    return (operand.kind == OperandKind::path || operand.kind == OperandKind::part) && (operand.path.kind == PathKind::field || operand.path.kind == PathKind::record_id);
  };
  return std::ranges::all_of(node.operands, is_field) && std::ranges::all_of(node.children, reads_records_only);
}

}  // namespace

OperatorPtr related_operator(const TypedExpression& node, const Environment& environment, const Kernels& kernels) {
  if (node.source.kind == SourceClass::colleagues) return nullptr;
  if (node.source.kind == SourceClass::account_records && node.source.where && !reads_records_only(*node.source.where)) return nullptr;
  return std::make_unique<RelatedOperator>(node, environment, kernels);
}

}  // namespace wanamaker
