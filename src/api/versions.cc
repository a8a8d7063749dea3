#include "api/versions.h"

#include "language/formatter.h"
#include "language/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace wanamaker {
namespace {

constexpr std::size_t kLinePairsMax = 4'000'000;  // beyond, the middle of a difference is told as gone and come as a whole

Result<const Segment*> find_segment(Workspace& workspace, const std::string& key) {
  const Catalog& catalog = workspace.base().catalog;
  if (const auto found = catalog.segments.find(key); found != catalog.segments.end()) return &found->second;
  WM_CHECK_OK(segment_expression(workspace, key));
  return fail(ErrorCode::not_found, fmt::format("'{}' is a list: it has no versions", key));
}

SegmentVersion present(const Segment& segment) {
  return {.number = segment.version, .saved_at = segment.saved_at, .by = segment.by, .note = segment.note, .text = segment.text, .parameters = segment.parameters};
}

Result<SegmentVersion> find_version(const Segment& segment, const std::string& key, std::uint32_t number) {
  if (number == segment.version) return present(segment);
  const auto found = std::ranges::find(segment.earlier, number, &SegmentVersion::number);
  if (found != segment.earlier.end()) return *found;
  return fail(ErrorCode::not_found, fmt::format("version {} of segment '{}' is not kept", number, key), fmt::format("wanamaker segment versions {} lists those that are", key));
}

std::vector<std::string> lines_of(const SegmentVersion& version) {
  std::vector<std::string> lines;
  for (const SegmentParameter& parameter : version.parameters) lines.push_back(fmt::format("${}: {}, default {}", parameter.name, name_of(parameter.type), to_string(parameter.value)));
  const auto tree = parse_expression(version.text);
  std::istringstream text(tree ? format_lines(*tree) : version.text);
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

// The longest common subsequence of what lies between the common start and the common end.
std::vector<std::string> difference(const std::vector<std::string>& from, const std::vector<std::string>& to) {
  std::size_t start = 0;
  while (start < from.size() && start < to.size() && from[start] == to[start]) ++start;
  std::size_t end = 0;
  while (end < from.size() - start && end < to.size() - start && from[from.size() - 1 - end] == to[to.size() - 1 - end]) ++end;
  const std::size_t n = from.size() - start - end;
  const std::size_t m = to.size() - start - end;
  const bool is_small = n * m <= kLinePairsMax;
  // common[i][k]: the length of the longest one of from[i..] and to[k..] within the middle.
  std::vector<std::vector<std::uint32_t>> common(is_small ? n + 1 : 0, std::vector<std::uint32_t>(m + 1));
  for (std::size_t i = is_small ? n : 0; i-- > 0;)
    for (std::size_t k = m; k-- > 0;)
      common[i][k] = from[start + i] == to[start + k] ? common[i + 1][k + 1] + 1 : std::max(common[i + 1][k], common[i][k + 1]);
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < start; ++i) lines.push_back(" " + from[i]);
  std::size_t i = 0;
  std::size_t k = 0;
  while (i < n || k < m) {
    if (is_small && i < n && k < m && from[start + i] == to[start + k]) {
      lines.push_back(" " + from[start + i]);
      ++i, ++k;
    } else if (i < n && (k == m || !is_small || common[i + 1][k] >= common[i][k + 1])) {
      lines.push_back("-" + from[start + i++]);
    } else {
      lines.push_back("+" + to[start + k++]);
    }
  }
  for (std::size_t left = end; left > 0; --left) lines.push_back(" " + from[from.size() - left]);
  return lines;
}

Json version_json(const SegmentVersion& version) {
  return Json::object().set("version", std::uint64_t{version.number}).set("saved_at", to_string(version.saved_at)).set("by", version.by).set("note", version.note)
      .set("definition", version.text).set("parameters", parameters_json(version.parameters));
}

std::string head_of(const Json& version) {
  const std::string& by = *version.find("by")->as_string();
  const std::string& note = *version.find("note")->as_string();
  return fmt::format("version {}  {}{}{}", version.find("version")->dump(), *version.find("saved_at")->as_string(), by.empty() ? "" : "  by " + by, note.empty() ? "" : ": " + note);
}

}  // namespace

Result<Json> versions_json(Workspace& workspace, const std::string& key) {
  WM_TRY(const Segment* segment, find_segment(workspace, key));
  Json versions = Json::array();
  for (const SegmentVersion& version : segment->earlier) versions.push(version_json(version).set("current", false));
  versions.push(version_json(present(*segment)).set("current", true));
  return Json::object().set("key", key).set("versions", std::move(versions));
}

Result<Json> diff_json(Workspace& workspace, const std::string& key, VersionPair pair) {
  WM_TRY(const Segment* segment, find_segment(workspace, key));
  if (!pair.from && segment->earlier.empty()) return fail(ErrorCode::not_found, fmt::format("segment '{}' has no earlier version that is kept", key));
  WM_TRY(const SegmentVersion from, find_version(*segment, key, pair.from ? *pair.from : segment->earlier.back().number));
  WM_TRY(const SegmentVersion to, find_version(*segment, key, pair.to.value_or(segment->version)));
  Json lines = Json::array();
  for (std::string& line : difference(lines_of(from), lines_of(to))) lines.push(std::move(line));
  return Json::object().set("key", key).set("from", version_json(from)).set("to", version_json(to)).set("lines", std::move(lines));
}

Result<SegmentSaved> restore_version(Workspace& workspace, const std::string& key, std::uint32_t number, Authorship author) {
  WM_TRY(const Segment* segment, find_segment(workspace, key));
  WM_TRY(SegmentVersion version, find_version(*segment, key, number));
  if (author.note.empty()) author.note = fmt::format("version {} again", number);
  return put_segment(workspace, key, version.text, std::move(version.parameters), std::move(author));
}

std::string versions_text(const Json& versions) {
  std::string text = fmt::format("segment {}\n", *versions.find("key")->as_string());
  for (const Json& version : *versions.find("versions")->as_array()) {
    text += fmt::format("  {}\n    {}\n", head_of(version), *version.find("definition")->as_string());
    for (const Json& parameter : *version.find("parameters")->as_array())
      text += fmt::format("    ${}: {}, default {}\n", *parameter.find("name")->as_string(), *parameter.find("type")->as_string(), *parameter.find("default")->as_string());
  }
  return text;
}

std::string diff_text(const Json& diff) {
  std::string text = fmt::format("--- {}\n+++ {}\n", head_of(*diff.find("from")), head_of(*diff.find("to")));
  for (const Json& line : *diff.find("lines")->as_array()) text += *line.as_string() + "\n";
  return text;
}

}  // namespace wanamaker
