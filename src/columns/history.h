#pragma once
// The recorded changes of one attribute, by contact, in chunks of 4,096 contacts: a short vector each.
// Single writer; a copy is an image (base/chunk_list.h).

#include "base/chunk_list.h"
#include "base/time.h"
#include "columns/cell.h"
#include "columns/column.h"

#include <span>
#include <vector>

namespace wanamaker {

// One recorded change of an attribute whose history is kept. Entries stand by instant; equal instants in order of writing.
struct HistoryEntry {
  Timestamp at;
  Cell value;
};

class HistoryColumn {
 public:
  static constexpr std::uint32_t kContacts = 4096;
  using Chunk = std::vector<std::vector<HistoryEntry>>;  // by ordinal within the chunk; contacts beyond have none

  std::span<const HistoryEntry> of(ContactOrdinal contact) const {
    const Chunk* chunk = chunks_.find(contact.value / kContacts);
    const std::uint32_t place = contact.value % kContacts;
    if (chunk == nullptr || place >= chunk->size()) return {};
    return (*chunk)[place];
  }
  // The entries of a contact, to be changed now.
  std::vector<HistoryEntry>& writable(ContactOrdinal contact) {
    Chunk& chunk = chunks_.writable(contact.value / kContacts);
    const std::uint32_t place = contact.value % kContacts;
    if (place >= chunk.size()) chunk.resize(place + 1);
    return chunk[place];
  }
  void clear(ContactOrdinal contact) {
    if (!of(contact).empty()) std::vector<HistoryEntry>().swap(writable(contact));
  }
  const ChunkList<Chunk>& chunks() const { return chunks_; }
  ChunkList<Chunk>& chunks() { return chunks_; }
  void saved(const HistoryColumn& image, std::uint32_t contacts) { chunks_.saved(image.chunks_, chunks_of(contacts)); }

 private:
  ChunkList<Chunk> chunks_;
};

// Shape: visit(contact, entry).
template <typename Visit>
void for_each_entry(const HistoryColumn& column, Visit visit) {
  for (std::uint32_t i = 0; i < column.chunks().size(); ++i) {
    const HistoryColumn::Chunk* chunk = column.chunks().find(i);
    if (chunk == nullptr) continue;
    for (std::uint32_t place = 0; place < chunk->size(); ++place) {
      for (const HistoryEntry& entry : (*chunk)[place]) visit(ContactOrdinal{i * HistoryColumn::kContacts + place}, entry);
    }
  }
}

}  // namespace wanamaker
