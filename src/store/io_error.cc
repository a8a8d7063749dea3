#include "store/io_error.h"

#include <fmt/format.h>
#include <rocksdb/status.h>

#include <cerrno>
#include <cstring>

namespace wanamaker {
namespace {

constexpr int kKnown[] = {ENOSPC, EDQUOT, EMFILE, ENFILE, EROFS, EFBIG, EACCES, EPERM, ENOENT};

// A status carries the system's words, not its number.
int number_of(const rocksdb::Status& status) {
  if (status.IsNoSpace()) return ENOSPC;
  const std::string text = status.ToString();
  for (const int number : kKnown)
    if (text.find(std::strerror(number)) != std::string::npos) return number;
  return 0;
}

}  // namespace

std::string_view hint_for(int number) {
  switch (number) {
    case ENOSPC:
    case EDQUOT: return "make room on the disk and try again";
    case EMFILE:
    case ENFILE: return "too many files are open: allow more, for example with ulimit -n 1024";
    case EROFS: return "the disk is mounted for reading only: mount it for writing, or name a directory elsewhere";
    case EFBIG: return "a limit on the size of files is in force: lift it with ulimit -f unlimited";
    case EACCES:
    case EPERM: return "check who may read and write there";
    case ENOENT: return "a file or directory is gone: see what can be read with wanamaker doctor, or restore a backup";
    default: return "";
  }
}

std::string_view hint_for(const rocksdb::Status& status) {
  const std::string_view hint = hint_for(number_of(status));
  return hint.empty() ? "check that the directory can be read and written, and look into the machine's log for disk errors" : hint;
}

std::unexpected<Error> io_failure(const rocksdb::Status& status, std::string_view what, const std::string& path) {
  return fail(Error{.code = ErrorCode::failure,
                    .message = fmt::format("{} {}: {}", what, path, status.ToString()),
                    .hint = std::string(hint_for(status)),
                    .where = path});
}

}  // namespace wanamaker
