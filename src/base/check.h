#pragma once
// CHECK(condition, "what must hold"): a broken invariant of ours stops the process, also in release.
// User input never reaches a CHECK. DCHECK is for costly ones and is compiled in debug builds only.

namespace wanamaker {
[[noreturn]] void check_failed(const char* condition, const char* message, const char* file, int line);
}

#define CHECK(condition, message) \
  ((condition) ? (void)0 : ::wanamaker::check_failed(#condition, message, __FILE__, __LINE__))
#ifdef NDEBUG
#define DCHECK(condition, message) ((void)0)
#else
#define DCHECK(condition, message) CHECK(condition, message)
#endif
