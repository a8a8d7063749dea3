#pragma once
// Message ids of events that are not applied yet. Two commands with one id are not judged side by side: the second is judged when the first is
// applied. Single-threaded.

#include "model/commands.h"

#include <boost/unordered/unordered_flat_set.hpp>

#include <string>
#include <variant>

namespace wanamaker {

class MessageIds {
 public:
  // False, and nothing added, when one of them is there already.
  bool add(const Command& command) {
    const auto* batch = std::get_if<ImportBatch>(&command.body);
    if (batch == nullptr) return true;
    for (const BatchRow& row : batch->rows)
      if (!row.message_id.empty() && ids_.contains(row.message_id)) return false;
    for (const BatchRow& row : batch->rows)
      if (!row.message_id.empty()) ids_.emplace(row.message_id);
    return true;
  }
  void clear() { ids_.clear(); }

 private:
  boost::unordered_flat_set<std::string> ids_;
};

}  // namespace wanamaker
