#include "durable/recording_file_system.h"

#include <algorithm>
#include <filesystem>
#include <thread>

namespace wanamaker::durable {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

std::string_view view_of(const Slice& slice) { return {slice.data(), slice.size()}; }

// A sync covers what was there when it began; others run meanwhile, as on a disk.
class Sync {
 public:
  explicit Sync(Recording& recording) : covers_(recording.length()) { std::this_thread::yield(); }
  std::uint64_t covers() const { return covers_; }

 private:
  std::uint64_t covers_;
};

class RecordingWritable : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  RecordingWritable(std::unique_ptr<rocksdb::FSWritableFile> file, std::shared_ptr<Recording> recording, std::uint32_t number)
      : FSWritableFileOwnerWrapper(std::move(file)), recording_(std::move(recording)), number_(number) {}
  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = target()->Append(data, options, debug);
    if (status.ok()) recording_->append(number_, view_of(data));
    return status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&, IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus PositionedAppend(const Slice& data, std::uint64_t offset, const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = target()->PositionedAppend(data, offset, options, debug);
    if (status.ok()) recording_->write(number_, offset, view_of(data));
    return status;
  }
  IOStatus PositionedAppend(const Slice& data, std::uint64_t offset, const IOOptions& options, const rocksdb::DataVerificationInfo&,
                            IODebugContext* debug) override {
    return PositionedAppend(data, offset, options, debug);
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = target()->Truncate(size, options, debug);
    if (status.ok()) recording_->truncate(number_, size);
    return status;
  }
  IOStatus Sync(const IOOptions&, IODebugContext*) override {
    const durable::Sync sync(*recording_);
    recording_->sync(number_, sync.covers());
    return IOStatus::OK();
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override { return Sync(options, debug); }
  // sync_file_range promises nothing about a power cut.
  IOStatus RangeSync(std::uint64_t, std::uint64_t, const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }

 private:
  std::shared_ptr<Recording> recording_;
  std::uint32_t number_;
};

class RecordingRandomRW : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
  RecordingRandomRW(std::unique_ptr<rocksdb::FSRandomRWFile> file, std::shared_ptr<Recording> recording, std::uint32_t number)
      : FSRandomRWFileOwnerWrapper(std::move(file)), recording_(std::move(recording)), number_(number) {}
  IOStatus Write(std::uint64_t offset, const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = target()->Write(offset, data, options, debug);
    if (status.ok()) recording_->write(number_, offset, view_of(data));
    return status;
  }
  IOStatus Sync(const IOOptions&, IODebugContext*) override {
    const durable::Sync sync(*recording_);
    recording_->sync(number_, sync.covers());
    return IOStatus::OK();
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override { return Sync(options, debug); }

 private:
  std::shared_ptr<Recording> recording_;
  std::uint32_t number_;
};

class RecordingDirectory : public rocksdb::FSDirectoryWrapper {
 public:
  RecordingDirectory(std::unique_ptr<rocksdb::FSDirectory> directory, std::shared_ptr<Recording> recording, std::string path)
      : FSDirectoryWrapper(std::move(directory)), recording_(std::move(recording)), path_(std::move(path)) {}
  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    const Sync sync(*recording_);
    recording_->sync_directory(path_, sync.covers());
    return IOStatus::OK();
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug, const rocksdb::DirFsyncOptions&) override {
    return Fsync(options, debug);
  }

 private:
  std::shared_ptr<Recording> recording_;
  std::string path_;
};

}  // namespace

std::string Recording::inside(const std::string& path) const {
  std::string normal = std::filesystem::path(path).lexically_normal().string();
  if (normal == store_ || normal + "/" == store_) return ".";
  while (normal.ends_with('/')) normal.pop_back();
  return normal.starts_with(store_) ? normal.substr(store_.size()) : "";
}

void Recording::mark(std::string text) {
  const std::lock_guard lock(mutex_);
  operations_.push_back({.kind = OperationKind::mark, .path = std::move(text)});
}

std::uint64_t Recording::length() {
  const std::lock_guard lock(mutex_);
  return operations_.size();
}

std::uint32_t Recording::create(const std::string& path, bool truncates) {
  const std::string name = inside(path);
  if (name.empty()) return 0;
  const std::lock_guard lock(mutex_);
  if (const auto known = names_.find(name); known != names_.end()) {
    if (truncates) {
      sizes_[known->second] = 0;
      operations_.push_back({.kind = OperationKind::truncate, .file = known->second});
    }
    return known->second;
  }
  const auto file = static_cast<std::uint32_t>(sizes_.size());
  sizes_.push_back(0);
  names_[name] = file;
  operations_.push_back({.kind = OperationKind::create, .file = file, .path = name});
  return file;
}

std::uint32_t Recording::file_at(const std::string& path) {
  const std::string name = inside(path);
  const std::lock_guard lock(mutex_);
  const auto known = names_.find(name);
  return known == names_.end() ? 0 : known->second;
}

void Recording::append(std::uint32_t file, std::string_view data) {
  if (file == 0) return;
  const std::lock_guard lock(mutex_);
  operations_.push_back({.kind = OperationKind::write, .file = file, .offset = sizes_[file], .data = std::string(data)});
  sizes_[file] += data.size();
}

void Recording::write(std::uint32_t file, std::uint64_t offset, std::string_view data) {
  if (file == 0) return;
  const std::lock_guard lock(mutex_);
  operations_.push_back({.kind = OperationKind::write, .file = file, .offset = offset, .data = std::string(data)});
  sizes_[file] = std::max(sizes_[file], offset + data.size());
}

void Recording::truncate(std::uint32_t file, std::uint64_t size) {
  if (file == 0) return;
  const std::lock_guard lock(mutex_);
  operations_.push_back({.kind = OperationKind::truncate, .file = file, .offset = size});
  sizes_[file] = size;
}

void Recording::sync(std::uint32_t file, std::uint64_t covers) {
  if (file == 0) return;
  const std::lock_guard lock(mutex_);
  operations_.push_back({.kind = OperationKind::sync, .file = file, .covers = covers});
}

void Recording::change_names(OperationKind kind, const std::string& path, const std::string& other) {
  const std::string name = inside(path);
  const std::string other_name = other.empty() ? "" : inside(other);
  if (name.empty() || (!other.empty() && other_name.empty())) return;
  const std::lock_guard lock(mutex_);
  operations_.push_back({.kind = kind, .path = name, .other = other_name});
  if (kind == OperationKind::link || kind == OperationKind::rename) names_[other_name] = names_[name];
  if (kind == OperationKind::rename || kind == OperationKind::remove) names_.erase(name);
}

void Recording::sync_directory(const std::string& path, std::uint64_t covers) {
  const std::string name = inside(path);
  if (name.empty()) return;
  const std::lock_guard lock(mutex_);
  operations_.push_back({.kind = OperationKind::sync_directory, .path = name, .covers = covers});
}

using Fs = RecordingFileSystem;

Fs::Status Fs::NewWritableFile(const std::string& path, const Options& options, Writable* file, Debug* debug) {
  Status status = target()->NewWritableFile(path, options, file, debug);
  if (status.ok()) *file = std::make_unique<RecordingWritable>(std::move(*file), recording_, recording_->create(path, true));
  return status;
}

Fs::Status Fs::ReopenWritableFile(const std::string& path, const Options& options, Writable* file, Debug* debug) {
  Status status = target()->ReopenWritableFile(path, options, file, debug);
  if (status.ok()) *file = std::make_unique<RecordingWritable>(std::move(*file), recording_, recording_->create(path, false));
  return status;
}

// A renamed file is written again from its start; its old bytes stay behind the new ones.
Fs::Status Fs::ReuseWritableFile(const std::string& path, const std::string& old_path, const Options& options, Writable* file,
                                 Debug* debug) {
  Status status = RenameFile(old_path, path, options.io_options, debug);
  return status.ok() ? NewWritableFile(path, options, file, debug) : status;
}

Fs::Status Fs::NewRandomRWFile(const std::string& path, const Options& options, std::unique_ptr<rocksdb::FSRandomRWFile>* file,
                               Debug* debug) {
  Status status = target()->NewRandomRWFile(path, options, file, debug);
  if (status.ok()) *file = std::make_unique<RecordingRandomRW>(std::move(*file), recording_, recording_->create(path, false));
  return status;
}

Fs::Status Fs::NewDirectory(const std::string& path, const rocksdb::IOOptions& options, std::unique_ptr<rocksdb::FSDirectory>* directory,
                            Debug* debug) {
  Status status = target()->NewDirectory(path, options, directory, debug);
  if (status.ok()) *directory = std::make_unique<RecordingDirectory>(std::move(*directory), recording_, path);
  return status;
}

Fs::Status Fs::DeleteFile(const std::string& path, const rocksdb::IOOptions& options, Debug* debug) {
  Status status = target()->DeleteFile(path, options, debug);
  if (status.ok()) recording_->change_names(OperationKind::remove, path);
  return status;
}

Fs::Status Fs::Truncate(const std::string& path, std::size_t size, const rocksdb::IOOptions& options, Debug* debug) {
  Status status = target()->Truncate(path, size, options, debug);
  if (status.ok()) recording_->truncate(recording_->file_at(path), size);
  return status;
}

Fs::Status Fs::CreateDir(const std::string& path, const rocksdb::IOOptions& options, Debug* debug) {
  Status status = target()->CreateDir(path, options, debug);
  if (status.ok()) recording_->change_names(OperationKind::make_directory, path);
  return status;
}

Fs::Status Fs::CreateDirIfMissing(const std::string& path, const rocksdb::IOOptions& options, Debug* debug) {
  if (target()->FileExists(path, options, debug).ok()) return Status::OK();
  return CreateDir(path, options, debug);
}

Fs::Status Fs::DeleteDir(const std::string& path, const rocksdb::IOOptions& options, Debug* debug) {
  Status status = target()->DeleteDir(path, options, debug);
  if (status.ok()) recording_->change_names(OperationKind::remove_directory, path);
  return status;
}

Fs::Status Fs::RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options, Debug* debug) {
  Status status = target()->RenameFile(from, to, options, debug);
  if (status.ok()) recording_->change_names(OperationKind::rename, from, to);
  return status;
}

Fs::Status Fs::LinkFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options, Debug* debug) {
  Status status = target()->LinkFile(from, to, options, debug);
  if (status.ok()) recording_->change_names(OperationKind::link, from, to);
  return status;
}

}  // namespace wanamaker::durable
