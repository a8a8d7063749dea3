#pragma once
// Chunks read by a thread of its own, ahead of the one that takes them in, so that both cores work. Few wait at a time: memory stays
// bounded, and the file is read no faster than it is taken in. What the reader works with is that thread's while the pipe lives.
// Chunks come in the order of the file, and an error after all chunks before it, as from the reader itself.

#include "base/mutex.h"
#include "ingest/chunk_reader.h"

#include <deque>
#include <optional>
#include <thread>
#include <vector>

namespace wanamaker {

// One thread takes.
class ChunkPipe {
 public:
  explicit ChunkPipe(ChunkReader& reader);
  // Also before all was taken: the rest is not read.
  ~ChunkPipe();
  ChunkPipe(const ChunkPipe&) = delete;
  ChunkPipe& operator=(const ChunkPipe&) = delete;

  // As ChunkReader::next(); not again after the end or an error.
  Result<std::optional<ImportChunk>> take();
  // A chunk that was taken is done with; its memory serves another.
  void give_back(KeptRows spent);

 private:
  using Next = Result<std::optional<ImportChunk>>;
  static constexpr std::size_t kWaitingMax = 2;

  void run();
  KeptRows take_spent();
  bool put(Next next);

  ChunkReader& reader_;
  Mutex mutex_;
  std::deque<Next> waiting_ WM_GUARDED_BY(mutex_);
  std::vector<KeptRows> spent_ WM_GUARDED_BY(mutex_);
  bool is_closed_ WM_GUARDED_BY(mutex_) = false;
  std::condition_variable_any changed_;
  std::jthread thread_;  // last: it ends before the rest goes
};

}  // namespace wanamaker
