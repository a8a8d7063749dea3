#pragma once
// Whether the other end of a connection is gone, without reading from it: what lies there to be read is for whoever reads. Thread-safe.

#include <cstdint>

namespace wanamaker {

// What counts as gone: that both ways are closed, or already that the other end sends nothing more, as one that closes does. The latter is not to be told
// from this end having stopped to read.
enum class HungUp : std::uint8_t { both_ways, sends_no_more };

// Shape: the socket is connected, and stays open meanwhile. Never waits.
bool has_hung_up(int socket, HungUp what);

}  // namespace wanamaker
