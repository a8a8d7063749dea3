#pragma once
// What each live condition says of each contact, one bit. Key idea: the bits of one contact lie side by side, a row, so that an event or
// an hour that comes due reads one place in memory whatever the number of conditions. Sweeps and pages have a column a condition; rows
// become columns and back 64 by 64. Single writer; a copy is an image, which shares the rows until the writer changes them, and may be
// read by others, but is made and released by the writer only.

#include "base/prefetch.h"
#include "live/contact_bits.h"
#include "live/row_room.h"

#include <memory>
#include <span>
#include <vector>

namespace wanamaker {

using ConditionNumber = Id<struct ConditionTag>;

class ConditionBits {
 public:
  static constexpr std::uint32_t kContacts = 1'024;  // rows that are shared and copied together
  using Column = ContactBits::Chunk;                 // a condition's bits for 65,536 contacts

  // Rows have room for conditions of numbers below it. Some become wider before all have to: nobody waits for the whole of them.
  void make_room(std::uint32_t conditions);
  // Valid until the next change.
  const std::uint64_t* row(ContactOrdinal contact) const {
    const std::size_t chunk = contact.value / kContacts;
    return chunk < chunks_.size() && chunks_[chunk].words ? chunks_[chunk].words.get() + contact.value % kContacts * chunks_[chunk].width : zeros_.data();
  }
  // The processor is asked for it.
  void fetch(ContactOrdinal contact) const {
    const std::uint64_t* const first = row(contact);
    for (std::size_t i = 0; i < words_; i += 8) fetch_line_to_write(first + i);
  }
  static bool is_set(const std::uint64_t* row, ConditionNumber number) { return ((row[number.value / 64] >> (number.value % 64)) & 1) != 0; }
  bool has(ContactOrdinal contact, ConditionNumber number) const { return is_set(row(contact), number); }
  // True when it was the other way round before.
  bool set(ContactOrdinal contact, ConditionNumber number, bool holds);
  // Of contacts index·64 to index·64 + 63.
  std::uint64_t word(ConditionNumber number, std::size_t index) const;
  std::size_t words() const { return words_; }  // of a row, at least

  // Puts whole columns in, over what was there; they are not durable, but for the chunks of columns that are.
  struct NewColumn {
    ConditionNumber number;
    const ContactBits* bits;
    bool is_durable = false;
  };
  void put(std::span<const NewColumn> columns, std::uint32_t contacts);
  // The condition is gone. What its bits say means nothing until a column is put there.
  void forget(ConditionNumber number) { for (std::size_t i = 0; number.value < slots_ && i < shards(); ++i) shard_of(number, i) = {}; }

  // ---- pages: one for a condition and 65,536 contacts, a shard, where any bit is set ----
  std::size_t shards() const { return slots_ == 0 ? 0 : shards_.size() / slots_; }
  bool has_page(ConditionNumber number, std::size_t shard) const { return shard_of(number, shard).count != 0; }
  bool is_dirty(ConditionNumber number, std::size_t shard) const { return shard_of(number, shard).changed_in != shard_of(number, shard).saved_in; }
  // The columns of conditions 64·group to 64·group + 63. Cost: a walk over the shard's rows.
  std::vector<Column> columns(std::size_t group, std::size_t shard) const;
  // The pages of an image are durable.
  void saved(const ConditionBits& image, ConditionNumber number);
  std::size_t memory_bytes() const;

 private:
  static constexpr std::size_t kChunksOfShard = ContactBits::kContacts / kContacts;
  // A condition's bits in one shard. Time is counted in images: what was changed after an image was made has another number than it.
  struct Shard {
    std::uint32_t count = 0;       // bits that are set
    std::uint32_t changed_in = 0;  // when it was last changed
    std::uint32_t saved_in = 0;    // that of what is durable
  };
  // Chunks that no image shares for certain. A copy of them has none, and from then on what it was copied from has none either.
  class Own {
   public:
    Own() = default;
    Own(const Own& other) : image_(other.image_) { other.was_copied(); }
    Own& operator=(const Own& other) {
      chunks_.clear();
      image_ = other.image_;
      other.was_copied();
      return *this;
    }
    Own(Own&&) = default;
    Own& operator=(Own&&) = default;
    bool has(std::size_t chunk) const { return chunk < chunks_.size() && chunks_[chunk]; }
    void add(std::size_t chunk) {
      if (chunk >= chunks_.size()) chunks_.resize(chunk + 1);
      chunks_[chunk] = true;
    }
    void clear() { chunks_.clear(); }
    std::uint32_t image() const { return image_; }  // how many images there were, and one more
    void count_image() { ++image_; }                // what stands now is that of pages: as if an image had been made of it

   private:
    void was_copied() const {
      chunks_.clear();
      ++image_;
    }
    mutable std::vector<bool> chunks_;
    mutable std::uint32_t image_ = 1;
  };
  // The rows of kContacts contacts.
  struct Chunk {
    RowRoom::Block words = {};  // of that room, shared with images only; null: no bit is set
    std::size_t width = 0;      // words of a row: words_, or already the next width
  };
  Chunk& writable(std::size_t chunk) { return own_.has(chunk) ? chunks_[chunk] : made_own(chunk); }
  Chunk& made_own(std::size_t chunk);
  void widen(std::size_t chunk, std::size_t width);
  void widen_ahead(std::uint32_t conditions);
  RowRoom& room_of(std::size_t width) { return width == words_ ? room_ : wider_room_; }
  // Of contacts index·64 to index·64 + 63; null: no bit is set.
  struct Rows {
    std::uint64_t* first = nullptr;
    std::size_t width = 0;
  };
  Rows rows_of_word(std::size_t index) const;
  void write(std::span<const NewColumn> of_group, std::size_t first, std::size_t end);
  Shard& shard_of(ConditionNumber number, std::size_t shard) { return shards_[shard * slots_ + number.value]; }
  const Shard& shard_of(ConditionNumber number, std::size_t shard) const { return shards_[shard * slots_ + number.value]; }
  void make_shards(std::size_t shards) { if (shards > this->shards()) shards_.resize(shards * slots_); }

  std::size_t words_ = 1;
  RowRoom room_{kContacts};
  RowRoom wider_room_{2 * kContacts};                     // for rows of the next width
  std::vector<Chunk> chunks_;
  Own own_;
  std::vector<std::uint64_t> zeros_{0};                   // a row of a chunk that is not there
  std::size_t slots_ = 0;                                 // numbers of conditions that there is room for
  std::vector<Shard> shards_;                             // by shard and then by ConditionNumber
};

}  // namespace wanamaker
