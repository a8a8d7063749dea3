#pragma once
// The place of each contact in the order of ids by bytes, so that what breaks ties by id compares two numbers and reads no text.
// Derived from the ids and kept in no page: made when it is first asked for, and then for what came since.
// Cost: making it sorts all ids, about 0.1 µs each; adding some costs a search each and one walk over all.

#include "columns/contact_table.h"

#include <cstdint>
#include <span>
#include <vector>

namespace wanamaker {

class IdOrder {
 public:
  void refresh(const ContactTable& contacts);
  // By ordinal: ranks order as ids do. That of who is no contact means nothing.
  std::span<const std::uint32_t> ranks() const { return ranks_; }

 private:
  std::vector<ContactOrdinal> sorted(const ContactTable& contacts, std::uint32_t from) const;
  void merge(const std::vector<ContactOrdinal>& late, const ContactTable& contacts);

  std::vector<ContactOrdinal> order_;  // by rank
  std::vector<std::uint32_t> ranks_;
};

}  // namespace wanamaker
