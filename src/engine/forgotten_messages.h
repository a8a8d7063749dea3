#pragma once
// Ids under which nothing is taken any more. Of an id only its hash is kept, and that for a while. There are two such memories: the message
// ids of contacts that were erased, so that a late retry of what was accepted before does not bring anybody back, for as long as retries
// are promised to be known (seven days, the last five million); and tokens that are good once, for as long as they are good at all.
// Derived from the log alone: time is that of the commands. Single writer.
// Source: libsodium's crypto_generichash (BLAKE2b).

#include "base/result.h"
#include "base/time.h"

#include <boost/unordered/unordered_flat_set.hpp>

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace wanamaker {

class ForgottenMessages {
 public:
  struct Limits {
    std::int64_t kept_ms = 7 * kMillisecondsPerDay;
    std::size_t ids_max = 5'000'000;
  };
  ForgottenMessages() = default;
  explicit ForgottenMessages(Limits limits) : limits_(limits) {}

  bool contains(std::string_view message_id) const;
  bool empty() const { return by_time_.empty(); }
  void add(std::string_view message_id, Timestamp at);
  // Lets go of those that were added longer before than they are kept. Cost: those that go.
  void expire(Timestamp now);

  // Shape: a count, then hash and instant of each, oldest first.
  std::string encode() const;
  // Errors: failure, where the bytes are none that encode() makes.
  static Result<ForgottenMessages> decode(std::string_view bytes, Limits limits);

 private:
  using Hash = std::array<std::uint64_t, 2>;
  struct Entry {
    Hash hash;
    Timestamp at;
  };
  struct FirstHalf {
    using is_avalanching = void;
    std::size_t operator()(const Hash& hash) const { return hash[0]; }
  };
  static Hash hash_of(std::string_view message_id);
  void add(const Hash& hash, Timestamp at);
  void drop_oldest();

  Limits limits_;
  std::deque<Entry> by_time_;
  boost::unordered_flat_set<Hash, FirstHalf> hashes_;
};

}  // namespace wanamaker
