#pragma once
// Static lists, and snapshots: lists of those for whom a rule held at one instant.

#include "api/segments.h"
#include "ingest/options.h"

#include <cstdint>
#include <string>
#include <vector>

namespace wanamaker {

// {list, kind, created_at, lock, snapshot, entries: [{contact, added_at, by, note}]}; `lock` and `snapshot` where there is one.
// Errors: not_found.
Result<Json> list_json(Workspace& workspace, const std::string& key);
// {lists: [{key, kind, size, locked}]}.
Json lists_json(Workspace& workspace);
// What a snapshot was made of: {key, kind, definition, parameters, at, by, note, members}. Shape: it is one.
Json snapshot_json(Workspace& workspace, const std::string& key);
bool is_snapshot(Workspace& workspace, const std::string& key);

// Decides a rule once and keeps its members under the key. Errors: those of a definition; conflict (the key is taken).
Result<Json> put_snapshot(Workspace& workspace, PutSnapshot command);

inline constexpr std::size_t kIdsOfACommand = 10'000;  // of a list that is filled

// Adds the contacts of a column of a file (CSV, NDJSON, also packed) to a list, in batches.
struct ListImport {
  std::string key;
  ImportOptions options;  // file, id_column (nothing: the first one), encoding, delimiter, no_header
  Authorship author;
};
struct ListImportReport {
  struct Rejected {
    std::uint64_t line = 0;
    std::string reason;
  };
  std::uint64_t rows = 0;
  std::uint64_t added = 0;  // that were not in the list before
  std::uint64_t size = 0;
  std::vector<Rejected> rejected = {};  // the first hundred
  std::uint64_t rejected_count = 0;
  Json to_json(const std::string& key) const;
};
// Errors: not_found (the list, the file, the column), conflict (locked, a snapshot), those of reading a file; what was added stays.
Result<ListImportReport> import_list(Workspace& workspace, const ListImport& import);

// The same answers for people; entries as CSV: contact,added_at,by,note.
std::string list_text(const Json& list);
std::string list_csv(const Json& list);
std::string lists_text(const Json& lists);
std::string snapshot_text(const Json& snapshot);

}  // namespace wanamaker
