#pragma once
// Gathers the rows of one chunk of the file and hands them to the target. Rows of one batch share their columns; an NDJSON
// row of contacts, accounts or records that lacks a key must leave that attribute alone, so such rows go in batches by the
// keys they have. Two rows of one id stay in order. The mark goes with the last batch of the chunk: after a crash in between,
// the first ones come again, which changes nothing, since rows of these kinds replace what is there.

#include "ingest/rejects.h"
#include "ingest/row_builder.h"
#include "ingest/target.h"

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace wanamaker {

// Single-threaded.
class BatchBuilder {
 public:
  // `columns` are those of the RowBuilder; they may grow while rows are added.
  BatchBuilder(const ImportPlan& plan, const std::vector<BatchColumn>& columns, ImportTarget& target) : plan_(plan), columns_(columns), target_(target) {}

  // `raw` is kept until the target has answered. Errors: of the target.
  Result<void> add(BuiltRow row, RawRow raw);

  struct Refused {
    RawRow raw;
    RowFault fault;
  };
  struct Outcome {
    std::uint64_t applied = 0;
    std::uint64_t duplicates = 0;
    std::vector<Refused> refused;
  };
  // Submits what has been gathered, also when that is nothing. Errors: of the target.
  Result<Outcome> finish(ImportMark mark);

 private:
  struct Group {
    std::vector<bool> is_absent;
    std::vector<BatchRow> rows;
    std::vector<RawRow> raws;
  };
  Result<void> submit(Group group, std::optional<ImportMark> mark);
  Result<void> submit_all();

  const ImportPlan& plan_;
  const std::vector<BatchColumn>& columns_;
  ImportTarget& target_;
  std::map<std::vector<bool>, Group> groups_;
  std::unordered_map<std::string, std::vector<bool>> group_of_id_;  // where rows have different keys
  Outcome outcome_;
};

}  // namespace wanamaker
