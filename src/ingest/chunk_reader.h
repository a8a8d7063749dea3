#pragma once
// From rows of the file to chunks: each row becomes one of a batch, a rejected one, or is left out. Key idea: nothing here asks what
// has become of earlier chunks, so that one chunk can be read while another is taken in. Where contacts have to be known, the rows of a
// chunk wait until the target was asked for all of theirs at once. Single-threaded.

#include "ingest/batch_builder.h"
#include "ingest/import_chunk.h"
#include "ingest/row_builder.h"
#include "ingest/target.h"

#include <optional>
#include <vector>

namespace wanamaker {

class ChunkReader {
 public:
  enum class Purpose : std::uint8_t { take_in, dry_run };
  // `first` is the row that was read last, where it is to be in the first chunk.
  // `target` is asked for nothing but known contacts.
  ChunkReader(RowSource& rows, std::optional<RawRow> first, const ImportPlan& plan, RowBuilder& builder, ImportTarget& target, Purpose purpose)
      : rows_(rows), first_(std::move(first)), builder_(builder), target_(target), rows_at_once_(target.rows_at_once()), batches_(plan, builder.columns(), rows_at_once_), purpose_(purpose) {}

  // Nothing at the end of the file. `spent` is the memory of an earlier chunk, or none. Errors: of the source and the target; the rows
  // read since the last chunk are then in none.
  Result<std::optional<ImportChunk>> next(KeptRows spent = {});

 private:
  Result<bool> read(RawRow& row);
  void take(const RawRow& row, ImportChunk& chunk);
  void accept(BuiltRow row, std::size_t place, ImportChunk& chunk);
  Result<void> decide_waiting(ImportChunk& chunk);

  RowSource& rows_;
  std::optional<RawRow> first_;
  RowBuilder& builder_;
  ImportTarget& target_;
  std::uint64_t rows_at_once_;
  BatchBuilder batches_;
  struct Waiting {
    BuiltRow row;
    std::size_t place = 0;  // among the rows of the chunk that are kept
  };
  std::vector<Waiting> waiting_;  // for the answer whether their contacts are known
  Purpose purpose_;
};

}  // namespace wanamaker
