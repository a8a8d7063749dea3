#pragma once
// What an earlier import of the same rows rejected, from its rejects file, so that the same file given again does not pass for one
// that was taken in whole. A record counts only where it is, byte for byte, what would be written of the row that stands there
// now: a record that was corrected, or that belongs to another file of that name, says nothing. Whether the present import rejects
// the row as well, the caller has to ask; what a target refused is therefore not said again.
// Key idea: records stand by chunks, so reading ahead by the rows of a chunk finds each.

#include "ingest/reject_records.h"
#include "ingest/rejects.h"

#include <map>
#include <optional>
#include <string>

namespace wanamaker {

// Single-threaded. Memory: the records of two chunks.
class EarlierRejects {
 public:
  explicit EarlierRejects(const RejectsFile& file);
  // Why this row was rejected; nothing where it is not known to have been. Rows come in ascending order.
  std::optional<RowFault> fault_of(const RawRow& row);

 private:
  struct Entry {
    RowFault fault;
    std::string hash;  // of the record
  };
  void read_ahead(std::uint64_t row);

  const RejectsFile& file_;
  RejectRecords records_;
  bool at_end_ = false;
  std::uint64_t read_to_row_ = 0;
  std::map<std::uint64_t, Entry> ahead_;  // by row
};

}  // namespace wanamaker
