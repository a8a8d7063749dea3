#include "language/tree.h"

namespace wanamaker {

bool operator==(const Operand& a, const Operand& b) { return a.node == b.node; }
bool operator==(const Expression& a, const Expression& b) { return a.node == b.node; }

}  // namespace wanamaker
