#include "store/mark.h"

#include "base/bytes.h"
#include "store/io_error.h"

#include <fmt/format.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <xxhash.h>

#include <iterator>
#include <optional>

namespace wanamaker {
namespace {

constexpr std::string_view kMagic = "wnmkmark";
constexpr std::size_t kMarkBytes = 32;
constexpr std::size_t kFileBytes = 4096;
constexpr std::size_t kSlotOffsets[] = {0, 512};  // in sectors of their own

std::string path_in(const std::string& directory) { return directory + "/MARK"; }

std::string encode(ChainLink link) {
  ByteWriter out;
  out.raw(kMagic);
  out.fixed64(link.sequence);
  out.fixed64(link.checksum);
  out.fixed64(XXH3_64bits(out.view().data(), out.view().size()));
  return out.take();
}

std::optional<ChainLink> decode(std::string_view bytes) {
  ByteReader in(bytes);
  const std::string_view magic = in.raw(kMagic.size());
  ChainLink link;
  link.sequence = in.fixed64();
  link.checksum = in.fixed64();
  const std::uint64_t hash = in.fixed64();
  if (in.ok() && magic == kMagic && hash == XXH3_64bits(bytes.data(), kMarkBytes - sizeof hash)) return link;
  return std::nullopt;
}

}  // namespace

Result<void> Mark::create(rocksdb::FileSystem& files, const std::string& directory, ChainLink link) {
  std::string bytes(kFileBytes, '\0');
  for (const std::size_t offset : kSlotOffsets) bytes.replace(offset, kMarkBytes, encode(link));
  const std::string path = path_in(directory);
  const rocksdb::IOStatus status = rocksdb::WriteStringToFile(&files, bytes, path, true);
  if (!status.ok()) return io_failure(status, "cannot write", path);
  return {};
}

Result<ChainLink> Mark::read(rocksdb::FileSystem& files, const std::string& directory) {
  const std::string path = path_in(directory);
  std::string bytes;
  const rocksdb::IOStatus status = rocksdb::ReadFileToString(&files, path, &bytes);
  if (!status.ok()) return io_failure(status, "cannot read", path);
  std::optional<ChainLink> newest;
  for (const std::size_t offset : kSlotOffsets) {
    const auto link = offset < bytes.size() ? decode(std::string_view(bytes).substr(offset)) : std::nullopt;
    if (link && (!newest || link->sequence > newest->sequence)) newest = link;
  }
  if (newest) return *newest;
  return fail(Error{.code = ErrorCode::failure,
                    .message = fmt::format("{} is damaged at offset 0: it does not name the last record of the log", path),
                    .hint = "see what can be read with: wanamaker doctor; or restore a backup",
                    .where = path});
}

Result<void> Mark::check(const std::string& directory) {
  const std::string path = path_in(directory);
  std::string bytes;
  const rocksdb::IOStatus status = rocksdb::ReadFileToString(rocksdb::FileSystem::Default().get(), path, &bytes);
  if (!status.ok()) return io_failure(status, "cannot read", path);
  for (const std::size_t offset : kSlotOffsets) {
    if (offset < bytes.size() && decode(std::string_view(bytes).substr(offset))) continue;
    return fail(Error{.code = ErrorCode::failure,
                      .message = fmt::format("{} is damaged at offset {}; its other half was taken, and the next two commands write both anew", path, offset),
                      .where = path});
  }
  return {};
}

Result<Mark> Mark::open(rocksdb::FileSystem& files, const std::string& directory) {
  const std::string path = path_in(directory);
  std::unique_ptr<rocksdb::FSRandomRWFile> file;
  const rocksdb::IOStatus status = files.NewRandomRWFile(path, rocksdb::FileOptions(), &file, nullptr);
  if (!status.ok()) return io_failure(status, "cannot open", path);
  std::string bytes;
  const rocksdb::IOStatus read = rocksdb::ReadFileToString(&files, path, &bytes);
  if (!read.ok()) return io_failure(read, "cannot read", path);
  bytes.resize(kFileBytes);
  // Begins with the slot that is older, or damaged.
  const auto first = decode(std::string_view(bytes).substr(kSlotOffsets[0]));
  const auto second = decode(std::string_view(bytes).substr(kSlotOffsets[1]));
  const bool second_is_older = first && (!second || second->sequence < first->sequence);
  return Mark(path, std::move(file), second_is_older ? 1 : 0);
}

Mark::Mark(std::string path, std::unique_ptr<rocksdb::FSRandomRWFile> file, std::uint64_t writes)
    : path_(std::move(path)), file_(std::move(file)), writes_(writes) {}
Mark::Mark(Mark&&) noexcept = default;
Mark::~Mark() {
  if (file_) file_->Close(rocksdb::IOOptions(), nullptr).PermitUncheckedError();
}

Result<void> Mark::write(ChainLink link) {
  const rocksdb::IOStatus status = file_->Write(kSlotOffsets[writes_++ % std::size(kSlotOffsets)], encode(link), rocksdb::IOOptions(), nullptr);
  if (!status.ok()) return io_failure(status, "cannot write", path_);
  return {};
}

}  // namespace wanamaker
