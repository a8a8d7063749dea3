#include "store/frames.h"

#include <boost/crc.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

namespace wanamaker {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlockBytes = 32U << 10;
constexpr std::size_t kHeaderBytes = 7;
constexpr std::uint8_t kKindMax = 4;
constexpr std::uint32_t kMaskDelta = 0xa282ead8;  // RocksDB keeps checksums masked, so that a checksum of checksums stays strong

std::uint32_t masked_crc(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  const std::uint32_t value = crc.checksum();
  return ((value >> 15) | (value << 17)) + kMaskDelta;
}

bool all_zero(std::string_view bytes) {
  return std::ranges::all_of(bytes, [](char byte) { return byte == 0; });
}

std::string contents(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return std::move(text).str();
}

}  // namespace

std::optional<std::uint64_t> first_fault(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::size_t left = kBlockBytes - at % kBlockBytes;
    if (left < kHeaderBytes) {
      at += left;
      continue;
    }
    const std::string_view rest = bytes.substr(at);
    if (rest.size() < kHeaderBytes) return at;
    std::uint32_t crc = 0;
    std::uint16_t size = 0;
    std::memcpy(&crc, rest.data(), sizeof crc);
    std::memcpy(&size, rest.data() + 4, sizeof size);
    const auto kind = static_cast<std::uint8_t>(rest[6]);
    if (kind == 0 && size == 0 && crc == 0 && all_zero(rest)) return std::nullopt;  // preallocated, not yet written
    if (kind == 0 || kind > kKindMax || kHeaderBytes + size > left || kHeaderBytes + size > rest.size()) return at;
    if (masked_crc(rest.substr(6, 1U + size)) != crc) return at;
    at += kHeaderBytes + size;
  }
  return std::nullopt;
}

std::string describe_damage(const std::string& directory) {
  const std::string current = directory + "/CURRENT";
  std::string manifest = contents(current);
  if (manifest.ends_with('\n')) manifest.pop_back();
  std::error_code missing;
  if (!manifest.starts_with("MANIFEST-") || !fs::exists(fs::path(directory) / manifest, missing)) {
    return fmt::format("{} is damaged at offset 0: it names no manifest that is there", current);
  }
  std::vector<fs::path> files;
  std::error_code fault;
  for (fs::directory_iterator entry(directory, fault), end; !fault && entry != end; entry.increment(fault)) {
    const std::string name = entry->path().filename();
    if (name.starts_with("MANIFEST-") || name.ends_with(".log")) files.push_back(entry->path());
  }
  std::ranges::sort(files);
  for (const fs::path& file : files) {
    if (const auto offset = first_fault(contents(file))) return fmt::format("{} is damaged at offset {}", file.string(), *offset);
  }
  return {};
}

}  // namespace wanamaker
