#pragma once
// From rows of the file to chunks: each row becomes one of a batch, a rejected one, or is left out. Key idea: nothing here asks what
// has become of earlier chunks, so that one chunk can be read while another is taken in. Single-threaded.

#include "ingest/batch_builder.h"
#include "ingest/import_chunk.h"
#include "ingest/row_builder.h"

#include <optional>

namespace wanamaker {

// What a chunk holds at most; the second bounds the memory where rows are large.
inline constexpr std::uint64_t kChunkRowsMax = 5'000;
inline constexpr std::uint64_t kChunkBytesMax = 8 * 1024 * 1024;

class ChunkReader {
 public:
  enum class Purpose : std::uint8_t { take_in, dry_run };
  // `first` is the row that was read last, where it is to be in the first chunk.
  ChunkReader(RowSource& rows, std::optional<RawRow> first, const ImportPlan& plan, RowBuilder& builder, Purpose purpose)
      : rows_(rows), first_(std::move(first)), builder_(builder), batches_(plan, builder.columns()), purpose_(purpose) {}

  // Nothing at the end of the file. Errors: of the source; the rows read since the last chunk are then in none.
  Result<std::optional<ImportChunk>> next();

 private:
  Result<bool> read(RawRow& row);
  void take(const RawRow& row, ImportChunk& chunk);

  RowSource& rows_;
  std::optional<RawRow> first_;
  RowBuilder& builder_;
  BatchBuilder batches_;
  Purpose purpose_;
};

}  // namespace wanamaker
