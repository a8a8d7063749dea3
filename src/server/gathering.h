#pragma once
// What comes one by one and goes to workers several at a time. Key idea: of each who asks, so many groups are at work and no more, and what comes
// meanwhile is the next one: the busier the machine, the larger the groups, and the less each of them costs. What is ready at the same time is
// gathered before the first begins. Single-threaded.
// Source: group commit, as engine/commit_queue.h has it, for the whole way of a request.

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace wanamaker {

template <typename Item>
class Gathering {
 public:
  struct Steps {
    std::function<void()> soon;  // begin() is to be called, when what is ready now was added
    // Begins one group; false: it was not, and is seen to.
    std::function<bool(const std::string& asker, std::vector<Item>&& group)> begin;
  };
  // `groups_of_one`: at work for one who asks, at most. `waiting_max`: items of all.
  Gathering(std::size_t groups_of_one, std::size_t waiting_max, Steps steps) : groups_of_one_(groups_of_one), waiting_max_(waiting_max), steps_(std::move(steps)) {}

  static constexpr std::size_t kGroupMax = 512;  // so that the first of a group does not wait long for the last

  // False: too much waits already.
  bool add(const std::string& asker, Item item) {
    if (waiting_ >= waiting_max_) return false;
    ++waiting_;
    by_asker_[asker].waiting.push_back(std::move(item));
    call_soon();
    return true;
  }
  void begin() {
    is_called_ = false;
    std::vector<std::string> askers;  // what begins may say at once that it cannot
    for (const auto& [asker, own] : by_asker_) askers.push_back(asker);
    for (const std::string& asker : askers) begin_of(asker);
  }
  // A group that was begun.
  void ended(const std::string& asker) {
    --by_asker_.at(asker).at_work;
    call_soon();
  }

 private:
  struct Own {
    std::vector<Item> waiting = {};
    std::size_t at_work = 0;
  };
  void call_soon() {
    if (std::exchange(is_called_, true)) return;
    steps_.soon();
  }
  void begin_of(const std::string& asker) {
    Own& own = by_asker_.at(asker);
    while (!own.waiting.empty() && own.at_work < groups_of_one_) {
      const auto end = own.waiting.begin() + static_cast<std::ptrdiff_t>(std::min(own.waiting.size(), kGroupMax));
      std::vector<Item> group(std::make_move_iterator(own.waiting.begin()), std::make_move_iterator(end));
      own.waiting.erase(own.waiting.begin(), end);
      waiting_ -= group.size();
      if (steps_.begin(asker, std::move(group))) ++own.at_work;
    }
    if (own.waiting.empty() && own.at_work == 0) by_asker_.erase(asker);
  }

  std::size_t groups_of_one_;
  std::size_t waiting_max_;
  Steps steps_;
  std::unordered_map<std::string, Own> by_asker_;  // of those who have something waiting or at work
  std::size_t waiting_ = 0;
  bool is_called_ = false;
};

}  // namespace wanamaker
