#include "store/log_room.h"

#include <algorithm>
#include <array>

namespace wanamaker {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

// Room grows with the file, so that a store of few commands stays small; each time it is made costs a sync of that much.
constexpr std::uint64_t kStepBytesMin = 4U << 10;
constexpr std::uint64_t kStepBytesMost = 1U << 20;
// Of what comes in larger pieces, as an import's batches do, the writing takes longer than the journal, and zeros would double it.
constexpr std::size_t kAppendBytesMost = 128U << 10;
constexpr std::array<char, 64U << 10> kZeros = {};

class LogWithRoom : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  LogWithRoom(std::unique_ptr<rocksdb::FSWritableFile> file, std::shared_ptr<std::atomic<std::uint64_t>> written)
      : FSWritableFileOwnerWrapper(std::move(file)), written_(std::move(written)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    const std::uint64_t end = *written_;
    IOStatus status = target()->PositionedAppend(data, end, options, debug);
    if (!status.ok()) return status;
    *written_ = end + data.size();
    room_end_ = std::max(room_end_, end + data.size());
    if (room_end_ == end + data.size() && data.size() <= kAppendBytesMost) make_room(options, debug);
    return status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&, IODebugContext* debug) override { return Append(data, options, debug); }
  IOStatus Truncate(std::uint64_t size, const IOOptions& options, IODebugContext* debug) override {
    *written_ = room_end_ = size;
    return target()->Truncate(size, options, debug);
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    const IOStatus cut = room_end_ > *written_ ? Truncate(*written_, options, debug) : IOStatus::OK();
    cut.PermitUncheckedError();  // zeros that stay behind the end are read as one that was not reached
    return target()->Close(options, debug);
  }
  std::uint64_t GetFileSize(const IOOptions&, IODebugContext*) override { return *written_; }

 private:
  // Without room the file grows with each append, as any file does: so a failure is nobody's.
  void make_room(const IOOptions& options, IODebugContext* debug) {
    std::uint64_t left = std::min<std::uint64_t>(room_end_, kStepBytesMost);
    if (left < kStepBytesMin || !room_can_be_made_) return;
    while (left > 0 && room_can_be_made_) {
      const std::size_t bytes = std::min<std::size_t>(left, kZeros.size());
      room_can_be_made_ = target()->PositionedAppend(Slice(kZeros.data(), bytes), room_end_, options, debug).ok();
      room_end_ += bytes;
      left -= bytes;
    }
  }

  std::shared_ptr<std::atomic<std::uint64_t>> written_;
  std::uint64_t room_end_ = 0;  // not below what was written
  bool room_can_be_made_ = true;
};

}  // namespace

LogRoom::Status LogRoom::NewWritableFile(const std::string& path, const rocksdb::FileOptions& options, std::unique_ptr<rocksdb::FSWritableFile>* file, Debug* debug) {
  Status status = target()->NewWritableFile(path, options, file, debug);
  if (!status.ok() || !path.ends_with(".log")) return status;
  const auto written = std::make_shared<std::atomic<std::uint64_t>>(0);
  *file = std::make_unique<LogWithRoom>(std::move(*file), written);
  MutexLock lock(mutex_);
  std::erase_if(written_, [](const auto& one) { return one.second.expired(); });
  written_[path] = written;
  return status;
}

LogRoom::Status LogRoom::GetFileSize(const std::string& path, const rocksdb::IOOptions& options, std::uint64_t* size, Debug* debug) {
  {
    MutexLock lock(mutex_);
    const auto known = written_.find(path);
    if (const auto written = known == written_.end() ? nullptr : known->second.lock()) {
      *size = *written;
      return Status::OK();
    }
  }
  return target()->GetFileSize(path, options, size, debug);
}

}  // namespace wanamaker
