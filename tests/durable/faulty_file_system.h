#pragma once
// A file system on which the nth call of a kind fails, once or for ever: what a full, broken or read-only disk, or a lack of file
// handles, does to the store. Key idea: a switch counts the calls by kind and is shared with the test, which arms and lifts it.

#include <rocksdb/file_system.h>

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace wanamaker::durable {

enum class CallKind : std::uint8_t { write, sync, open, rename, read, directory_sync, space };
inline constexpr std::string_view kCallKindNames[] = {"write", "sync", "open", "rename", "read", "directory_sync", "space"};
inline constexpr std::size_t kCallKinds = std::size(kCallKindNames);

enum class FaultEffect : std::uint8_t { io_error, no_space, no_handles, short_write };
inline constexpr std::string_view kFaultEffectNames[] = {"EIO", "ENOSPC", "EMFILE", "SHORT"};

struct Fault {
  CallKind kind = CallKind::write;
  std::uint64_t nth = 1;  // from 1
  bool lasts = false;     // from the nth on, or that one only
  FaultEffect effect = FaultEffect::io_error;
};

// `write:5:once:EIO`, `sync:1:always:ENOSPC`; nullopt when it is none.
std::optional<Fault> parse_fault(std::string_view spec);
std::string to_string(const Fault& fault);

// Thread-safe.
class FaultSwitch {
 public:
  FaultSwitch() = default;
  explicit FaultSwitch(const Fault& fault) : fault_(fault) {}

  void arm(const Fault& fault);  // counts from here
  void lift();
  std::uint64_t calls(CallKind kind) const;
  std::uint64_t hits() const;
  std::optional<FaultEffect> hit(CallKind kind);

 private:
  mutable std::mutex mutex_;
  std::optional<Fault> fault_;
  std::array<std::uint64_t, kCallKinds> calls_ = {};
  std::uint64_t hits_ = 0;
};

// Thread-safe as what is under it is.
class FaultyFileSystem : public rocksdb::FileSystemWrapper {
 public:
  explicit FaultyFileSystem(std::shared_ptr<FaultSwitch> faults)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), faults_(std::move(faults)) {}
  const char* Name() const override { return "FaultyFileSystem"; }

  using Options = rocksdb::FileOptions;
  using Status = rocksdb::IOStatus;
  using Debug = rocksdb::IODebugContext;
  Status NewSequentialFile(const std::string& path, const Options& options, std::unique_ptr<rocksdb::FSSequentialFile>* file,
                           Debug* debug) override;
  Status NewRandomAccessFile(const std::string& path, const Options& options, std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                             Debug* debug) override;
  Status NewWritableFile(const std::string& path, const Options& options, std::unique_ptr<rocksdb::FSWritableFile>* file,
                         Debug* debug) override;
  Status ReopenWritableFile(const std::string& path, const Options& options, std::unique_ptr<rocksdb::FSWritableFile>* file,
                            Debug* debug) override;
  Status ReuseWritableFile(const std::string& path, const std::string& old_path, const Options& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file, Debug* debug) override;
  Status NewRandomRWFile(const std::string& path, const Options& options, std::unique_ptr<rocksdb::FSRandomRWFile>* file,
                         Debug* debug) override;
  Status NewDirectory(const std::string& path, const rocksdb::IOOptions& options, std::unique_ptr<rocksdb::FSDirectory>* directory,
                      Debug* debug) override;
  Status RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options, Debug* debug) override;
  Status Truncate(const std::string& path, std::size_t size, const rocksdb::IOOptions& options, Debug* debug) override;
  Status GetFreeSpace(const std::string& path, const rocksdb::IOOptions& options, std::uint64_t* bytes, Debug* debug) override;

 private:
  std::shared_ptr<FaultSwitch> faults_;
};

}  // namespace wanamaker::durable
