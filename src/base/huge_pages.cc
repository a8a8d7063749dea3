#include "base/huge_pages.h"

#include <cstdint>
#include <cstdlib>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace wanamaker {
namespace {

bool is_large(std::size_t bytes) { return bytes >= 2 * kHugePageBytes; }

#if defined(__linux__)
std::size_t in_whole_pages(std::size_t bytes) { return (bytes + kHugePageBytes - 1) / kHugePageBytes * kHugePageBytes; }

// From where a huge page may begin: what is mapped too much before and behind it goes back. nullptr: there is no memory.
void* map_pages(std::size_t bytes) {
  void* const mapped = mmap(nullptr, bytes + kHugePageBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  auto* const first = static_cast<char*>(mapped);
  const std::size_t before = (kHugePageBytes - reinterpret_cast<std::uintptr_t>(mapped) % kHugePageBytes) % kHugePageBytes;
  if (before != 0) munmap(first, before);
  munmap(first + before + bytes, kHugePageBytes - before);
  madvise(first + before, bytes, MADV_HUGEPAGE);  // where it is refused, small pages do
  return first + before;
}
#endif

}  // namespace

void* take_huge_pages(std::size_t bytes) {
#if defined(__linux__)
  void* const memory = is_large(bytes) ? map_pages(in_whole_pages(bytes)) : std::malloc(bytes);
#else
  void* const memory = std::malloc(bytes);
#endif
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void give_back_huge_pages(void* memory, std::size_t bytes) {
#if defined(__linux__)
  if (is_large(bytes)) {
    munmap(memory, in_whole_pages(bytes));
    return;
  }
#endif
  std::free(memory);
}

}  // namespace wanamaker
