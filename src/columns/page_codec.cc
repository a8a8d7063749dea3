// Pages of columns. The small pages are in small_pages.cc.
#include "columns/page_codec.h"

#include <algorithm>
#include <charconv>

namespace wanamaker {
namespace {

// A text of bytes and runs of ids share the shape: how long each is, then all of them.
template <typename RunChunk>
std::uint32_t rows_used(const RunChunk* chunk) {
  std::uint32_t rows = chunk == nullptr ? 0 : chunk->size();
  while (rows > 0 && chunk->at(rows - 1).empty()) --rows;
  return rows;
}

std::uint32_t read_rows(ByteReader& in) {
  const std::size_t rows = in.count();
  if (rows > Chunk::kRows) in.refuse("a page has more than 4,096 rows");
  return in.ok() ? static_cast<std::uint32_t>(rows) : 0;
}

void write_cell(ByteWriter& out, const Cell& cell) {
  out.byte(cell.known ? static_cast<std::uint8_t>(cell.scale + 1) : 0);
  if (cell.known) out.zigzag(cell.bits);
}

Cell read_cell(ByteReader& in) {
  const std::uint8_t tag = in.byte();
  if (tag == 0) return {};
  if (tag > kDecimalDigitsMax + 1) in.refuse("a scale exceeds 18");
  const auto scale = static_cast<std::uint8_t>(tag - 1);
  return {.bits = in.zigzag(), .scale = scale, .known = true};
}

// Rows of a chunk that have something, each as its distance from the row after the one before.
class Places {
 public:
  void write(ByteWriter& out, std::uint32_t place) {
    out.varint(place - next_);
    next_ = place + 1;
  }
  std::uint32_t read(ByteReader& in) {
    const std::uint64_t gap = in.varint();
    if (gap >= Chunk::kRows - next_) in.refuse("a page names a row beyond its end");
    if (!in.ok()) return 0;
    const auto place = next_ + static_cast<std::uint32_t>(gap);
    next_ = place + 1;
    return place;
  }

 private:
  std::uint32_t next_ = 0;
};

class Instants {
 public:
  void write(ByteWriter& out, Timestamp at) {
    out.zigzag(static_cast<std::int64_t>(static_cast<std::uint64_t>(at.ms) - before_));
    before_ = static_cast<std::uint64_t>(at.ms);
  }
  Timestamp read(ByteReader& in) {
    before_ += static_cast<std::uint64_t>(in.zigzag());
    return {static_cast<std::int64_t>(before_)};
  }

 private:
  std::uint64_t before_ = 0;
};

bool is_number(std::string_view word) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  return error == std::errc() && end == word.data() + word.size() && word == std::to_string(value);
}

// Whether a name is made as a pattern says, where # stands for a number and * for a key.
bool fits(std::string_view name, std::string_view pattern) {
  while (true) {
    const std::string_view word = name.substr(0, name.find('/'));
    const std::string_view wanted = pattern.substr(0, pattern.find('/'));
    if (wanted == "#" ? !is_number(word) : wanted == "*" ? word.empty() : word != wanted) return false;
    if (word.size() == name.size() || wanted.size() == pattern.size()) return word.size() == name.size() && wanted.size() == pattern.size();
    name.remove_prefix(word.size() + 1);
    pattern.remove_prefix(wanted.size() + 1);
  }
}

}  // namespace

std::string escaped_key(std::string_view key) {
  std::string text;
  for (const char c : key) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    if (plain) text += c;
    else text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return text;
}

std::optional<PageContent> page_kind(std::string_view name) {
  if (name == kCountsPage) return CountsPage();
  if (name == kSchemaPage) return Schema();
  if (name == kCatalogPage) return CatalogPage();
  if (fits(name, "set/#")) return SetPage();
  if (fits(name, "contact/history/#/#")) return HistoryPage();
  for (const std::string_view pattern : {"list/*/#", "added/*/#", "removed/*/#"}) if (fits(name, pattern)) return ListPage();
  for (const std::string_view pattern : {"text/#", "contact/id/#", "account/id/#", "event/#/message/#", "record/#/id/#"}) {
    if (fits(name, pattern)) return TextPage();
  }
  for (const std::string_view pattern :
       {"location/latitude/#", "location/longitude/#", "contact/living/#", "contact/account/#", "contact/merged/#", "contact/attribute/#/#",
        "account/attribute/#/#", "event/#/contact/#", "event/#/time/#", "event/#/property/#/#", "record/#/owner_kind/#", "record/#/owner/#",
        "record/#/field/#/#"}) {
    if (fits(name, pattern)) return ChunkPage();
  }
  return std::nullopt;
}

// ---- numbers ----

void encode_page(ByteWriter& out, const Column& column, std::uint32_t page) {
  const std::size_t first = std::size_t{page} * kChunksPerPage;
  std::size_t chunks = kChunksPerPage;
  const auto is_empty = [&](const Chunk* chunk) { return chunk == nullptr || chunk->known() == 0; };
  while (chunks > 0 && is_empty(column.chunks().find(first + chunks - 1))) --chunks;
  out.varint(chunks);
  for (std::size_t i = 0; i < chunks; ++i) {
    const Chunk* chunk = column.chunks().find(first + i);
    if (is_empty(chunk)) out.varint(0);
    else chunk->encode(out);
  }
}

void decode_page(ByteReader& in, ChunkPage& page) {
  const std::size_t chunks = in.count();
  if (chunks > kChunksPerPage) in.refuse("a page has more than 16 chunks");
  for (std::size_t i = 0; i < chunks && in.ok(); ++i) {
    Chunk chunk = Chunk::decode(in);
    page.chunks.push_back(chunk.known() == 0 ? nullptr : std::make_shared<Chunk>(std::move(chunk)));
  }
}

// ---- texts ----

void encode_page(ByteWriter& out, const TextColumn& column, std::uint32_t page) {
  const TextChunk* chunk = column.chunks().find(page);
  const std::uint32_t rows = rows_used(chunk);
  out.varint(rows);
  for (std::uint32_t row = 0; row < rows; ++row) out.varint(chunk->at(row).size());
  for (std::uint32_t row = 0; row < rows; ++row) out.raw({chunk->at(row).data(), chunk->at(row).size()});
}

void decode_page(ByteReader& in, TextPage& page) {
  const std::uint32_t rows = read_rows(in);
  std::vector<std::uint64_t> sizes(rows);
  for (std::uint64_t& size : sizes) size = in.varint();
  if (rows == 0 || !in.ok()) return;
  auto chunk = std::make_shared<TextChunk>();
  for (std::uint32_t row = 0; row < rows && in.ok(); ++row) {
    const std::string_view text = in.raw(sizes[row]);
    chunk->set(row, std::span(text.data(), text.size()));
  }
  page.chunk = std::move(chunk);
}

// ---- sets ----

void encode_page(ByteWriter& out, const SetColumn& column, std::uint32_t page) {
  const SetChunk* chunk = column.chunks().find(page);
  const std::uint32_t rows = rows_used(chunk);
  out.varint(rows);
  for (std::uint32_t row = 0; row < rows; ++row) {
    out.varint(chunk->at(row).size());
    for (const TextId id : chunk->at(row)) out.varint(id.value);
  }
}

void decode_page(ByteReader& in, SetPage& page) {
  const std::uint32_t rows = read_rows(in);
  if (rows == 0) return;
  page.chunk = std::make_shared<SetChunk>();
  std::vector<TextId> set;
  for (std::uint32_t row = 0; row < rows && in.ok(); ++row) {
    set.clear();
    for (std::size_t left = in.count(); left > 0 && in.ok(); --left) {
      const std::uint64_t id = in.varint();
      if (id > 0xFFFF'FFFF) in.refuse("a set names a text beyond the pool");
      set.push_back({static_cast<std::uint32_t>(id)});
    }
    page.chunk->set(row, set);
  }
}

// ---- histories ----

void encode_page(ByteWriter& out, const HistoryColumn& column, std::uint32_t page) {
  const HistoryColumn::Chunk* chunk = column.chunks().find(page);
  const auto size = static_cast<std::uint32_t>(chunk == nullptr ? 0 : chunk->size());
  std::uint32_t contacts = 0;
  for (std::uint32_t i = 0; i < size; ++i) contacts += (*chunk)[i].empty() ? 0 : 1;
  out.varint(contacts);
  Places places;
  Instants instants;
  for (std::uint32_t i = 0; i < size; ++i) {
    if ((*chunk)[i].empty()) continue;
    places.write(out, i);
    out.varint((*chunk)[i].size());
    for (const HistoryEntry& entry : (*chunk)[i]) {
      instants.write(out, entry.at);
      write_cell(out, entry.value);
    }
  }
}

void decode_page(ByteReader& in, HistoryPage& page) {
  const std::uint32_t contacts = read_rows(in);
  if (contacts == 0) return;
  page.chunk = std::make_shared<HistoryColumn::Chunk>();
  Places places;
  Instants instants;
  for (std::uint32_t i = 0; i < contacts && in.ok(); ++i) {
    const std::uint32_t place = places.read(in);
    page.chunk->resize(place + 1);
    std::vector<HistoryEntry>& entries = page.chunk->back();
    for (std::size_t left = in.count(); left > 0 && in.ok(); --left) {
      const Timestamp at = instants.read(in);
      entries.push_back({.at = at, .value = read_cell(in)});
    }
    if (entries.empty()) in.refuse("a history has no entry");
  }
}

// ---- lists ----

void encode_page(ByteWriter& out, const ListMembers& members, std::uint32_t page) {
  const ListMembers::Chunk* chunk = members.chunks().find(page);
  out.varint(chunk == nullptr ? 0 : chunk->size());
  if (chunk == nullptr) return;
  Places places;
  Instants instants;
  for (const auto& [place, entry] : *chunk) {
    places.write(out, place);
    instants.write(out, entry.added_at);
    out.text(entry.by);
    out.text(entry.note);
  }
}

void decode_page(ByteReader& in, ListPage& page) {
  const std::uint32_t contacts = read_rows(in);
  if (contacts == 0) in.refuse("a page of a list has no member");
  page.chunk = std::make_shared<ListMembers::Chunk>();
  Places places;
  Instants instants;
  for (std::uint32_t i = 0; i < contacts && in.ok(); ++i) {
    const std::uint32_t place = places.read(in);
    ListEntry entry{.added_at = instants.read(in), .by = std::string(in.text()), .note = {}};
    entry.note = in.text();
    page.chunk->emplace(place, std::move(entry));
  }
}

}  // namespace wanamaker
