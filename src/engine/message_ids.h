#pragma once
// Message ids of events that are not applied yet. Two commands with one id are not judged side by side: the second is judged when the first is
// applied. Thread-safe.

#include "base/mutex.h"
#include "model/commands.h"

#include <boost/unordered/unordered_flat_set.hpp>

#include <functional>
#include <string>
#include <string_view>
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
      if (!row.message_id.empty() && ids_.contains(row.message_id)) return false;
    for (const BatchRow& row : batch->rows)
      if (!row.message_id.empty()) ids_.emplace(row.message_id);
    return true;
  }
  bool contains(std::string_view id) {
    MutexLock lock(mutex_);
    return ids_.contains(id);
  }
  void clear() {
    MutexLock lock(mutex_);
    ids_.clear();
  }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view id) const { return boost::hash<std::string_view>()(id); }
  };
  Mutex mutex_;
  boost::unordered_flat_set<std::string, Hash, std::equal_to<>> ids_ WM_GUARDED_BY(mutex_);
};

}  // namespace wanamaker
