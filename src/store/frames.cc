#include "store/frames.h"

#include <boost/crc.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <vector>

namespace wanamaker {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlockBytes = 32U << 10;
constexpr std::size_t kHeaderBytes = 7;
constexpr std::uint8_t kFull = 1;
constexpr std::uint8_t kFirst = 2;
constexpr std::uint8_t kKindMax = 4;
constexpr std::size_t kBatchHeaderBytes = 12;
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

// Shape: visit(offset, kind, payload) for each whole record, while it gives true. The offset of the first fault, where one was met.
template <typename Visit>
std::optional<std::uint64_t> walk(std::string_view bytes, Visit visit) {
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
    if (!visit(at, kind, rest.substr(kHeaderBytes, size))) return std::nullopt;
    at += kHeaderBytes + size;
  }
  return std::nullopt;
}

std::vector<fs::path> files_of(const std::string& directory, const std::function<bool(const std::string&)>& wanted) {
  std::vector<fs::path> files;
  std::error_code fault;
  for (fs::directory_iterator entry(directory, fault), end; !fault && entry != end; entry.increment(fault))
    if (wanted(entry->path().filename())) files.push_back(entry->path());
  std::ranges::sort(files);
  return files;
}

}  // namespace

std::optional<std::uint64_t> first_fault(std::string_view bytes) {
  return walk(bytes, [](std::size_t, std::uint8_t, std::string_view) { return true; });
}

std::string describe_repetition(const std::string& directory) {
  std::uint64_t next = 0;  // the number of the first write that may come
  for (const fs::path& file : files_of(directory, [](const std::string& name) { return name.ends_with(".log"); })) {
    std::optional<std::size_t> repeats_at;
    walk(contents(file), [&](std::size_t offset, std::uint8_t kind, std::string_view payload) {
      if ((kind != kFull && kind != kFirst) || payload.size() < kBatchHeaderBytes) return true;
      std::uint64_t number = 0;
      std::uint32_t count = 0;
      std::memcpy(&number, payload.data(), sizeof number);
      std::memcpy(&count, payload.data() + sizeof number, sizeof count);
      if (count == 0) return true;  // writes nothing, and what comes after the next opening may have its number
      if (number < next) repeats_at = offset;
      next = std::max(next, number + count);
      return !repeats_at;
    });
    if (repeats_at) return fmt::format("{} repeats older records at offset {}", file.string(), *repeats_at);
  }
  return {};
}

std::string describe_damage(const std::string& directory) {
  const std::string current = directory + "/CURRENT";
  std::string manifest = contents(current);
  if (manifest.ends_with('\n')) manifest.pop_back();
  std::error_code missing;
  if (!manifest.starts_with("MANIFEST-") || !fs::exists(fs::path(directory) / manifest, missing)) {
    return fmt::format("{} is damaged at offset 0: it names no manifest that is there", current);
  }
  for (const fs::path& file : files_of(directory, [](const std::string& name) { return name.starts_with("MANIFEST-") || name.ends_with(".log"); })) {
    if (const auto offset = first_fault(contents(file))) return fmt::format("{} is damaged at offset {}", file.string(), *offset);
  }
  return {};
}

}  // namespace wanamaker
