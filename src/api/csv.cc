#include "api/csv.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace wanamaker {
namespace {

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

}  // namespace

// Programs pass over blanks and controls before a formula, and some take the wide forms of the signs too.
std::string defused(std::string text) {
  constexpr std::string_view kSigns[] = {"=", "+", "-", "@", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};
  constexpr std::string_view kBlanks[] = {"\u00A0", "\u3000", "\uFEFF", "\u200B"};
  std::string_view rest(text);
  while (!rest.empty()) {
    const auto blank = std::ranges::find_if(kBlanks, [&](std::string_view one) { return rest.starts_with(one); });
    const bool is_control = static_cast<unsigned char>(rest.front()) <= ' ' || rest.front() == '\x7F';
    if (!is_control && blank == std::end(kBlanks)) break;
    rest.remove_prefix(is_control ? 1 : blank->size());
  }
  const bool formula = std::ranges::any_of(kSigns, [&](std::string_view sign) { return rest.starts_with(sign); });
  return formula || text.starts_with('\t') || text.starts_with('\r') ? "'" + text : text;
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) line += (i > 0 ? "," : "") + csv_cell(cells[i]);
  return line + "\n";
}

}  // namespace wanamaker
