#include "base/check.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace wanamaker {

void check_failed(const char* condition, const char* message, const char* file, int line) {
  const char* name = std::strrchr(file, '/');
  std::fprintf(stderr, "wanamaker: broken invariant: %s (%s) at %s:%d\n", message, condition, name ? name + 1 : file, line);
  std::abort();
}

}  // namespace wanamaker
