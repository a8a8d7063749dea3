#include "evaluate/sweep/row_filter.h"

#include "base/check.h"

#include <algorithm>

namespace wanamaker {

std::optional<UnaryTest> unary_test(const TypedExpression& node) {
  if (node.kind != ExpressionKind::compare || !CellPredicate::has_constants(node)) return std::nullopt;
  const TypedOperand& left = node.operands[0];
  if (left.kind == OperandKind::path) return UnaryTest{&left.path, std::nullopt};
  if (left.kind == OperandKind::part) return UnaryTest{&left.path, left.part};
  return std::nullopt;
}

RowFilter::RowFilter(const TypedExpression& node, const FilteredTable& table, const Environment& environment) : node_(&node), table_(&table) {
  switch (node.kind) {
    case ExpressionKind::all_of: form_ = Form::all_of; break;
    case ExpressionKind::any_of: form_ = Form::any_of; break;
    case ExpressionKind::at_least_of: form_ = Form::at_least_of; break;
    case ExpressionKind::inverse: form_ = Form::inverse; break;
    case ExpressionKind::constant: form_ = Form::constant; return;
    default: {
      const auto unary = unary_test(node);
      cost_ = Cost::asked;
      if (!unary) return;
      if (table.has(*unary->path)) {
        form_ = Form::test;
        cost_ = Cost::column;
        column_ = table.column(*unary->path);
      } else if (table.owners != nullptr && unary->path->kind == PathKind::contact_attribute) {
        form_ = Form::owner_test;
        cost_ = Cost::owner;
        const auto& attributes = environment.base.attributes();
        column_ = unary->path->attribute.value < attributes.size() ? &attributes[unary->path->attribute.value] : nullptr;
      } else {
        return;
      }
      test_ = std::make_unique<CellPredicate>(node, unary->path->type, unary->part, environment);
      if (form_ == Form::owner_test && column_ != nullptr && test_->is_quick()) owners_ = std::make_unique<Owners>();
      return;
    }
  }
  for (const TypedExpression& child : node.children) children_.emplace_back(child, table, environment);
  // What is dear is asked of the rows that are left.
  std::ranges::stable_sort(children_, {}, &RowFilter::cost);
  for (const RowFilter& child : children_) cost_ = std::max(cost_, child.cost_);
}

void RowFilter::fetch_headers(std::uint32_t chunk) const {
  if (form_ == Form::test && column_ != nullptr) fetch_header(column_->chunks().find(chunk));
  for (const RowFilter& child : children_) child.fetch_headers(chunk);
}

void RowFilter::fetch_codes(std::uint32_t chunk) const {
  if (form_ == Form::test && column_ != nullptr) wanamaker::fetch_codes(column_->chunks().find(chunk));
  for (const RowFilter& child : children_) child.fetch_codes(chunk);
}

void RowFilter::apply(std::uint32_t chunk, const Kernels& kernels, RowMask& rows) const {
  if (!node_->negated) return apply_positive(chunk, kernels, rows);
  RowMask passed = rows;
  apply_positive(chunk, kernels, passed);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] &= ~passed[i];
}

void RowFilter::apply_positive(std::uint32_t chunk, const Kernels& kernels, RowMask& rows) const {
  switch (form_) {
    case Form::all_of:
      for (const RowFilter& child : children_) child.apply(chunk, kernels, rows);
      return;
    case Form::any_of: {
      RowMask any{};
      for (const RowFilter& child : children_) {
        RowMask passed = rows;
        child.apply(chunk, kernels, passed);
        unite(any, passed);
      }
      rows = any;
      return;
    }
    case Form::at_least_of: return apply_at_least(chunk, kernels, rows);
    case Form::inverse: {
      RowMask passed = rows;
      children_[0].apply(chunk, kernels, passed);
      for (std::size_t i = 0; i < rows.size(); ++i) rows[i] &= ~passed[i];
      return;
    }
    case Form::constant:
      if (!node_->constant) rows.fill(0);
      return;
    case Form::test: {
      RowMask passed;
      test_->decide(column_ == nullptr ? nullptr : column_->chunks().find(chunk), Chunk::kRows, kernels, passed);
      return intersect(rows, passed);
    }
    case Form::owner_test: return apply_to_owners(chunk, kernels, rows);
    case Form::asked: return table_->ask(*node_, chunk, rows);
  }
  CHECK(false, "every filter has a case");
}

void RowFilter::find_owners(const Kernels& kernels) const {
  const ChunkList<Chunk>& chunks = column_->chunks();
  owners_->bits.resize((chunks.size() + kChunksPerShard - 1) / kChunksPerShard * kShardWords);
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    RowMask holds;
    test_->decide(chunks.find(i), Chunk::kRows, kernels, holds);
    std::ranges::copy(holds, owners_->bits.begin() + static_cast<std::ptrdiff_t>(i * holds.size()));
  }
}

// Owners in two bytes each that are all of one shard are looked up where they lie.
bool RowFilter::look_up_owners(const Chunk& owners, const Kernels& kernels, RowMask& passed) const {
  const Chunk::Bounds bounds = owners.loose_bounds();
  const std::int64_t shard = bounds.least / kShardContacts;
  if (owners.width() != 2 || bounds.most / kShardContacts != shard || (static_cast<std::size_t>(shard) + 1) * kShardWords > owners_->bits.size()) return false;
  kernels.look_up(owners.codes(), owners.size(), static_cast<std::int32_t>(owners.base() - shard * kShardContacts), owners_->bits.data() + shard * kShardWords, passed.data());
  return true;
}

void RowFilter::apply_to_owners(std::uint32_t chunk, const Kernels& kernels, RowMask& rows) const {
  const Chunk* codes = table_->owners->chunks().find(chunk);
  if (codes == nullptr) return rows.fill(0);
  RowMask passed{};
  if (owners_) std::call_once(owners_->once, [&] { find_owners(kernels); });
  if (owners_ && look_up_owners(*codes, kernels, passed)) return intersect(rows, passed);
  Chunk::Values owners;
  codes->read_all(owners);
  for_each_bit(rows, [&](std::uint32_t row) {
    const auto owner = static_cast<std::uint32_t>(owners[row]);
    if (owners_) {
      if (owner / 64 < owners_->bits.size() && ((owners_->bits[owner / 64] >> (owner % 64)) & 1) != 0) set_bit(passed, row);
      return;
    }
    const Cell cell = column_ == nullptr ? Cell{} : column_->at(owner);
    if (cell.known && test_->holds(cell)) set_bit(passed, row);
  });
  rows = passed;
}

void RowFilter::apply_at_least(std::uint32_t chunk, const Kernels& kernels, RowMask& rows) const {
  std::array<std::uint16_t, Chunk::kRows> held{};
  for (const RowFilter& child : children_) {
    RowMask passed = rows;
    child.apply(chunk, kernels, passed);
    for_each_bit(passed, [&](std::uint32_t row) { ++held[row]; });
  }
  RowMask enough{};
  for_each_bit(rows, [&](std::uint32_t row) {
    if (held[row] >= node_->number) set_bit(enough, row);
  });
  rows = enough;
}

}  // namespace wanamaker
