#include "api/csv.h"

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

std::string defused(std::string text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n\v\f");
  const bool formula = first != std::string::npos && std::string_view("=+-@").find(text[first]) != std::string_view::npos;
  return formula || text.starts_with('\t') || text.starts_with('\r') ? "'" + text : text;
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) line += (i > 0 ? "," : "") + csv_cell(cells[i]);
  return line + "\n";
}

}  // namespace wanamaker
