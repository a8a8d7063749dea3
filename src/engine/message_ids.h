#pragma once
// Message ids of events that are not applied yet. Two commands with one id are not judged side by side: the second is judged when the first is
// applied. Key idea: where something always waits, there is no instant at which all ids can go; so there are two generations of them, of which the older
// one goes when all that it was collected for is applied. An id that is here longer than it has to be costs time, never an answer. Thread-safe.

#include "base/mutex.h"
#include "model/commands.h"

#include <boost/unordered/unordered_flat_set.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace wanamaker {

class MessageIds {
 public:
  // False, and nothing added, when one of them is there already.
  bool add(const Command& command) {
    const auto* batch = std::get_if<ImportBatch>(&command.body);
    if (batch == nullptr) return true;
    MutexLock lock(mutex_);
    for (const BatchRow& row : batch->rows)
      if (!row.message_id.empty() && is_here(row.message_id)) return false;
    for (const BatchRow& row : batch->rows)
      if (!row.message_id.empty()) newer_.emplace(row.message_id);
    return true;
  }
  bool contains(std::string_view id) {
    MutexLock lock(mutex_);
    return is_here(id);
  }
  // All that they were collected for is applied.
  void clear() {
    MutexLock lock(mutex_);
    older_.clear();
    newer_.clear();
    older_until_ = 0;
  }
  // The place in the log up to which the older ones were collected: once that is applied, turn() may follow.
  std::uint64_t older_until() {
    MutexLock lock(mutex_);
    return older_until_;
  }
  // The older ones go, and the newer ones, of what stands in the log up to `last`, are the older ones now.
  void turn(std::uint64_t last) {
    MutexLock lock(mutex_);
    older_.clear();
    std::swap(older_, newer_);
    older_until_ = last;
  }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view id) const { return boost::hash<std::string_view>()(id); }
  };
  using Ids = boost::unordered_flat_set<std::string, Hash, std::equal_to<>>;
  bool is_here(std::string_view id) const WM_REQUIRES(mutex_) { return newer_.contains(id) || older_.contains(id); }

  Mutex mutex_;
  Ids newer_ WM_GUARDED_BY(mutex_);
  Ids older_ WM_GUARDED_BY(mutex_);
  std::uint64_t older_until_ WM_GUARDED_BY(mutex_) = 0;
};

}  // namespace wanamaker
