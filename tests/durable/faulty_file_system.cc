#include "durable/faulty_file_system.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <vector>

namespace wanamaker::durable {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;
using Switch = std::shared_ptr<FaultSwitch>;

IOStatus failed(FaultEffect effect) {
  switch (effect) {
    case FaultEffect::io_error: return IOStatus::IOError("injected fault", std::strerror(EIO));
    case FaultEffect::no_space:
    case FaultEffect::short_write: return IOStatus::NoSpace("injected fault", std::strerror(ENOSPC));
    case FaultEffect::no_handles: return IOStatus::IOError("injected fault", std::strerror(EMFILE));
  }
  return IOStatus::IOError();
}

// Runs the call, or fails it.
template <typename Call>
IOStatus guarded(FaultSwitch& faults, CallKind kind, Call call) {
  const auto effect = faults.hit(kind);
  return effect ? failed(*effect) : call();
}

// Of a short write half of the data arrives.
template <typename Call>
IOStatus guarded_write(FaultSwitch& faults, const Slice& data, Call call) {
  const auto effect = faults.hit(CallKind::write);
  if (!effect) return call(data);
  if (*effect == FaultEffect::short_write) static_cast<void>(call(Slice(data.data(), data.size() / 2)));
  return failed(*effect);
}

class FaultyWritable : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyWritable(std::unique_ptr<rocksdb::FSWritableFile> file, Switch faults)
      : FSWritableFileOwnerWrapper(std::move(file)), faults_(std::move(faults)) {}
  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    return guarded_write(*faults_, data, [&](const Slice& part) { return target()->Append(part, options, debug); });
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&, IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus PositionedAppend(const Slice& data, std::uint64_t offset, const IOOptions& options, IODebugContext* debug) override {
    return guarded_write(*faults_, data, [&](const Slice& part) { return target()->PositionedAppend(part, offset, options, debug); });
  }
  IOStatus PositionedAppend(const Slice& data, std::uint64_t offset, const IOOptions& options, const rocksdb::DataVerificationInfo&,
                            IODebugContext* debug) override {
    return PositionedAppend(data, offset, options, debug);
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions& options, IODebugContext* debug) override {
    return guarded(*faults_, CallKind::write, [&] { return target()->Truncate(size, options, debug); });
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return guarded(*faults_, CallKind::sync, [&] { return target()->Sync(options, debug); });
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return guarded(*faults_, CallKind::sync, [&] { return target()->Fsync(options, debug); });
  }
  IOStatus RangeSync(std::uint64_t offset, std::uint64_t size, const IOOptions& options, IODebugContext* debug) override {
    return guarded(*faults_, CallKind::sync, [&] { return target()->RangeSync(offset, size, options, debug); });
  }

 private:
  Switch faults_;
};

class FaultyRandomRW : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
  FaultyRandomRW(std::unique_ptr<rocksdb::FSRandomRWFile> file, Switch faults)
      : FSRandomRWFileOwnerWrapper(std::move(file)), faults_(std::move(faults)) {}
  IOStatus Write(std::uint64_t offset, const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    return guarded_write(*faults_, data, [&](const Slice& part) { return target()->Write(offset, part, options, debug); });
  }
  IOStatus Read(std::uint64_t offset, std::size_t size, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) const override {
    return guarded(*faults_, CallKind::read, [&] { return target()->Read(offset, size, options, result, scratch, debug); });
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return guarded(*faults_, CallKind::sync, [&] { return target()->Sync(options, debug); });
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return guarded(*faults_, CallKind::sync, [&] { return target()->Fsync(options, debug); });
  }

 private:
  Switch faults_;
};

class FaultySequential : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  FaultySequential(std::unique_ptr<rocksdb::FSSequentialFile> file, Switch faults)
      : FSSequentialFileOwnerWrapper(std::move(file)), faults_(std::move(faults)) {}
  IOStatus Read(std::size_t size, const IOOptions& options, Slice* result, char* scratch, IODebugContext* debug) override {
    return guarded(*faults_, CallKind::read, [&] { return target()->Read(size, options, result, scratch, debug); });
  }

 private:
  Switch faults_;
};

class FaultyRandomAccess : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  FaultyRandomAccess(std::unique_ptr<rocksdb::FSRandomAccessFile> file, Switch faults)
      : FSRandomAccessFileOwnerWrapper(std::move(file)), faults_(std::move(faults)) {}
  IOStatus Read(std::uint64_t offset, std::size_t size, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) const override {
    return guarded(*faults_, CallKind::read, [&] { return target()->Read(offset, size, options, result, scratch, debug); });
  }
  IOStatus MultiRead(rocksdb::FSReadRequest* requests, std::size_t count, const IOOptions& options, IODebugContext* debug) override {
    return guarded(*faults_, CallKind::read, [&] { return target()->MultiRead(requests, count, options, debug); });
  }

 private:
  Switch faults_;
};

class FaultyDirectory : public rocksdb::FSDirectoryWrapper {
 public:
  FaultyDirectory(std::unique_ptr<rocksdb::FSDirectory> directory, Switch faults)
      : FSDirectoryWrapper(std::move(directory)), faults_(std::move(faults)) {}
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return guarded(*faults_, CallKind::directory_sync, [&] { return FSDirectoryWrapper::Fsync(options, debug); });
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug, const rocksdb::DirFsyncOptions& what) override {
    return guarded(*faults_, CallKind::directory_sync, [&] { return FSDirectoryWrapper::FsyncWithDirOptions(options, debug, what); });
  }

 private:
  Switch faults_;
};

// Opens through `open` and wraps what came.
template <typename Wrapper, typename File, typename Open>
IOStatus opened(const Switch& faults, std::unique_ptr<File>* file, Open open) {
  IOStatus status = guarded(*faults, CallKind::open, open);
  if (status.ok()) *file = std::make_unique<Wrapper>(std::move(*file), faults);
  return status;
}

template <std::size_t N>
std::optional<std::size_t> place_of(std::string_view word, const std::string_view (&names)[N]) {
  const auto found = std::ranges::find(names, word);
  if (found == std::end(names)) return std::nullopt;
  return static_cast<std::size_t>(found - std::begin(names));
}

}  // namespace

std::optional<Fault> parse_fault(std::string_view spec) {
  std::vector<std::string_view> words;
  while (!spec.empty()) {
    const std::size_t colon = std::min(spec.find(':'), spec.size());
    words.push_back(spec.substr(0, colon));
    spec.remove_prefix(std::min(colon + 1, spec.size()));
  }
  if (words.size() != 4) return std::nullopt;
  const auto kind = place_of(words[0], kCallKindNames);
  const auto effect = place_of(words[3], kFaultEffectNames);
  Fault fault{.lasts = words[2] == "always"};
  const auto [end, failure] = std::from_chars(words[1].data(), words[1].data() + words[1].size(), fault.nth);
  if (!kind || !effect || failure != std::errc()) return std::nullopt;
  fault.kind = static_cast<CallKind>(*kind);
  fault.effect = static_cast<FaultEffect>(*effect);
  return fault;
}

std::string to_string(const Fault& fault) {
  return fmt::format("{}:{}:{}:{}", kCallKindNames[static_cast<std::size_t>(fault.kind)], fault.nth, fault.lasts ? "always" : "once",
                     kFaultEffectNames[static_cast<std::size_t>(fault.effect)]);
}

void FaultSwitch::arm(const Fault& fault) {
  const std::lock_guard lock(mutex_);
  fault_ = fault;
  calls_ = {};
  hits_ = 0;
}

void FaultSwitch::lift() {
  const std::lock_guard lock(mutex_);
  fault_.reset();
}

std::uint64_t FaultSwitch::calls(CallKind kind) const {
  const std::lock_guard lock(mutex_);
  return calls_[static_cast<std::size_t>(kind)];
}

std::uint64_t FaultSwitch::hits() const {
  const std::lock_guard lock(mutex_);
  return hits_;
}

std::optional<FaultEffect> FaultSwitch::hit(CallKind kind) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t call = ++calls_[static_cast<std::size_t>(kind)];
  if (!fault_ || fault_->kind != kind || call < fault_->nth || (call > fault_->nth && !fault_->lasts)) return std::nullopt;
  ++hits_;
  return fault_->effect;
}

using Fs = FaultyFileSystem;

Fs::Status Fs::NewSequentialFile(const std::string& path, const Options& options, std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                 Debug* debug) {
  return opened<FaultySequential>(faults_, file, [&] { return target()->NewSequentialFile(path, options, file, debug); });
}

Fs::Status Fs::NewRandomAccessFile(const std::string& path, const Options& options, std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                   Debug* debug) {
  return opened<FaultyRandomAccess>(faults_, file, [&] { return target()->NewRandomAccessFile(path, options, file, debug); });
}

Fs::Status Fs::NewWritableFile(const std::string& path, const Options& options, std::unique_ptr<rocksdb::FSWritableFile>* file,
                               Debug* debug) {
  return opened<FaultyWritable>(faults_, file, [&] { return target()->NewWritableFile(path, options, file, debug); });
}

Fs::Status Fs::ReopenWritableFile(const std::string& path, const Options& options, std::unique_ptr<rocksdb::FSWritableFile>* file,
                                  Debug* debug) {
  return opened<FaultyWritable>(faults_, file, [&] { return target()->ReopenWritableFile(path, options, file, debug); });
}

Fs::Status Fs::ReuseWritableFile(const std::string& path, const std::string& old_path, const Options& options,
                                 std::unique_ptr<rocksdb::FSWritableFile>* file, Debug* debug) {
  return opened<FaultyWritable>(faults_, file, [&] { return target()->ReuseWritableFile(path, old_path, options, file, debug); });
}

Fs::Status Fs::NewRandomRWFile(const std::string& path, const Options& options, std::unique_ptr<rocksdb::FSRandomRWFile>* file,
                               Debug* debug) {
  return opened<FaultyRandomRW>(faults_, file, [&] { return target()->NewRandomRWFile(path, options, file, debug); });
}

Fs::Status Fs::NewDirectory(const std::string& path, const rocksdb::IOOptions& options, std::unique_ptr<rocksdb::FSDirectory>* directory,
                            Debug* debug) {
  return opened<FaultyDirectory>(faults_, directory, [&] { return target()->NewDirectory(path, options, directory, debug); });
}

Fs::Status Fs::RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options, Debug* debug) {
  return guarded(*faults_, CallKind::rename, [&] { return target()->RenameFile(from, to, options, debug); });
}

Fs::Status Fs::Truncate(const std::string& path, std::size_t size, const rocksdb::IOOptions& options, Debug* debug) {
  return guarded(*faults_, CallKind::write, [&] { return target()->Truncate(path, size, options, debug); });
}

Fs::Status Fs::GetFreeSpace(const std::string& path, const rocksdb::IOOptions& options, std::uint64_t* bytes, Debug* debug) {
  const Status status = target()->GetFreeSpace(path, options, bytes, debug);
  if (faults_->hit(CallKind::space)) *bytes = 4'096;
  return status;
}

}  // namespace wanamaker::durable
