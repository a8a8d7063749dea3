#pragma once
// Where the next event of a contact goes. Key idea: the rows of a chunk are all of one shard of 65,536 contacts, so that a sweep works
// on one shard's state at a time and an owner takes two bytes. Each shard fills a chunk of its own and then begins another.
// What is open is a function of the owners alone: a table that was loaded goes on as the one that was saved. Single writer.

#include "columns/column.h"

#include <vector>

namespace wanamaker {

inline constexpr std::uint32_t kShardContacts = 65'536;

class RowPlaces {
 public:
  // The row for one more event of the contact; `rows` is the end of the table and grows where needed.
  std::uint32_t place(ContactOrdinal contact, const Column& owners, std::uint32_t& rows);
  // Rows were cleared or changed their owner. The next place costs a walk over the chunks.
  void forget() { is_known_ = false; }

 private:
  void look_up(const Column& owners);

  std::vector<std::uint32_t> next_;  // by shard; the first row of a chunk: a new one is needed
  bool is_known_ = false;
};

}  // namespace wanamaker
