#pragma once
// Values of varying length, by row: texts that are not coded (ids), and the elements of sets. Rows beyond the end are empty.
// Chunks of 4,096 rows: where each run starts, then all elements. What is cleared is overwritten, so that no trace stays in memory.
// Single writer; a copy is an image (base/chunk_list.h).

#include "base/chunk_list.h"
#include "base/ids.h"
#include "base/prefetch.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

namespace wanamaker {

template <typename Element>
class RunChunk {
 public:
  static constexpr std::uint32_t kRows = 4096;

  std::span<const Element> at(std::uint32_t row) const {
    if (row >= size()) return {};
    return std::span(elements_).subspan(starts_[row], starts_[row + 1] - starts_[row]);
  }
  // Asks the processor for what at() reads: first where the run starts, and once that is there, its elements.
  void fetch_start(std::uint32_t row) const {
    if (row < size()) fetch_line(starts_.data() + row);
  }
  void fetch_run(std::uint32_t row) const {
    if (row < size()) fetch_line(elements_.data() + starts_[row]);
  }
  std::uint32_t size() const { return starts_.empty() ? 0 : static_cast<std::uint32_t>(starts_.size() - 1); }
  std::size_t memory_bytes() const { return sizeof *this + starts_.capacity() * 4 + elements_.capacity() * sizeof(Element); }

  void set(std::uint32_t row, std::span<const Element> run) {
    if (starts_.empty()) starts_.push_back(0);
    if (row >= size() && row >= kMany) starts_.reserve(kRows + 1);
    if (row >= size()) starts_.resize(row + 2, starts_.back());
    const auto start = static_cast<std::ptrdiff_t>(starts_[row]);
    const auto old_end = static_cast<std::ptrdiff_t>(starts_[row + 1]);
    const auto end = start + static_cast<std::ptrdiff_t>(run.size());
    const std::size_t before = elements_.size();
    if (end > old_end) {
      elements_.resize(before + static_cast<std::size_t>(end - old_end));
      std::move_backward(elements_.begin() + old_end, elements_.begin() + static_cast<std::ptrdiff_t>(before), elements_.end());
    } else if (end < old_end) {
      const auto rest = std::move(elements_.begin() + old_end, elements_.end(), elements_.begin() + end);
      std::fill(rest, elements_.end(), Element{});  // shrinking alone would leave the bytes in the spare room
      elements_.resize(before - static_cast<std::size_t>(old_end - end));
    }
    std::copy(run.begin(), run.end(), elements_.begin() + start);
    for (std::size_t i = row + 1; i < starts_.size(); ++i) starts_[i] = static_cast<std::uint32_t>(starts_[i] + (end - old_end));
    if (row + 1 == kRows) elements_.shrink_to_fit();
  }

 private:
  static constexpr std::uint32_t kMany = 1024;  // from here on a chunk is expected to become full
  std::vector<std::uint32_t> starts_;           // one more than rows
  std::vector<Element> elements_;
};

template <typename Element>
class RunColumn {
 public:
  using Chunk = RunChunk<Element>;

  std::span<const Element> at(std::uint32_t row) const {
    const Chunk* chunk = chunks_.find(row / Chunk::kRows);
    return chunk == nullptr ? std::span<const Element>() : chunk->at(row % Chunk::kRows);
  }
  void set(std::uint32_t row, std::span<const Element> run) {
    if (run.empty() && at(row).empty()) return;
    chunks_.writable(row / Chunk::kRows).set(row % Chunk::kRows, run);
  }
  const ChunkList<Chunk>& chunks() const { return chunks_; }
  ChunkList<Chunk>& chunks() { return chunks_; }
  void saved(const RunColumn& image, std::uint32_t rows) { chunks_.saved(image.chunks_, (std::size_t{rows} + Chunk::kRows - 1) / Chunk::kRows); }

 private:
  ChunkList<Chunk> chunks_;
};

using TextChunk = RunChunk<char>;
using SetChunk = RunChunk<TextId>;
using SetColumn = RunColumn<TextId>;

// Texts as they are. An empty one is as good as none.
class TextColumn : public RunColumn<char> {
 public:
  std::string_view at(std::uint32_t row) const {
    const std::span<const char> run = RunColumn::at(row);
    return {run.data(), run.size()};
  }
  void set(std::uint32_t row, std::string_view text) { RunColumn::set(row, std::span(text.data(), text.size())); }
};

}  // namespace wanamaker
