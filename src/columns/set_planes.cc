#include "columns/set_planes.h"

#include <bit>

namespace wanamaker {

void SetPlanes::refresh(const Column& column, const SetSignatures& signatures) {
  chunks_.resize(column.chunks().size());
  for (std::size_t i = 0; i < chunks_.size(); ++i) {
    if (chunks_[i].revision_ == column.chunks().revision(i)) continue;
    chunks_[i].make(column.chunks().find(i), signatures);
    chunks_[i].revision_ = column.chunks().revision(i);
  }
}

void SetPlanes::Planes::make(const Chunk* chunk, const SetSignatures& signatures) {
  places_.fill(kNowhere);
  rows_.clear();
  if (chunk == nullptr) return;
  std::array<std::uint64_t, Chunk::kRows> of_rows{};
  std::uint64_t any = 0;
  for (std::uint32_t row = 0; row < chunk->size(); ++row) {
    if (chunk->is_known(row)) any |= of_rows[row] = signatures.all()[static_cast<std::size_t>(chunk->bits(row))];
  }
  rows_.reserve(static_cast<std::size_t>(std::popcount(any)));
  for (std::uint64_t rest = any; rest != 0; rest &= rest - 1) {
    places_[static_cast<std::size_t>(std::countr_zero(rest))] = static_cast<std::uint8_t>(rows_.size());
    rows_.emplace_back();
  }
  for (std::uint32_t row = 0; row < chunk->size(); ++row) {
    for (std::uint64_t rest = of_rows[row]; rest != 0; rest &= rest - 1) {
      rows_[places_[static_cast<std::size_t>(std::countr_zero(rest))]][row / 64] |= std::uint64_t{1} << (row % 64);
    }
  }
}

}  // namespace wanamaker
