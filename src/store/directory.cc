#include "store/directory.h"

#include "store/io_error.h"
#include "store/private_directory.h"

#include <fmt/format.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

namespace wanamaker {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFormatFirstLine = "wanamaker store\nformat ";
constexpr std::size_t kSmallFileBytes = 128;  // FORMAT and LOCK hold a line or two

std::unexpected<Error> system_failure(std::string_view what, const std::string& path) {
  const int code = errno;
  return fail(Error{.code = ErrorCode::failure,
                    .message = fmt::format("{} {}: {}", what, path, std::strerror(code)),
                    .hint = std::string(hint_for(code)),
                    .where = path});
}

std::string read_small(int file) {
  std::string text(kSmallFileBytes, '\0');
  const ssize_t size = ::pread(file, text.data(), text.size(), 0);
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return text;
}

Result<int> take_lock(const std::string& directory) {
  const std::string path = directory + "/LOCK";
  int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  const bool read_only = file < 0 && (errno == EROFS || errno == EACCES);
  if (read_only) file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);  // the lock needs no writing
  if (file < 0) return system_failure("cannot open", path);
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) {
    if (read_only) return file;
    const std::string id = std::to_string(::getpid()) + "\n";
    // Who holds it is a courtesy: on a full disk it is left out.
    if (::ftruncate(file, 0) == 0) std::ignore = ::pwrite(file, id.data(), id.size(), 0);
    return file;
  }
  if (errno != EWOULDBLOCK) {
    auto error = system_failure("cannot lock", path);
    ::close(file);
    return error;
  }
  std::string holder = read_small(file);
  ::close(file);
  while (!holder.empty() && holder.back() == '\n') holder.pop_back();
  return fail(
      Error{.code = ErrorCode::conflict,
            .message = fmt::format("another process{} holds the store {}", holder.empty() ? "" : fmt::format(" ({})", holder), directory),
            .hint = "stop it, or ask it instead: one process at a time may hold a store",
            .where = directory});
}

// The number in FORMAT; nullopt when the file is not there.
Result<std::optional<std::uint32_t>> read_format(const std::string& directory) {
  const std::string path = directory + "/FORMAT";
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) return std::nullopt;
  if (file < 0) return system_failure("cannot open", path);
  const std::string text = read_small(file);
  ::close(file);
  std::uint32_t format = 0;
  if (text.starts_with(kFormatFirstLine)) {
    const char* start = text.data() + kFormatFirstLine.size();
    const auto [end, fault] = std::from_chars(start, text.data() + text.size(), format);
    if (fault == std::errc() && end != start && end != text.data() + text.size() && *end == '\n' && format > 0) return format;
  }
  return fail(Error{.code = ErrorCode::failure,
                    .message = fmt::format("{} is damaged: it does not name the format of a store", path),
                    .hint = "restore the store from a backup",
                    .where = path});
}

// A directory without FORMAT may hold only what an interrupted start leaves behind.
Result<void> check_unfinished(const std::string& directory) {
  std::error_code fault;
  for (fs::directory_iterator entry(directory, fault), end; !fault && entry != end; entry.increment(fault)) {
    const std::string name = entry->path().filename();
    if (name == "LOCK" || name == "db" || name == "MARK" || name == "ERASED" || name == "ERASED.new" || name == "FORMAT.new") continue;
    return fail(Error{.code = ErrorCode::not_allowed,
                      .message = fmt::format("{} holds '{}' and is not a store", directory, name),
                      .hint = "name an empty directory, or one that is not there yet",
                      .where = directory});
  }
  if (fault)
    return fail(
        Error{.code = ErrorCode::failure, .message = fmt::format("cannot read {}: {}", directory, fault.message()), .where = directory});
  return {};
}

Result<void> sync_directory(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return system_failure("cannot open", path);
  const bool done = ::fsync(file) == 0;
  auto error = system_failure("cannot sync", path);
  ::close(file);
  if (!done) return error;
  return {};
}

Result<void> make_directory(const std::string& path) {
  std::error_code fault;
  const fs::file_status status = fs::status(path, fault);
  if (fs::is_directory(status)) return {};
  if (!fs::exists(status) && fs::is_symlink(fs::symlink_status(path, fault))) {
    return fail(Error{.code = ErrorCode::not_allowed,
                      .message = fmt::format("{} is a link to {}, which is not there", path, fs::read_symlink(path, fault).string()),
                      .hint = "make that directory, or name another",
                      .where = path});
  }
  if (fs::exists(status)) {
    return fail(Error{.code = ErrorCode::not_allowed,
                      .message = fmt::format("{} is a file; a directory is wanted", path),
                      .hint = "name an empty directory, or one that is not there yet",
                      .where = path});
  }
  make_private_directory(path, fault);
  if (!fault) return {};
  return fail(Error{.code = ErrorCode::failure,
                    .message = fmt::format("cannot make the directory {}: {}", path, fault.message()),
                    .hint = "check the path and who may write there",
                    .where = path});
}

}  // namespace

Result<StoreDirectory> StoreDirectory::open(const std::string& path, Presence presence) {
  std::error_code fault;
  const auto missing = [&] {
    return fail(Error{.code = ErrorCode::not_found, .message = fmt::format("there is no store in {}", path), .where = path});
  };
  if (presence == Presence::must_be_there && !fs::exists(path, fault)) return missing();
  WM_CHECK_OK(make_directory(path));
  if (!fs::exists(path + "/FORMAT", fault)) {  // before LOCK is made in a directory of others
    WM_CHECK_OK(check_unfinished(path));
    if (presence == Presence::must_be_there) return missing();
  }
  WM_TRY(const int lock, take_lock(path));
  StoreDirectory directory(path, lock);
  WM_TRY(const std::optional<std::uint32_t> format, read_format(path));
  if (!format) return directory;
  if (*format > kStoreFormat) {
    return fail(Error{.code = ErrorCode::not_allowed,
                      .message = fmt::format("{}/FORMAT names format {}; this version reads up to {}", path, *format, kStoreFormat),
                      .hint = "open it with a newer wanamaker",
                      .where = path});
  }
  directory.content_ = *format == kStoreFormat ? Content::complete : Content::format_1;
  return directory;
}

Result<StoreDirectory> StoreDirectory::hold(const std::string& path) {
  WM_TRY(const int lock, take_lock(path));
  return StoreDirectory(path, lock);
}

StoreDirectory::StoreDirectory(StoreDirectory&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)), content_(other.content_) {}

StoreDirectory::~StoreDirectory() {
  if (lock_ >= 0) ::close(lock_);
}

std::string StoreDirectory::database_path_now() const {
  std::error_code fault;
  const std::string old = path_ + "/log";
  return content_ == Content::format_1 && fs::exists(old, fault) ? old : database_path();
}

Result<void> StoreDirectory::take_over() {
  const std::string old = path_ + "/log";
  std::error_code fault;
  if (!fs::exists(old, fault)) return {};  // moved already by a start that was cut short
  if (::rename(old.c_str(), database_path().c_str()) != 0) return system_failure("cannot move", old);
  return sync_directory(path_);
}

Result<void> StoreDirectory::complete(rocksdb::FileSystem& files) {
  WM_CHECK_OK(mark_complete(files, path_));
  content_ = Content::complete;
  return {};
}

Result<void> StoreDirectory::mark_complete(rocksdb::FileSystem& files, const std::string& directory_path) {
  const std::string path = directory_path + "/FORMAT";
  const std::string fresh = path + ".new";
  rocksdb::IOStatus status = rocksdb::WriteStringToFile(&files, fmt::format("{}{}\n", kFormatFirstLine, kStoreFormat), fresh, true);
  if (status.ok()) status = files.RenameFile(fresh, path, rocksdb::IOOptions(), nullptr);
  std::unique_ptr<rocksdb::FSDirectory> directory;
  if (status.ok()) status = files.NewDirectory(directory_path, rocksdb::IOOptions(), &directory, nullptr);
  if (status.ok()) status = directory->Fsync(rocksdb::IOOptions(), nullptr);
  if (!status.ok()) return io_failure(status, "cannot write", path);
  return sync_directory(directory_path + "/..");
}

}  // namespace wanamaker
