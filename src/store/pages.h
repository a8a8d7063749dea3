#pragma once
// Pages: the base as it was at one place of the log, in named pieces. Key idea: a page is never overwritten. A checkpoint writes new
// versions of the pages that changed, then a catalog that names the version and checksum of every page, and one flush makes all of it
// durable at once; until then the pages before it stand untouched. The grammar stands in docs/reference/formats.md.

#include "base/result.h"
#include "store/block.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

class Database;

// What the pages are together.
struct PageCatalog {
  struct Entry {
    std::uint64_t generation = 0;  // the checkpoint that wrote it
    std::uint64_t checksum = 0;    // XXH3-64 of its bytes, the generation as seed
    std::uint64_t size = 0;        // bytes
  };
  ChainLink link;                // the place of the log that the pages stand for
  std::uint64_t generation = 0;  // checkpoints are numbered; a number is never used twice
  std::map<std::string, Entry, std::less<>> entries;
};

// Single-threaded: one checkpoint at a time. Writes of the log go on beside it.
class Pages {
 public:
  explicit Pages(Database& database) : database_(database) {}

  // Reads the catalog; an empty store has one without pages. Errors: failure, when it is damaged.
  Result<void> open();
  const PageCatalog& catalog() const { return catalog_; }

  // Calls visit for every page of the catalog, in order of names. Errors: those of `visit`; failure, naming the page that is damaged
  // or missing.
  Result<void> load(const std::function<Result<void>(std::string_view name, std::string_view bytes)>& visit);

  // A checkpoint: begin, put what changed, commit. Nothing is seen of it before commit returns. Errors: failure.
  void begin(ChainLink link);
  Result<void> put(std::string_view name, std::string_view bytes);
  // `names` are all pages of the base; those not put since begin() stay as they are. Pages not named are dropped.
  Result<void> commit(const std::vector<std::string>& names);

  // Rewrites the files of pages and log, so that nothing deleted is in them. Errors: failure.
  Result<void> compact();

 private:
  Result<void> drop(const std::vector<std::string>& keys);

  Database& database_;
  PageCatalog catalog_;
  PageCatalog fresh_;                   // what the checkpoint that is being made has put
  std::vector<std::string> left_over_;  // keys of checkpoints that were cut short
};

}  // namespace wanamaker
