#pragma once
// Where an import goes. The engine implements it; tests use one in memory. Key idea: the importer reads, checks and batches,
// the target decides and keeps, and each batch carries the mark up to which the file is then taken in.
// An implementation is single-threaded as far as an import is concerned: one import calls it from one thread.

#include "base/result.h"
#include "model/commands.h"
#include "model/schema.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

// One row of a batch that the target refused; `row_index` counts from 0 within the batch.
struct RowReject {
  std::uint64_t row_index = 0;
  std::string code;
  std::string reason;  // never holds a value of the row
};

// applied + duplicates + rejects.size() is the number of rows of the batch.
struct BatchOutcome {
  std::uint64_t applied = 0;
  std::uint64_t duplicates = 0;
  std::vector<RowReject> rejects;
};

// Rows of a batch where others write meanwhile, who wait for it, and where nobody else does: the disk is asked less often then.
inline constexpr std::uint64_t kRowsBesideOthers = 5'000;
inline constexpr std::uint64_t kRowsAlone = 20'000;

class ImportTarget {
 public:
  virtual ~ImportTarget() = default;
  virtual const Schema& schema() const = 0;
  // Errors: failure, where the target cannot be asked; likewise the next.
  virtual Result<std::vector<ImportMark>> marks(std::string_view import_key) = 0;
  // How many rows of the file it takes at once, at most kRowsAlone.
  virtual std::uint64_t rows_at_once() const { return kRowsBesideOthers; }
  // Of each of the ids, whether there is a contact of it.
  virtual Result<std::vector<bool>> know_contacts(std::span<const std::string_view> ids) = 0;
  // Durable when it returns. A batch may have no rows when every row of its part of the file was rejected: it then only
  // moves the mark. In a batch of events one property name may stand in two columns of different types, since the type
  // belongs to the event; a row then has a value in at most one of them.
  virtual Result<BatchOutcome> submit(ImportBatch batch) = 0;
};

}  // namespace wanamaker
