#pragma once
// `random P percent "salt"` made ready: in, when XXH3-64 (seed 0) of salt, a zero byte and id, divided by 2^64, is below the share.
// Immutable; thread-safe.

#include "base/int128.h"
#include "language/typed.h"

#include <string>
#include <string_view>

namespace wanamaker {

class RandomShare {
 public:
  explicit RandomShare(const TypedExpression& node);
  bool holds(std::string_view id) const;

 private:
  std::string prefix_;  // salt and zero byte
  uint128 limit_;       // the least hash that is out, 2^64 where none is
};

}  // namespace wanamaker
