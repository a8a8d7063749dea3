#include "store/paths.h"

#include "store/io_error.h"

#include <fmt/format.h>
#include <rocksdb/file_system.h>

#include <filesystem>
#include <iterator>
#include <memory>

namespace wanamaker {
namespace {

namespace fs = std::filesystem;

fs::path without_slash(fs::path path) { return path.has_filename() ? path : path.parent_path(); }

// The directory itself, not its name: links followed, as far as it is there.
fs::path real_path(const std::string& path) {
  std::error_code fault;
  const fs::path real = without_slash(fs::weakly_canonical(fs::absolute(path, fault), fault));
  return fault ? fs::path(path) : real;
}

bool is_within(const fs::path& inner, const fs::path& outer) {
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

}  // namespace

std::string plain_path(const std::string& path) {
  std::error_code fault;
  fs::path plain = without_slash(fs::path(path).lexically_normal());
  if (fs::is_symlink(plain, fault)) {
    const fs::path target = fs::canonical(plain, fault);
    if (!fault) return target;
  }
  if (!plain.empty() && plain != "." && *std::prev(plain.end()) != "..") return plain;
  const fs::path whole = fs::absolute(path, fault);
  return fault ? path : without_slash(whole.lexically_normal()).string();
}

Result<void> check_replaceable(const std::string& place) {
  std::error_code fault;
  const fs::path here = fs::current_path(fault);
  if (fault) {
    return fail(Error{.code = ErrorCode::failure,
                      .message = fmt::format("the directory you are in is gone: {}", fault.message()),
                      .hint = "go to one that is there: cd",
                      .where = place});
  }
  const fs::path real = real_path(place);
  if (!is_within(here, real)) return {};
  return fail(Error{.code = ErrorCode::not_allowed,
                    .message = fmt::format("you are in {}, which would be replaced under your feet", real.string()),
                    .hint = fmt::format("go out of it and name it: cd {}, then --data {}", real.parent_path().string(), real.filename().string()),
                    .where = place});
}

Result<void> check_apart(const std::string& store, const std::string& other) {
  const fs::path first = real_path(store);
  const fs::path second = real_path(other);
  if (!is_within(first, second) && !is_within(second, first)) return {};
  return fail(Error{.code = ErrorCode::not_allowed,
                    .message = first == second ? fmt::format("{} is the store itself", other)
                                               : fmt::format("of {} and {}, one holds the other: what happens to one would happen to both", store, other),
                    .hint = "name a directory outside the store, and not above it",
                    .where = other});
}

Result<void> sync_parent(const std::string& path) {
  std::error_code fault;
  std::unique_ptr<rocksdb::FSDirectory> directory;
  const std::string parent = fs::absolute(path, fault).parent_path();
  rocksdb::IOStatus status = rocksdb::FileSystem::Default()->NewDirectory(parent, rocksdb::IOOptions(), &directory, nullptr);
  if (status.ok()) status = directory->Fsync(rocksdb::IOOptions(), nullptr);
  if (!status.ok()) return io_failure(status, "cannot sync", parent);
  return {};
}

}  // namespace wanamaker
