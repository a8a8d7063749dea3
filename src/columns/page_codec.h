#pragma once
// The bytes of pages (docs/reference/formats.md has the grammar). Encoding is canonical: a function of what is kept, not of how it came.
// Decoding trusts nothing: it is pure, allocates no more than a page can hold, and may run on several threads.

#include "columns/page_walk.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace wanamaker {

inline constexpr std::uint8_t kPageVersion = 1;
// Of a catalog that has parts, so that a program which does not know them refuses it by its version.
inline constexpr std::uint8_t kCatalogWithPartsVersion = 2;
// Likewise of one that has keys or tracked attributes.
inline constexpr std::uint8_t kCatalogWithKeysVersion = 3;
// Of the page that the catalog makes.
std::uint8_t version_of(const Catalog& catalog);

// What a page of each kind holds when it is read; trailing chunks that are not there are left out.
struct ChunkPage {
  std::vector<std::shared_ptr<Chunk>> chunks;  // nullptr where nothing is known
};
struct TextPage {
  std::shared_ptr<TextChunk> chunk;
};
struct SetPage {
  std::shared_ptr<SetChunk> chunk;
};
struct HistoryPage {
  std::shared_ptr<HistoryColumn::Chunk> chunk;
};
struct ListPage {
  std::shared_ptr<ListMembers::Chunk> chunk;
};
// How many rows every table has.
struct CountsPage {
  std::uint32_t texts = 0;
  std::uint32_t sets = 0;
  std::uint32_t locations = 0;
  std::uint32_t contacts = 0;
  std::uint32_t accounts = 0;
  std::vector<std::uint32_t> events;
  std::vector<std::uint32_t> records;
};
// Segments, value sets and the heads of lists; of each list the chunks that have a page.
struct CatalogPage {
  Catalog catalog;
  std::vector<std::vector<std::uint32_t>> list_chunks;  // of lists by key, then by key of each segment what was added and what removed by hand
};
using PageContent = std::variant<ChunkPage, TextPage, SetPage, HistoryPage, ListPage, CountsPage, CatalogPage, Schema>;

// What kind of page has that name; nullopt for a name that no page can have. Shape: an empty content of that kind.
std::optional<PageContent> page_kind(std::string_view name);

void encode_page(ByteWriter& out, const Column& column, std::uint32_t page);
void encode_page(ByteWriter& out, const TextColumn& column, std::uint32_t page);
void encode_page(ByteWriter& out, const SetColumn& column, std::uint32_t page);
void encode_page(ByteWriter& out, const HistoryColumn& column, std::uint32_t page);
void encode_page(ByteWriter& out, const ListMembers& members, std::uint32_t page);
void encode_counts(ByteWriter& out, const BaseColumns& columns);
void encode_schema(ByteWriter& out, const Schema& schema);
void encode_catalog(ByteWriter& out, const Catalog& catalog);

void decode_page(ByteReader& in, ChunkPage& page);
void decode_page(ByteReader& in, TextPage& page);
void decode_page(ByteReader& in, SetPage& page);
void decode_page(ByteReader& in, HistoryPage& page);
void decode_page(ByteReader& in, ListPage& page);
void decode_page(ByteReader& in, CountsPage& page);
void decode_page(ByteReader& in, CatalogPage& page);
void decode_page(ByteReader& in, Schema& page);

}  // namespace wanamaker
