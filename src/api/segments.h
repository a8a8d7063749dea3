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
// Errors: invalid (with position), conflict (a list has that key, another segment would break), not_found; those of check_can_be_kept().
Result<SegmentSaved> put_segment(Workspace& workspace, const std::string& key, const std::string& source, std::vector<SegmentParameter> parameters, Authorship author = {});
// What a definition that is about to be saved says at an instant, found as keeping it does: what takes longer than a question may is not kept, since what
// is in the log has to be. Errors: those of Workspace::check_wanted().
Result<SweepResult> try_to_keep(Workspace& workspace, const Definition& definition, Timestamp at);
// Likewise of a text; without a limit too, so that who stops his program meanwhile has kept nothing. What does not compile is left to whoever judges the command.
Result<void> check_can_be_kept(Workspace& workspace, const std::string& key, const std::string& text, const std::vector<SegmentParameter>& parameters);
// The expression that stands for a saved segment or list: in segment "key". Errors: not_found.
Result<std::string> segment_expression(Workspace& workspace, const std::string& key);
Result<Json> segment_json(Workspace& workspace, const std::string& key);

}  // namespace wanamaker
