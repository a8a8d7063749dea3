#include "columns/base_loader.h"

#include <fmt/format.h>

namespace wanamaker {
namespace {

std::unexpected<Error> damaged(std::string_view name, std::string_view what) {
  return fail(Error{.code = ErrorCode::failure, .message = fmt::format("page '{}' {}", name, what), .where = std::string(name)});
}

}  // namespace

Result<DecodedPage> BaseLoader::decode(std::string_view name, std::string_view bytes) {
  auto content = page_kind(name);
  if (!content) return damaged(name, "has a name that this version does not know");
  ByteReader in(bytes);
  const std::uint8_t version = in.byte();
  if (version != kPageVersion && !((version == kCatalogWithPartsVersion || version == kCatalogWithKeysVersion) && name == kCatalogPage)) return damaged(name, "is of a version that this one does not know");
  std::visit([&](auto& page) { decode_page(in, page); }, *content);
  if (const auto status = in.finish(); !status) return damaged(name, "cannot be read: " + status.error().message);
  return DecodedPage{.name = std::string(name), .content = std::move(*content)};
}

Result<void> BaseLoader::place(DecodedPage page) {
  const auto [placed, is_new] = pages_.try_emplace(std::move(page.name), std::move(page.content));
  if (!is_new) return damaged(placed->first, "is there twice");
  return {};
}

template <typename Content>
Result<Content> BaseLoader::take(const std::string& name) {
  const auto found = pages_.find(name);
  if (found == pages_.end()) return damaged(name, "is missing");
  Content* content = std::get_if<Content>(&found->second);
  if (content == nullptr) return damaged(name, "is of another kind");
  Content taken = std::move(*content);
  pages_.erase(found);
  return taken;
}

// Puts every page of the walk into its column; the first that does not fit is kept as the error.
class BaseLoader::Placer {
 public:
  explicit Placer(BaseLoader& loader) : loader_(loader) {}

  void operator()(const std::string& stem, Column& column, std::uint32_t rows) {
    for (std::uint32_t i = 0; i < pages_of(rows, kRowsPerPage) && status_; ++i) {
      take<ChunkPage>(fmt::format("{}/{}", stem, i), [&](ChunkPage& page) {
        std::uint64_t end = 0;
        for (std::uint32_t k = 0; k < page.chunks.size(); ++k) {
          const std::uint32_t index = i * kChunksPerPage + k;
          if (page.chunks[k]) end = std::uint64_t{index} * Chunk::kRows + page.chunks[k]->size();
          column.chunks().place(index, std::move(page.chunks[k]));
        }
        return end <= rows;
      });
    }
    column.chunks().loaded(chunks_of(rows));
  }
  void operator()(const std::string& stem, TextColumn& column, std::uint32_t rows) { place<TextPage>(stem, column, rows); }
  void operator()(const std::string& stem, SetColumn& column, std::uint32_t rows) { place<SetPage>(stem, column, rows); }
  void operator()(const std::string& stem, HistoryColumn& column, std::uint32_t rows) { place<HistoryPage>(stem, column, rows); }
  void operator()(const std::string& stem, ListMembers& members) {
    for (const std::uint32_t i : loader_.list_chunks_[list_++]) {
      if (!status_) return;
      take<ListPage>(fmt::format("{}/{}", stem, i), [&](ListPage& page) {
        const bool fits = std::uint64_t{i} * ListMembers::kContacts + page.chunk->rbegin()->first < contacts_;
        if (fits) members.place(i, std::move(page.chunk));
        return fits;
      });
    }
    members.loaded();
  }
  void set_contacts(std::uint32_t contacts) { contacts_ = contacts; }
  const Result<void>& status() const { return status_; }

 private:
  template <typename Page, typename LongColumn>
  void place(const std::string& stem, LongColumn& column, std::uint32_t rows) {
    for (std::uint32_t i = 0; i < pages_of(rows, Chunk::kRows) && status_; ++i) {
      take<Page>(fmt::format("{}/{}", stem, i), [&](Page& page) {
        const std::uint64_t end = page.chunk ? std::uint64_t{i} * Chunk::kRows + page.chunk->size() : 0;
        column.chunks().place(i, std::move(page.chunk));
        return end <= rows;
      });
    }
    column.chunks().loaded(chunks_of(rows));
  }
  template <typename Page, typename Fit>
  void take(const std::string& name, Fit fit) {
    auto page = loader_.take<Page>(name);
    if (!page) status_ = std::unexpected(std::move(page).error());
    else if (!fit(*page)) status_ = damaged(name, "has rows beyond the end of its table");
  }

  BaseLoader& loader_;
  Result<void> status_;
  std::size_t list_ = 0;
  std::uint32_t contacts_ = 0;
};

// Tables as the small pages say, without rows yet.
Result<BaseColumns> BaseLoader::frame() {
  WM_TRY(const CountsPage counts, take<CountsPage>(std::string(kCountsPage)));
  WM_TRY(Schema schema, take<Schema>(std::string(kSchemaPage)));
  WM_TRY(CatalogPage catalog, take<CatalogPage>(std::string(kCatalogPage)));
  if (counts.events.size() != schema.events.size() || counts.records.size() != schema.records.size()) {
    return damaged(kCountsPage, "does not count the tables that page 'schema' has");
  }
  BaseColumns columns;
  columns.schema = std::move(schema);
  columns.catalog = std::move(catalog.catalog);
  list_chunks_ = std::move(catalog.list_chunks);
  columns.cells.text_count = counts.texts;
  columns.cells.set_count = counts.sets;
  columns.cells.location_count = counts.locations;
  columns.contacts.count = counts.contacts;
  columns.accounts.count = counts.accounts;
  for (const std::uint32_t rows : counts.events) columns.events.emplace_back().rows = rows;
  for (const std::uint32_t rows : counts.records) columns.records.emplace_back().rows = rows;
  columns.widen();
  return columns;
}

Result<Base> BaseLoader::finish() {
  WM_TRY(BaseColumns columns, frame());
  Placer placer(*this);
  placer.set_contacts(columns.contacts.count);
  for_each_column(columns, [&](auto&&... of_column) { placer(of_column...); });
  if (!placer.status()) return std::unexpected(placer.status().error());
  if (!pages_.empty()) return damaged(pages_.begin()->first, "belongs to nothing that the other pages hold");
  Base base;
  if (auto broken = base.load(std::move(columns))) return fail(ErrorCode::failure, "the pages do not make a base: " + *broken);
  return base;
}

}  // namespace wanamaker
