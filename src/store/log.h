#pragma once
// The log: every accepted command since the last checkpoint, in order. Key idea: what one sync made durable is one block; blocks are a
// chain, so a block that is gone, changed or moved is found and named at replay, and nothing is skipped silently. The mark says how
// far the chain must reach. The grammar of a block stands in docs/reference/formats.md.

#include "base/mutex.h"
#include "store/block.h"
#include "store/mark.h"

#include <functional>
#include <optional>
#include <span>

namespace wanamaker {

class Database;

// Single-threaded: one writer owns it, but for drop_up_to().
// Below this nothing is written any more: a checkpoint, and the next start, need some room themselves.
inline constexpr std::uint64_t kRoomBytesMin = 8U << 20;

class Log {
 public:
  explicit Log(Database& database) : database_(database) {}

  // Finds the end of the chain; `checkpoint` is the place of the pages, where it ends at the earliest. Reads only.
  // Errors: failure, naming the damaged record.
  Result<void> find_last(ChainLink checkpoint);
  // Errors: failure, when the log ends before the mark or has another history.
  Result<void> check_against(ChainLink mark);
  // From now on commands may be appended, or why not.
  void start_writing(Mark mark) { mark_.emplace(std::move(mark)); }
  void refuse_writing(Error why);

  // Adds one block, durable when this returns. Errors: failure. When the disk is full nothing was written, and a later append goes
  // on by itself once there is room. After any other failed write or sync every append fails and says why: it is not known how much
  // reached the disk, and a failed sync is never tried again.
  Result<void> append(std::span<const EncodedCommand> commands);

  // Calls visit for every command after the checkpoint, in order. Errors: those of `visit`; failure, naming the record that is
  // damaged, missing or of an unknown kind; not_allowed, when it has a newer format.
  Result<void> replay(const std::function<Result<void>(Command&&)>& visit);

  // Forgets the blocks up to a checkpoint whose pages are durable. May run while another thread appends. Errors: failure; nothing is
  // lost then.
  Result<void> drop_up_to(ChainLink checkpoint);

  // The end of the chain. May be asked by another thread.
  ChainLink last() const;
  // Bytes of the blocks that a start would replay. May be asked by another thread.
  std::uint64_t tail_bytes() const;
  // Why nothing can be appended any more, if so. May be asked by another thread.
  std::optional<Error> closed_by() const;

 private:

  Result<void> make_room(std::size_t bytes);
  Result<void> write(const EncodedBlock& block);
  std::unexpected<Error> close_with(Error error);

  ChainLink checkpoint() const;

  Database& database_;
  mutable Mutex mutex_;
  ChainLink checkpoint_ WM_GUARDED_BY(mutex_);
  std::uint64_t bytes_ WM_GUARDED_BY(mutex_) = 0;  // of the blocks after it
  ChainLink last_ WM_GUARDED_BY(mutex_);
  std::optional<Mark> mark_;
  std::optional<Error> closed_by_ WM_GUARDED_BY(mutex_);  // the first failed write
};

}  // namespace wanamaker
