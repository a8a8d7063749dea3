#include "server/gzip.h"

#include "base/check.h"

#include <zlib.h>

#include <algorithm>
#include <array>

namespace wanamaker {
namespace {

constexpr int kGzipWindow = 15 + 16;  // the largest window, in a gzip frame
constexpr std::size_t kStep = 64 << 10;

}  // namespace

bool looks_packed(std::string_view bytes) { return bytes.size() > 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b'; }

std::expected<std::string, UnpackFault> unpack(std::string_view packed, std::size_t bytes_max) {
  z_stream stream{};
  CHECK(inflateInit2(&stream, kGzipWindow) == Z_OK, "zlib has memory for a window");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  std::array<char, kStep> step{};
  int state = Z_OK;
  while (state == Z_OK && out.size() <= bytes_max) {
    stream.next_out = reinterpret_cast<Bytef*>(step.data());
    stream.avail_out = step.size();
    state = inflate(&stream, Z_NO_FLUSH);
    out.append(step.data(), std::min(step.size() - stream.avail_out, bytes_max + 1 - out.size()));
    if (state == Z_OK && stream.avail_in == 0 && stream.avail_out != 0) break;  // cut off
  }
  const bool is_whole = state == Z_STREAM_END && stream.avail_in == 0;
  inflateEnd(&stream);
  if (out.size() > bytes_max) return std::unexpected(UnpackFault::too_large);
  if (!is_whole) return std::unexpected(UnpackFault::damaged);
  return out;
}

std::string pack(std::string_view bytes) {
  z_stream stream{};
  CHECK(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) == Z_OK, "zlib has memory for a window");
  std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END, "the bound is large enough");
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace wanamaker
