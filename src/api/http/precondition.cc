#include "api/http/precondition.h"

#include <fmt/format.h>

#include <vector>

namespace wanamaker {
namespace {

struct Tag {
  std::string_view text;  // with its quotes
  bool is_weak = false;
};

struct Tags {
  bool is_any = false;
  std::vector<Tag> tags = {};
};

void skip_blanks(std::string_view& rest) { rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size())); }

Result<Tags> parse_tags(std::string_view rest, std::string_view header) {
  const auto wrong = [&] { return fail(ErrorCode::usage, fmt::format("{} is neither * nor a list of entity tags", header), "send the ETag as it came, with its quotes: \"v1\""); };
  Tags tags;
  skip_blanks(rest);
  if (rest.starts_with('*')) {
    rest.remove_prefix(1);
    skip_blanks(rest);
    if (!rest.empty()) return wrong();
    tags.is_any = true;
    return tags;
  }
  while (true) {
    skip_blanks(rest);
    Tag tag{.text = {}, .is_weak = rest.starts_with("W/")};
    if (tag.is_weak) rest.remove_prefix(2);
    const std::size_t end = rest.starts_with('"') ? rest.find('"', 1) : std::string_view::npos;
    if (end == std::string_view::npos) return wrong();
    tag.text = rest.substr(0, end + 1);
    tags.tags.push_back(tag);
    rest.remove_prefix(end + 1);
    skip_blanks(rest);
    if (rest.empty()) return tags;
    if (!rest.starts_with(',')) return wrong();
    rest.remove_prefix(1);
  }
}

enum class TagComparison : std::uint8_t { strong, weak };

bool is_among(const Tags& tags, const std::optional<std::string>& tag, TagComparison comparison) {
  if (!tag) return false;
  if (tags.is_any) return true;
  for (const Tag& one : tags.tags)
    if (one.text == *tag && (comparison == TagComparison::weak || !one.is_weak)) return true;
  return false;
}

}  // namespace

Result<bool> holds(const Conditions& conditions, const std::optional<std::string>& tag) {
  if (!conditions.if_match.empty()) {
    WM_TRY(const Tags tags, parse_tags(conditions.if_match, "If-Match"));
    if (!is_among(tags, tag, TagComparison::strong)) return false;
  }
  if (!conditions.if_none_match.empty()) {
    WM_TRY(const Tags tags, parse_tags(conditions.if_none_match, "If-None-Match"));
    if (is_among(tags, tag, TagComparison::weak)) return false;
  }
  return true;
}

}  // namespace wanamaker
