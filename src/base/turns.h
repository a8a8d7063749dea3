#pragma once
// What waits, of several who ask. Key idea: those who ask take turns, so that one who has a thousand things waiting keeps nobody waiting who has one; and who
// had the last turn comes after all others. Single-threaded.

#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace wanamaker {

template <typename Item>
class Turns {
 public:
  void add(const std::string& whose, Item item) {
    auto& mine = waiting_[whose];
    if (mine.empty()) order_.push_back(whose);
    mine.push_back(std::move(item));
    ++size_;
  }
  std::size_t size() const { return size_; }
  // Had what he wanted without waiting.
  void note_turn(const std::string& whose) { last_ = whose; }

  struct Taken {
    std::string whose;
    Item item;
  };
  // The first of the next one that may(whose) says yes of; nothing where there is none. Cost: those who ask and may not.
  template <typename May>
  std::optional<Taken> take(May may) {
    auto next = std::ranges::find_if(order_, [&](const std::string& whose) { return whose != last_ && may(whose); });
    if (next == order_.end() && last_ && may(*last_)) next = std::ranges::find(order_, *last_);
    if (next == order_.end()) return std::nullopt;
    const auto mine = waiting_.find(*next);
    Taken taken{.whose = std::move(*next), .item = std::move(mine->second.front())};
    order_.erase(next);
    mine->second.pop_front();
    --size_;
    if (mine->second.empty()) waiting_.erase(mine);
    else order_.push_back(taken.whose);
    last_ = taken.whose;
    return taken;
  }
  std::optional<Taken> take() {
    return take([](const std::string&) { return true; });
  }

 private:
  std::unordered_map<std::string, std::deque<Item>> waiting_;  // of those who have something
  std::deque<std::string> order_;                              // of these, each once
  std::optional<std::string> last_;
  std::size_t size_ = 0;
};

}  // namespace wanamaker
