#pragma once
// Saved segments.

#include "api/workspace.h"

#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

// `NAME:TYPE=VALUE`, TYPE one of text, number, boolean, date, timestamp. Errors: usage.
Result<SegmentParameter> parse_parameter(std::string_view written);

// Who writes something and why; either may be empty.
struct Authorship {
  std::string by = {};
  std::string note = {};
};

// [{name, type, default}].
Json parameters_json(const std::vector<SegmentParameter>& parameters);

struct SegmentSaved {
  std::string text;  // canonical
  std::uint64_t count = 0;
  std::vector<std::string> warnings;
};
// Errors: invalid (with position), conflict (a list has that key, another segment would break), not_found.
Result<SegmentSaved> put_segment(Workspace& workspace, const std::string& key, const std::string& source, std::vector<SegmentParameter> parameters, Authorship author = {});
// The expression that stands for a saved segment or list: in segment "key". Errors: not_found.
Result<std::string> segment_expression(Workspace& workspace, const std::string& key);
Result<Json> segment_json(Workspace& workspace, const std::string& key);

}  // namespace wanamaker
