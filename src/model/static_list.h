#pragma once
// The members of a static list, by contact, with who added each and why. Copied on write in chunks of 4,096 contacts, so that an
// image of a long list costs nothing and adding to it rewrites little. Single writer; a copy is an image (base/chunk_list.h).

#include "base/chunk_list.h"
#include "base/ids.h"
#include "base/time.h"

#include <map>
#include <string>

namespace wanamaker {

struct ListEntry {
  Timestamp added_at;
  std::string by;
  std::string note;
};

class ListMembers {
 public:
  static constexpr std::uint32_t kContacts = 4096;
  using Chunk = std::map<std::uint32_t, ListEntry>;  // by ordinal within the chunk

  // nullptr where the contact is no member.
  const ListEntry* find(ContactOrdinal contact) const {
    const Chunk* chunk = chunks_.find(contact.value / kContacts);
    if (chunk == nullptr) return nullptr;
    const auto found = chunk->find(contact.value % kContacts);
    return found == chunk->end() ? nullptr : &found->second;
  }
  bool contains(ContactOrdinal contact) const { return find(contact) != nullptr; }
  std::size_t size() const { return size_; }
  // A contact that is a member keeps its entry.
  void add(ContactOrdinal contact, ListEntry entry) {
    if (contains(contact)) return;
    chunks_.writable(contact.value / kContacts).emplace(contact.value % kContacts, std::move(entry));
    ++size_;
  }
  void erase(ContactOrdinal contact) {
    if (!contains(contact)) return;
    chunks_.writable(contact.value / kContacts).erase(contact.value % kContacts);
    --size_;
  }
  // Shape: visit(contact, entry), by ordinal.
  template <typename Visit>
  void for_each(Visit visit) const {
    for (std::uint32_t i = 0; i < chunks_.size(); ++i) {
      if (chunks_.find(i) == nullptr) continue;
      for (const auto& [place, entry] : *chunks_.find(i)) visit(ContactOrdinal{i * kContacts + place}, entry);
    }
  }

  // ---- pages ----
  const ChunkList<Chunk>& chunks() const { return chunks_; }
  void place(std::uint32_t index, std::shared_ptr<Chunk> chunk) {
    size_ += chunk->size();
    chunks_.place(index, std::move(chunk));
  }
  void loaded() { chunks_.loaded(chunks_.size()); }
  void saved(const ListMembers& image) { chunks_.saved(image.chunks_, image.chunks_.size()); }

 private:
  ChunkList<Chunk> chunks_;
  std::size_t size_ = 0;
};

}  // namespace wanamaker
