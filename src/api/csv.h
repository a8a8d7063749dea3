#pragma once
// Cells of CSV as they are given out. Pure functions.

#include <string>
#include <vector>

namespace wanamaker {

// A text that a spreadsheet would run as a formula gets an apostrophe, also behind blanks and control characters.
std::string defused(std::string text);
// Cells between commas, those that need it between quotes, and a line's end.
std::string csv_line(const std::vector<std::string>& cells);

}  // namespace wanamaker
