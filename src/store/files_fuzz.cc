// Any bytes as the small files of a store: a file of RocksDB's log format, MARK, and the ledger of erasures, which is also given a last
// line that fits. No crash; a ledger that is read is written and read as the same. The first byte chooses the file.

#include "base/check.h"
#include "store/erasures.h"
#include "store/frames.h"
#include "store/mark.h"

#include <fmt/format.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <memory>

namespace wanamaker {
namespace {

constexpr std::size_t kBytesMax = 262'144;  // several blocks of frames

// One file system in memory for the whole search.
rocksdb::FileSystem& memory() {
  static const std::unique_ptr<rocksdb::Env> env(rocksdb::NewMemEnv(rocksdb::Env::Default()));
  static const bool made = env->CreateDirIfMissing("/store").ok();
  CHECK(made, "memory has a directory");
  return *env->GetFileSystem();
}

void put(const std::string& path, std::string_view bytes) {
  const rocksdb::IOStatus status = rocksdb::WriteStringToFile(&memory(), rocksdb::Slice(bytes.data(), bytes.size()), path, false);
  CHECK(status.ok(), "memory can be written");
}

void read_frames(std::string_view bytes) {
  const auto offset = first_fault(bytes);
  if (!offset) return;
  CHECK(*offset < bytes.size(), "a fault is in the file");
  CHECK(first_fault(bytes.substr(0, *offset)) == std::nullopt, "what stands before the first fault is sound");
}

void read_mark(std::string_view bytes) {
  put("/store/MARK", bytes);
  const auto link = Mark::read(memory(), "/store");
  if (!link) return;
  CHECK(Mark::create(memory(), "/store", *link).has_value() && Mark::read(memory(), "/store") == *link, "a mark is read as it was written");
}

void read_ledger(std::string_view bytes) {
  put("/store/ERASED", bytes);
  auto ledger = Erasures::read(memory(), "/store/ERASED");
  if (!ledger) return;
  const std::array<std::string, 1> ids{"somebody"};
  CHECK(ledger->add(1, ids).has_value(), "a ledger takes another entry");
  const auto again = Erasures::read(memory(), "/store/ERASED");
  CHECK(again.has_value() && again->same_key(*ledger) && again->contains(1, "somebody"),
        "a ledger is read as it was written");
}

std::string with_end(std::string_view bytes) {
  const std::string text = fmt::format("{}end {}", bytes, std::max<std::ptrdiff_t>(0, std::ranges::count(bytes, '\n') - 3));
  return fmt::format("{} {:016x}\n", text, XXH3_64bits(text.data(), text.size()));
}

}  // namespace
}  // namespace wanamaker

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace wanamaker;
  if (size == 0 || size > kBytesMax) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  switch (bytes[0] % 3) {
    case 0: read_frames(rest); break;
    case 1: read_mark(rest); break;
    default:
      read_ledger(rest);
      read_ledger(with_end(rest));
  }
  return 0;
}
