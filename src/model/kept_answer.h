#pragma once
// An answer that is kept with the change that it answers, so that a request that comes again under the same `Idempotency-Key` changes
// nothing and gets the same. Key idea: what was answered is sealed with the key of whoever asked, which the store does not have; so no
// secret and nothing about a person can be read out of the store's files.

#include "base/time.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace wanamaker {

inline constexpr std::size_t kAnswerIdBytes = 32;            // BLAKE2b of who asked and the key of the request
inline constexpr std::size_t kAnswerSubjectBytes = 16;       // BLAKE2b of the id of a contact that it tells of
inline constexpr std::size_t kAnswerSubjectsMax = 1'000;     // one that tells of more is not kept, only that it was given
inline constexpr std::size_t kAnswerAskerBytesMax = 64;
inline constexpr std::size_t kAnswerBytesMax = 256U << 10;   // of a larger one likewise
inline constexpr std::int64_t kAnswersKeptMs = 7 * kMillisecondsPerDay;
inline constexpr std::size_t kAnswersMax = 200'000;          // beyond, the oldest of whoever has most go
inline constexpr std::size_t kAnswersBytesMax = 16U << 20;   // of what was answered, all together: a checkpoint writes it whole; beyond, that of the oldest of whoever has most goes

struct KeptAnswer {
  std::string request;        // hash of what was asked, kAnswerIdBytes
  std::string sealed = {};    // empty: too large, let go for want of room, or about a contact who is erased
  std::string subjects = {};  // kAnswerSubjectBytes of each contact that it tells of
  Timestamp at;
  std::string asker = {};     // id of a key or user; empty of older stores
};

}  // namespace wanamaker
