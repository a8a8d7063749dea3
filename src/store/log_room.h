#pragma once
// A file system in which a write-ahead log has room before it is written: zeros stand behind its end, and what is appended goes over them. Key idea: a sync of
// a file that grows has to wait for the file system's own journal, and where all cores are busy for its thread to be given one; a sync of bytes that are
// there already waits for the disk alone. Whoever reads a log takes zeros for its end, so a killed process may leave them; a file that is closed is cut to
// what was written. Logs are deleted and never written again, so nothing of an older one stands behind the end.

#include "base/mutex.h"

#include <rocksdb/file_system.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace wanamaker {

// Thread-safe as what is under it is.
class LogRoom : public rocksdb::FileSystemWrapper {
 public:
  explicit LogRoom(const std::shared_ptr<rocksdb::FileSystem>& files) : FileSystemWrapper(files) {}
  const char* Name() const override { return "LogRoom"; }

  using Status = rocksdb::IOStatus;
  using Debug = rocksdb::IODebugContext;
  // Logs (*.log) get room; all other files are as below.
  Status NewWritableFile(const std::string& path, const rocksdb::FileOptions& options, std::unique_ptr<rocksdb::FSWritableFile>* file, Debug* debug) override;
  // Of a log that is being written: what was written, so that a backup takes no byte that is still to change.
  Status GetFileSize(const std::string& path, const rocksdb::IOOptions& options, std::uint64_t* size, Debug* debug) override;

 private:
  Mutex mutex_;
  std::map<std::string, std::weak_ptr<std::atomic<std::uint64_t>>> written_ WM_GUARDED_BY(mutex_);  // of open logs, and some that are gone
};

}  // namespace wanamaker
