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
inline constexpr std::size_t kAnswerSubjectBytes = 16;       // BLAKE2b of the id of the contact that it is about; or none
inline constexpr std::size_t kAnswerBytesMax = 256U << 10;   // a larger one is not kept, only that it was given
inline constexpr std::int64_t kAnswersKeptMs = 7 * kMillisecondsPerDay;
inline constexpr std::size_t kAnswersMax = 100'000;          // the oldest go first
inline constexpr std::size_t kAnswersBytesMax = 16U << 20;   // of all together: a checkpoint writes them whole

struct KeptAnswer {
  std::string request;       // hash of what was asked, kAnswerIdBytes
  std::string sealed = {};   // empty: too large, or about a contact who is erased
  std::string subject = {};  // kAnswerSubjectBytes, or none
  Timestamp at;
};

}  // namespace wanamaker
