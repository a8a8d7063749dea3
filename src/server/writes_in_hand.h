#pragma once
// How much may be written at once: bytes of the writes that wait for a worker or are with one, until they are answered. Key idea: what
// comes faster than it can be made durable is refused at once rather than kept, so that what was taken is answered soon and memory has a
// bound; and nobody who asks may have more than half, so that one who sends without end keeps nobody out. Single-threaded.

#include <cstddef>
#include <string>
#include <unordered_map>

namespace wanamaker {

class WritesInHand {
 public:
  enum class Answer : unsigned char { taken, asker_has_too_much, all_is_taken };

  // Units: bytes. A single write is taken whatever its size while its asker has none, and where nobody has any.
  explicit WritesInHand(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // Nothing is counted unless it is taken.
  Answer take(const std::string& asker, std::size_t bytes);
  // What was taken before.
  void give_back(const std::string& asker, std::size_t bytes);

 private:
  std::size_t bytes_max_;
  std::size_t all_ = 0;
  std::unordered_map<std::string, std::size_t> by_asker_;  // of those who have something in hand
};

}  // namespace wanamaker
