#include "base/huge_pages.h"

#include <cstdlib>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace wanamaker {

void* take_huge_pages(std::size_t bytes) {
  const bool is_large = bytes >= 2 * kHugePageBytes;
  const std::size_t whole = (bytes + kHugePageBytes - 1) / kHugePageBytes * kHugePageBytes;
  void* memory = is_large ? std::aligned_alloc(kHugePageBytes, whole) : std::malloc(bytes);
  if (memory == nullptr) throw std::bad_alloc();
#if defined(__linux__)
  if (is_large) madvise(memory, whole, MADV_HUGEPAGE);  // where it is refused, small pages do
#endif
  return memory;
}

void give_back_huge_pages(void* memory) { std::free(memory); }

}  // namespace wanamaker
