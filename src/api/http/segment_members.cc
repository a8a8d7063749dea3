#include "api/http/segment_members.h"

#include "api/http/segment_fields.h"
#include "api/live.h"
#include "api/segments.h"

namespace wanamaker {
namespace {

SegmentMembers of_live(const LiveSegment& segment, Timestamp as_of) {
  SegmentMembers members{.words = {}, .count = segment.members.count(), .as_of = as_of, .changes_after = {}};
  for (std::size_t i = 0; i < segment.members.chunks().size() * ContactBits::kWords; ++i) members.words.push_back(segment.members.word(i));
  return members;
}

}  // namespace

Result<SegmentMembers> find_members(Call& call, const std::string& key) {
  Workspace& workspace = call.workspace();
  WM_CHECK_OK(run_time(workspace));
  if (query_text(call.address(), "at") == nullptr) {
    const Live& live = workspace.engine().live();
    if (const auto number = live.find(key)) {
      const LiveSegment& segment = live.segments()[number->value];
      SegmentMembers members = of_live(segment, segment.invalid_since.value_or(as_of(workspace)));
      members.changes_after = live.feed().last();
      return members;
    }
  }
  WM_TRY(const Timestamp at, call.at());
  WM_TRY(const std::string expression, segment_expression(workspace, key));
  if (query_text(call.address(), "at") != nullptr) WM_CHECK_OK(check_may_ask_when(call, expression));
  WM_TRY(const Definition definition, workspace.compile(expression));
  WM_TRY(SweepResult result, workspace.sweep(definition, at));
  return SegmentMembers{.words = std::move(result.members), .count = result.count, .as_of = at, .changes_after = {}};
}

}  // namespace wanamaker
