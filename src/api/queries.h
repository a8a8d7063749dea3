#pragma once
// Questions about who is in: count, members, explain, export.

#include "api/workspace.h"
#include "evaluate/recorder.h"

#include <optional>
#include <string>
#include <vector>

namespace wanamaker {

struct NodeCount {
  std::string text;  // canonical text of the node
  Span span;         // in the definition's canonical text where it is its own, else of the source
  int depth = 0;
  std::uint64_t count = 0;
};

struct CountAnswer {
  std::uint64_t count = 0;
  std::uint64_t contacts = 0;      // in the base
  std::string definition;          // canonical text
  Timestamp at;
  std::vector<NodeCount> nodes;    // the definition's conditions, parents before children
  std::vector<std::string> windows;  // "in last 30 days: 2024-01-01T… to 2024-01-31T…"
  std::vector<std::string> warnings;
  double median_ms = 0;
  double min_ms = 0;
  Json to_json() const;
};
// Shape: repeat >= 1 evaluations from the text on, for the timings.
// Errors: invalid, not_found (a segment, list or value set).
Result<CountAnswer> count(Workspace& workspace, std::string_view source, Timestamp at, int repeat);

// Contact ids sorted by bytes, and warnings of the definition.
struct MembersAnswer {
  std::vector<std::string> ids;
  std::vector<std::string> warnings;
};
Result<MembersAnswer> members(Workspace& workspace, std::string_view source, Timestamp at);
// The same by probes, one contact at a time: for verification.
Result<std::vector<std::string>> members_by_probe(Workspace& workspace, std::string_view source, Timestamp at);

// Whether one contact is in, why, since when and until when.
struct ExplainAnswer {
  Json json;         // docs/reference/json/explain.schema.json
  std::string text;  // the same for people
};
Result<ExplainAnswer> explain(Workspace& workspace, std::string_view contact_id, std::string_view source, Timestamp at);

// Members with chosen columns: attributes, `id`, account.NAME, or any operand of the language.
struct ExportAnswer {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;   // text of each value; missing is empty
  std::vector<std::vector<Json>> json_rows;
};
Result<ExportAnswer> export_members(Workspace& workspace, std::string_view source, const std::vector<std::string>& columns, Timestamp at);

}  // namespace wanamaker
