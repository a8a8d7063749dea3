#pragma once
// The canonical text of a tree: one text for one tree, and parse_expression(format(x)) == x for every tree the parser makes.

#include "language/tree.h"

#include <string>

namespace wanamaker {

std::string format(const Expression& expression);  // one line
std::string format(const Operand& operand);
std::string format(const WindowNode& window);
std::string format(const Literal& literal);
std::string format(const Source& source);
// One condition a line where one line would be longer than `width` bytes.
std::string format_lines(const Expression& expression, std::size_t width = 100);

}  // namespace wanamaker
