#include "store/mark.h"

#include "base/bytes.h"

#include <fmt/format.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <xxhash.h>

namespace wanamaker {
namespace {

constexpr std::string_view kMagic = "wnmkmark";
constexpr std::size_t kMarkBytes = 32;
constexpr std::size_t kFileBytes = 4096;  // one page: written where it stands, so it is never torn

std::string path_in(const std::string& directory) { return directory + "/MARK"; }

std::string encode(ChainLink link) {
  ByteWriter out;
  out.raw(kMagic);
  out.fixed64(link.sequence);
  out.fixed64(link.checksum);
  out.fixed64(XXH3_64bits(out.view().data(), out.view().size()));
  return out.take();
}

std::unexpected<Error> io_failure(const rocksdb::IOStatus& status, std::string_view what, const std::string& path) {
  return fail(Error{.code = ErrorCode::failure,
                    .message = fmt::format("{} {}: {}", what, path, status.ToString()),
                    .hint = "check that the directory can be read and written",
                    .where = path});
}

}  // namespace

Result<void> Mark::create(rocksdb::FileSystem& files, const std::string& directory, ChainLink link) {
  std::string bytes = encode(link);
  bytes.resize(kFileBytes);
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
  ByteReader in(bytes);
  const std::string_view magic = in.raw(kMagic.size());
  ChainLink link;
  link.sequence = in.fixed64();
  link.checksum = in.fixed64();
  const std::uint64_t hash = in.fixed64();
  if (in.ok() && magic == kMagic && hash == XXH3_64bits(bytes.data(), kMarkBytes - sizeof hash)) return link;
  return fail(Error{.code = ErrorCode::failure,
                    .message = fmt::format("{} is damaged at offset 0: it does not name the last record of the log", path),
                    .hint = "see what can be read with: wanamaker doctor; or restore a backup",
                    .where = path});
}

Result<Mark> Mark::open(rocksdb::FileSystem& files, const std::string& directory) {
  const std::string path = path_in(directory);
  std::unique_ptr<rocksdb::FSRandomRWFile> file;
  const rocksdb::IOStatus status = files.NewRandomRWFile(path, rocksdb::FileOptions(), &file, nullptr);
  if (!status.ok()) return io_failure(status, "cannot open", path);
  return Mark(path, std::move(file));
}

Mark::Mark(std::string path, std::unique_ptr<rocksdb::FSRandomRWFile> file) : path_(std::move(path)), file_(std::move(file)) {}
Mark::Mark(Mark&&) noexcept = default;
Mark::~Mark() {
  if (file_) file_->Close(rocksdb::IOOptions(), nullptr).PermitUncheckedError();
}

Result<void> Mark::write(ChainLink link) {
  const rocksdb::IOStatus status = file_->Write(0, encode(link), rocksdb::IOOptions(), nullptr);
  if (!status.ok()) return io_failure(status, "cannot write", path_);
  return {};
}

}  // namespace wanamaker
