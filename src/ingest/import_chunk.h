#pragma once
// A run of rows of the file on its way to the target: batches to submit, and what is to be said of rows that are in none.

#include "ingest/kept_rows.h"
#include "ingest/row_source.h"
#include "model/commands.h"

#include <cstdint>
#include <string>
#include <vector>

namespace wanamaker {

// What a chunk holds at most beside the rows that the target takes at once: it bounds the memory where rows are large.
inline constexpr std::uint64_t kChunkBytesMax = 16 * 1024 * 1024;

struct PreparedBatch {
  ImportBatch batch;
  std::vector<std::uint32_t> places;  // of its rows among those that are kept
};

struct ChunkReject {
  std::size_t place = 0;  // among those that are kept
  RowFault fault;
  bool is_readable = true;  // its cells are those of the file's columns
};

struct ImportChunk {
  KeptRows kept;                            // the rows of the batches and the rejected ones
  std::vector<PreparedBatch> batches = {};  // one at least, which may be empty, but for a dry run; in the order in which they are submitted
  std::vector<ChunkReject> rejects = {};
  std::uint64_t rows_filtered = 0;
  std::uint64_t rows_applicable = 0;        // of a dry run
  // Where the file stands behind the chunk, for its mark.
  std::uint64_t rows_read = 0;
  std::uint64_t bytes_done = 0;
  std::string prefix_hash = {};
  std::uint64_t file_bytes_read = 0;        // as it lies on disk
  bool is_full = false;                     // not the rest at the end of the file
};

}  // namespace wanamaker
