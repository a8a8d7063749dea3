#pragma once
// The place of each contact in the order of ids by bytes, so that what breaks ties by id compares two numbers and reads no text, and who has
// an id, or one that begins with a text, is found by search.
// Derived from the ids and kept in no page: made when it is first asked for, and then for what came and went since.
// Cost: making it sorts all ids, about 0.1 µs each; adding some costs a search each and one walk over all.

#include "columns/contact_table.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace wanamaker {

class IdOrder {
 public:
  void refresh(const ContactTable& contacts);
  // By ordinal: ranks order as ids do. That of who is no contact means nothing.
  std::span<const std::uint32_t> ranks() const { return ranks_; }
  // The contact that has that id, byte for byte. Cost: a search.
  std::optional<ContactOrdinal> find(std::string_view id, const ContactTable& contacts) const;
  // The ranks of those whose ids begin with that text, byte for byte: from `begin` on, below `end`. Cost: two searches.
  struct Ranks {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };
  Ranks starting_with(std::string_view text, const ContactTable& contacts) const;
  // Contacts whose ids are not their own keys (base/text/fold.h), or may not be: with capitals, or not in ASCII. Ascending.
  std::span<const ContactOrdinal> unfolded() const { return unfolded_; }

 private:
  std::vector<ContactOrdinal> sorted(const ContactTable& contacts, std::uint32_t from) const;
  void merge(const std::vector<ContactOrdinal>& late, const ContactTable& contacts);

  std::vector<ContactOrdinal> order_;  // by rank
  std::vector<std::uint32_t> ranks_;
  std::vector<ContactOrdinal> unfolded_;
  std::uint32_t living_ = 0;  // contacts at the last refresh
};

}  // namespace wanamaker
