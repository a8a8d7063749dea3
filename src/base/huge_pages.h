#pragma once
// Memory for large arrays that are read at random. Key idea: with pages of 4 KiB nearly every such read has to find its page first, and so has
// the processor when it is asked to fetch something ahead; with pages of 2 MiB it knows them. The system may give small ones all the same.
// Errors: std::bad_alloc, as with any allocator. Cost: up to one page that is not used at the end. Any thread.
// Source: madvise(2), MADV_HUGEPAGE; Linux only, elsewhere these are the usual pages.

#include <cstddef>
#include <vector>

namespace wanamaker {

inline constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;

// Below two huge pages: what the C library gives. Beyond, what is given back goes to the system at once: the C library would keep it, and holes of
// whole huge pages fit the next ones badly.
void* take_huge_pages(std::size_t bytes);
void give_back_huge_pages(void* memory, std::size_t bytes);  // as many as were taken

template <typename T>
struct HugePages {
  using value_type = T;
  HugePages() = default;
  template <typename U>
  HugePages(const HugePages<U>&) {}
  T* allocate(std::size_t count) { return static_cast<T*>(take_huge_pages(count * sizeof(T))); }
  void deallocate(T* memory, std::size_t count) { give_back_huge_pages(memory, count * sizeof(T)); }
  friend bool operator==(HugePages, HugePages) { return true; }
};

// So many, whatever they are at first.
template <typename T>
class HugeArray {
 public:
  explicit HugeArray(std::size_t count) : count_(count), first_(HugePages<T>().allocate(count)) {}
  ~HugeArray() { HugePages<T>().deallocate(first_, count_); }
  HugeArray(const HugeArray&) = delete;
  HugeArray& operator=(const HugeArray&) = delete;
  T* data() const { return first_; }

 private:
  std::size_t count_;
  T* first_;
};

template <typename T>
using HugeVector = std::vector<T, HugePages<T>>;

}  // namespace wanamaker
