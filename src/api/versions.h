#pragma once
// The definitions that a segment had over time: who saved which, when and why, how two of them differ, and going back to one.

#include "api/segments.h"

#include <cstdint>
#include <optional>
#include <string>

namespace wanamaker {

// {key, versions: [{version, saved_at, by, note, definition, parameters, current}]}, oldest first. Errors: not_found.
Result<Json> versions_json(Workspace& workspace, const std::string& key);

struct VersionPair {
  std::optional<std::uint32_t> from = {};  // nothing: the one before the present
  std::optional<std::uint32_t> to = {};    // nothing: the present one
};
// {key, from, to, lines: [...]}: the canonical texts line by line, each behind a blank, `-` (only in `from`) or `+` (only in `to`).
// Errors: not_found (the segment, a version that is not kept, no earlier one).
Result<Json> diff_json(Workspace& workspace, const std::string& key, VersionPair pair);

// Saves an earlier definition again, as a new version. Errors: those of saving it; not_found.
Result<SegmentSaved> restore_version(Workspace& workspace, const std::string& key, std::uint32_t version, Authorship author);

// The same answers for people.
std::string versions_text(const Json& versions);
std::string diff_text(const Json& diff);

}  // namespace wanamaker
