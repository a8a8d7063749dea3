#pragma once
// The change feed: every transition, in order, numbered from 1. Key idea: transitions of one commit are alike (segment, cause, instants),
// so each is written as its difference to the one before, in chunks that start from nothing: two or three bytes where many change at
// once. A chunk is a page of a checkpoint. Single writer; a copy is an image (base/chunk_list.h).
//   entry = what:u8 [ segment:varint version:varint ] [ effective:zigzag ] [ recorded:zigzag ] contact:zigzag
//   what: 1 left, 2 segment and version follow, 4 effective follows (difference), 8 recorded follows (difference), 16·cause
//   contact: difference to the contact before

#include "base/chunk_list.h"
#include "base/result.h"
#include "model/transition.h"

#include <functional>
#include <string>
#include <vector>

namespace wanamaker {

class Feed {
 public:
  static constexpr std::uint32_t kEntries = 4096;  // a chunk
  struct Chunk {
    std::string bytes;
    std::uint32_t count = 0;
  };

  // The number that it got is written into it.
  void append(Transition& transition);
  std::uint64_t last() const { return last_; }
  // The oldest number that is still there; last() + 1 where none is.
  std::uint64_t first() const { return first_chunk_ * kEntries + 1; }
  // Calls visit for those after number `after`, oldest first, while it returns true.
  void read(std::uint64_t after, const std::function<bool(const Transition&)>& visit) const;
  // Newest first, while visit returns true. Cost: a chunk at a time.
  void read_back(const std::function<bool(const Transition&)>& visit) const;
  // Forgets the oldest, whole chunks, so that at most `entries` and a chunk stay.
  void keep(std::uint64_t entries);

  // ---- pages ----
  const ChunkList<Chunk>& chunks() const { return chunks_; }
  std::size_t first_chunk() const { return first_chunk_; }
  static std::string encode(const Chunk& chunk);
  // Errors: failure, when the bytes are no chunk.
  static Result<Chunk> decode(std::string_view bytes);
  void place(std::size_t index, Chunk chunk);
  // All chunks from `first_chunk` on are placed. Errors: failure, when one is missing or is not full.
  Result<void> loaded(std::size_t first_chunk, std::uint64_t last);
  void saved(const Feed& image) { chunks_.saved(image.chunks_, image.chunks_.size()); }

 private:
  ChunkList<Chunk> chunks_;  // from first_chunk_ on; those before are gone
  std::size_t first_chunk_ = 0;
  std::uint64_t last_ = 0;
  Transition before_;  // the last one of the last chunk
};

}  // namespace wanamaker
