#include "language/diagnostic.h"

#include "base/text/fold.h"

#include <algorithm>

namespace wanamaker {
namespace {

constexpr std::size_t kExcerptBytesMax = 200;

bool starts_code_point(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

std::u32string code_points(std::string_view text) {
  std::u32string result;
  for (const char c : text) {
    if (starts_code_point(c)) result.push_back(static_cast<unsigned char>(c));
    else if (!result.empty()) result.back() = (result.back() << 8) | static_cast<unsigned char>(c);
  }
  return result;
}

// Damerau-Levenshtein distance with neighbouring swaps as one edit.
std::size_t edit_distance(const std::u32string& a, const std::u32string& b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[a.size()][b.size()];
}

// The surroundings of a place in a line that is too long to be shown whole.
std::string excerpt(const std::string& line, std::size_t at) {
  std::size_t first = at > kExcerptBytesMax / 2 ? at - kExcerptBytesMax / 2 : 0;
  while (first < at && !starts_code_point(line[first])) ++first;
  std::size_t last = std::min(line.size(), at + kExcerptBytesMax / 2);
  while (last < line.size() && !starts_code_point(line[last])) ++last;
  const auto before = std::count_if(line.begin() + static_cast<std::ptrdiff_t>(first), line.begin() + static_cast<std::ptrdiff_t>(at), starts_code_point);
  const std::string lead = first > 0 ? "…" : "";
  return lead + line.substr(first, last - first) + (last < line.size() ? "…" : "") + "\n" + std::string(static_cast<std::size_t>(before) + (first > 0 ? 1 : 0), ' ') + "^";
}

}  // namespace

Position position_of(std::string_view source, std::uint32_t offset) {
  Position position{.line = 1, .column = 1};
  for (std::uint32_t i = 0; i < offset && i < source.size(); ++i) {
    if (source[i] == '\n') {
      ++position.line;
      position.column = 1;
    } else if (i + 1 >= source.size() || starts_code_point(source[i + 1])) {
      ++position.column;
    }
  }
  return position;
}

std::string underline(std::string_view source, Span span) {
  const std::size_t begin = std::min<std::size_t>(span.begin, source.size());
  const std::size_t line_start = begin == 0 ? 0 : source.rfind('\n', begin - 1) + 1;  // npos + 1 is 0
  const std::size_t line_end = std::min(source.find('\n', begin), source.size());
  const std::size_t end = std::clamp<std::size_t>(span.end, begin, line_end);
  std::string carets;
  for (std::size_t i = line_start; i < begin; ++i) {
    if (starts_code_point(source[i])) carets += source[i] == '\t' ? '\t' : ' ';
  }
  const auto width = std::count_if(source.begin() + static_cast<std::ptrdiff_t>(begin), source.begin() + static_cast<std::ptrdiff_t>(end), starts_code_point);
  carets += std::string(static_cast<std::size_t>(std::max<std::ptrdiff_t>(1, width)), '^');
  std::string line(source.substr(line_start, line_end - line_start));
  if (!line.empty() && line.back() == '\r') line.pop_back();
  if (line.empty()) return {};
  if (line.size() > kExcerptBytesMax) return excerpt(line, begin - line_start);
  return line + "\n" + carets;
}

Error diagnose(std::string_view source, Span span, std::string message, std::string hint) {
  if (hint.starts_with("Did you mean")) {
    message += ". " + hint;
    hint.clear();
  }
  Error error{.code = ErrorCode::invalid, .message = std::move(message), .hint = std::move(hint)};
  error.position = position_of(source, span.begin);
  error.detail = underline(source, span);
  return error;
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  const std::u32string wanted = code_points(fold_key(word.substr(0, 128)));
  std::size_t best = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  std::string result;
  for (const std::string& candidate : candidates) {
    const std::u32string other = code_points(fold_key(candidate));
    if (other.size() > wanted.size() + best || wanted.size() > other.size() + best) continue;
    const std::size_t distance = edit_distance(wanted, other);
    if (distance < best) {
      best = distance;
      result = candidate;
    }
  }
  return result;
}

}  // namespace wanamaker
