#pragma once
// A file system that records, in one order, all that a store does to its disk, with contents, so that disk_image.h can build what
// would be left after a power cut. Key idea: files are numbered when they are created and names point to them, as inodes; a sync
// covers what was recorded before it began and counts from where it ended. The test notes its own marks (an acknowledgement
// left, a step began) in the same order.
// What a sync really does is left out: the recording says what it would have meant.

#include <rocksdb/file_system.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace wanamaker::durable {

enum class OperationKind : std::uint8_t {
  create,          // path, file
  write,           // file, offset, data
  truncate,        // file, offset: the new size
  sync,            // file, covers
  rename,          // path, other: the new path
  remove,          // path
  link,            // path, other: the new path
  make_directory,  // path
  remove_directory,
  sync_directory,  // path, covers
  mark,            // path: the text
};

struct Operation {
  OperationKind kind = OperationKind::mark;
  std::uint32_t file = 0;
  std::string path = {};  // relative to the store
  std::string other = {};
  std::uint64_t offset = 0;
  std::string data = {};
  std::uint64_t covers = 0;  // the number of operations that a sync makes durable, as far as they concern it
};

// Thread-safe until operations() is asked.
class Recording {
 public:
  // Paths outside the store are not recorded.
  explicit Recording(std::string store) : store_(std::move(store) + "/") {}

  void mark(std::string text);
  const std::vector<Operation>& operations() const { return operations_; }

  std::uint64_t length();
  std::uint32_t create(const std::string& path, bool truncates);  // the file's number; 0 outside the store
  std::uint32_t file_at(const std::string& path);                 // 0: not there
  void append(std::uint32_t file, std::string_view data);
  void write(std::uint32_t file, std::uint64_t offset, std::string_view data);
  void truncate(std::uint32_t file, std::uint64_t size);
  void sync(std::uint32_t file, std::uint64_t covers);
  void change_names(OperationKind kind, const std::string& path, const std::string& other = {});
  void sync_directory(const std::string& path, std::uint64_t covers);

 private:
  std::string inside(const std::string& path) const;  // empty: outside; "." the store itself

  std::mutex mutex_;
  std::string store_;
  std::vector<Operation> operations_;
  std::map<std::string, std::uint32_t> names_;
  std::vector<std::uint64_t> sizes_ = {0};  // by file
};

// Thread-safe as what is under it is.
class RecordingFileSystem : public rocksdb::FileSystemWrapper {
 public:
  explicit RecordingFileSystem(std::shared_ptr<Recording> recording)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), recording_(std::move(recording)) {}
  const char* Name() const override { return "RecordingFileSystem"; }

  using Options = rocksdb::FileOptions;
  using Status = rocksdb::IOStatus;
  using Debug = rocksdb::IODebugContext;
  using Writable = std::unique_ptr<rocksdb::FSWritableFile>;
  Status NewWritableFile(const std::string& path, const Options& options, Writable* file, Debug* debug) override;
  Status ReopenWritableFile(const std::string& path, const Options& options, Writable* file, Debug* debug) override;
  Status ReuseWritableFile(const std::string& path, const std::string& old_path, const Options& options, Writable* file,
                           Debug* debug) override;
  Status NewRandomRWFile(const std::string& path, const Options& options, std::unique_ptr<rocksdb::FSRandomRWFile>* file,
                         Debug* debug) override;
  Status NewDirectory(const std::string& path, const rocksdb::IOOptions& options, std::unique_ptr<rocksdb::FSDirectory>* directory,
                      Debug* debug) override;
  Status DeleteFile(const std::string& path, const rocksdb::IOOptions& options, Debug* debug) override;
  Status Truncate(const std::string& path, std::size_t size, const rocksdb::IOOptions& options, Debug* debug) override;
  Status CreateDir(const std::string& path, const rocksdb::IOOptions& options, Debug* debug) override;
  Status CreateDirIfMissing(const std::string& path, const rocksdb::IOOptions& options, Debug* debug) override;
  Status DeleteDir(const std::string& path, const rocksdb::IOOptions& options, Debug* debug) override;
  Status RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options, Debug* debug) override;
  Status LinkFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options, Debug* debug) override;

 private:
  std::shared_ptr<Recording> recording_;
};

}  // namespace wanamaker::durable
