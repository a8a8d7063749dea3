#pragma once
// How many bytes of bodies may be in memory at once. A body is paid for before it is read, by what its header announces. Key idea: whoever
// has not shown a key shares a small part, so that no stranger can keep those out who have one; and no address gets all of any part,
// unless it is that of a proxy, behind which everybody stands. Single-threaded.

#include <cstddef>
#include <string>
#include <unordered_map>

namespace wanamaker {

class BodyBudget {
 public:
  enum class Payer : unsigned char { keyholder, stranger };
  enum class Answer : unsigned char { paid, address_has_too_much, all_is_taken };
  // Units: bytes.
  struct Limits {
    std::size_t all = 256U << 20;
    std::size_t of_address = 128U << 20;
    std::size_t all_strangers = 64U << 20;
    std::size_t strangers_of_address = 4U << 20;
  };
  enum class Addresses : unsigned char { are_peers, are_a_proxy };

  explicit BodyBudget(Addresses addresses) : addresses_(addresses) {}

  // Nothing is taken unless it is paid.
  Answer take(const std::string& address, Payer payer, std::size_t bytes);
  // What was taken before.
  void give_back(const std::string& address, Payer payer, std::size_t bytes);

 private:
  struct Taken {
    std::size_t all = 0;
    std::size_t strangers = 0;
  };
  static void add(Taken& taken, Payer payer, std::size_t bytes);
  static void subtract(Taken& taken, Payer payer, std::size_t bytes);

  Addresses addresses_;
  Limits limits_;
  Taken taken_;
  std::unordered_map<std::string, Taken> by_address_;  // of those who have taken something
};

}  // namespace wanamaker
