#pragma once
// The rejects file: the original columns of each rejected row, then row, code and reason. Its delimiter is that of the file
// (a comma for blanks and NDJSON), so that decimal commas are read again as they were. A row with too few cells is filled up;
// surplus cells stay in the last column, joined by the delimiter; a line of NDJSON that is no object stands whole in the first. The
// importer leaves out the three columns behind when it reads a file named *.rejects.csv, and rejects such a line again. Only the owner may read the file: it holds personal data.
//
// Key idea: none is missing and none stands twice, whenever the import is killed. What the importer itself rejects of a chunk is
// in the file, and synced, before the chunk is submitted: a chunk that the ledger knows has its rejects here. A chunk that it
// does not know comes again, so an import that goes on first takes off what stands behind the last row of the ledger, and a
// record that was cut; then it adds. What the target refuses is only known by its answer and follows at once, behind the others
// of its chunk; only of these may some be missing, where the process ends between the answer and the next write.

#include "base/result.h"
#include "ingest/csv_reader.h"

#include <fstream>
#include <string>
#include <vector>

namespace wanamaker {

inline constexpr std::string_view kRejectsEnding = ".rejects.csv";
inline constexpr std::string_view kRejectColumns[] = {"row", "code", "reason"};

// Single-threaded. The file is made with its first row.
class RejectsFile {
 public:
  enum class Start : std::uint8_t { anew, continued };
  RejectsFile(std::string path, char delimiter, std::vector<std::string> columns, Start start);
  // Errors: failure, when the file could not be made or added to; says so before a row is applied. Leaves nothing behind.
  Result<void> check_writable() const;
  // Takes off the records of rows behind this one. Errors: failure (cannot be written).
  Result<void> drop_behind(std::uint64_t row);
  // Errors: failure (cannot be written).
  Result<void> add(const RawRow& row, const RowFault& fault);
  // What was added is on the disk when it returns. Errors: failure (cannot be written).
  Result<void> sync();
  Result<void> close();
  const std::string& path() const { return path_; }
  char delimiter() const { return delimiter_; }
  std::string header() const;                                          // with its line end
  std::string line_of(const RawRow& row, const RowFault& fault) const;  // likewise
  bool is_written() const { return stream_.is_open() || is_closed_; }

 private:
  Result<void> open();
  bool is_regular() const;
  void append_cell(std::string& line, std::string_view text) const;
  std::unexpected<Error> unwritable() const;

  std::string path_;
  char delimiter_;
  std::vector<std::string> columns_;
  Start start_;
  std::ofstream stream_;
  bool is_synced_ = true;
  bool is_closed_ = false;
};

}  // namespace wanamaker
