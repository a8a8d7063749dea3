#pragma once
// 128-bit integers for exact sums and comparisons of decimals. GCC and Clang only; hidden behind one name.

namespace wanamaker {
__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;
}  // namespace wanamaker
