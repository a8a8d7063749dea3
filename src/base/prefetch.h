#pragma once
// The processor is asked to bring a place from memory, since it will be read or written soon. Nothing else happens, whatever the place.
// GCC takes a function that does nothing but __builtin_prefetch for one without any effect, and where it does not inline it drops the call:
// the empty assembler line tells it that there is one.

namespace wanamaker {

inline void fetch_line(const void* place) {
  __builtin_prefetch(place);
  asm volatile("");
}

inline void fetch_line_to_write(const void* place) {
  __builtin_prefetch(place, 1);
  asm volatile("");
}

}  // namespace wanamaker
