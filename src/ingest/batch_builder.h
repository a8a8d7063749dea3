#pragma once
// Gathers the rows of one chunk of the file in batches. Rows of one batch share their columns; an NDJSON row of contacts, accounts or
// records that lacks a key must leave that attribute alone, so such rows go in batches by the keys they have. Two rows of one id stay
// in order. The mark goes with the last batch of the chunk: after a crash in between, the first ones come again, which changes
// nothing, since rows of these kinds replace what is there.

#include "ingest/import_chunk.h"
#include "ingest/row_builder.h"

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace wanamaker {

// Single-threaded.
class BatchBuilder {
 public:
  // `columns` are those of the RowBuilder; they may grow while rows are added. `rows`: how many come mostly.
  BatchBuilder(const ImportPlan& plan, const std::vector<BatchColumn>& columns, std::uint64_t rows) : plan_(plan), columns_(columns), rows_(rows) {}

  // `place` is where the raw row is kept.
  void add(BuiltRow row, std::size_t place);
  // What has been gathered, in the order in which it is submitted: one batch at least, also when it has no rows.
  std::vector<PreparedBatch> finish();

 private:
  struct Group {
    std::vector<bool> is_absent;
    std::vector<BatchRow> rows;
    std::vector<std::uint32_t> places;
  };
  PreparedBatch prepared(Group group) const;
  void prepare_all();

  const ImportPlan& plan_;
  const std::vector<BatchColumn>& columns_;
  std::uint64_t rows_;
  std::map<std::vector<bool>, Group> groups_;
  std::unordered_map<std::string, std::vector<bool>> group_of_id_;  // where rows have different keys
  std::vector<PreparedBatch> prepared_;
};

}  // namespace wanamaker
