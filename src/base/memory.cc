#include "base/memory.h"

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace wanamaker {

void keep_freed_memory() {
#if defined(__GLIBC__)
  constexpr int kMegabyte = 1 << 20;
  malloc_trim(0);
  mallopt(M_MMAP_THRESHOLD, 32 * kMegabyte);
  mallopt(M_TRIM_THRESHOLD, 256 * kMegabyte);
#endif
}

}  // namespace wanamaker
