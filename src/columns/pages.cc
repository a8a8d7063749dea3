#include "columns/pages.h"

#include "base/check.h"
#include "columns/page_codec.h"

#include <xxhash.h>

#include <algorithm>

namespace wanamaker {
namespace {

enum class SmallPage : std::uint8_t { counts, schema, catalog };

// One page of an image, named and not yet encoded.
struct PageRef {
  std::string name;
  std::variant<SmallPage, const Column*, const TextColumn*, const SetColumn*, const HistoryColumn*, const ListMembers*> source;
  std::uint32_t page = 0;
};

class Lister {
 public:
  Lister() {
    pages_.push_back({std::string(kCountsPage), SmallPage::counts});
    pages_.push_back({std::string(kSchemaPage), SmallPage::schema});
    pages_.push_back({std::string(kCatalogPage), SmallPage::catalog});
  }

  void operator()(const std::string& stem, const Column& column, std::uint32_t rows) { list(stem, column, pages_of(rows, kRowsPerPage)); }
  template <typename LongColumn>
  void operator()(const std::string& stem, const LongColumn& column, std::uint32_t rows) {
    list(stem, column, pages_of(rows, Chunk::kRows));
  }
  void operator()(const std::string& stem, const ListMembers& members) {
    for (std::uint32_t i = 0; i < members.chunks().size(); ++i) {
      const ListMembers::Chunk* chunk = members.chunks().find(i);
      if (chunk != nullptr && !chunk->empty()) pages_.push_back({fmt::format("{}/{}", stem, i), &members, i});
    }
  }
  std::vector<PageRef> take() { return std::move(pages_); }

 private:
  template <typename AnyColumn>
  void list(const std::string& stem, const AnyColumn& column, std::uint32_t pages) {
    for (std::uint32_t i = 0; i < pages; ++i) pages_.push_back({fmt::format("{}/{}", stem, i), &column, i});
  }
  std::vector<PageRef> pages_;
};

std::vector<PageRef> pages_of(const BaseImage& image) {
  Lister lister;
  for_each_column(image.columns(), [&](const auto&... of_column) { lister(of_column...); });
  return lister.take();
}

template <typename Source>
constexpr std::size_t kChunksOf = std::is_same_v<Source, const Column*> ? kChunksPerPage : 1;

bool is_dirty(const PageRef& ref) {
  return std::visit([&](const auto source) {
    using Source = std::remove_const_t<decltype(source)>;
    if constexpr (std::is_same_v<Source, SmallPage>) return true;
    else return source->chunks().is_dirty(std::size_t{ref.page} * kChunksOf<Source>, kChunksOf<Source>);
  }, ref.source);
}

void encode_small(ByteWriter& out, SmallPage page, const BaseColumns& columns) {
  switch (page) {
    case SmallPage::counts: return encode_counts(out, columns);
    case SmallPage::schema: return encode_schema(out, columns.schema);
    case SmallPage::catalog: return encode_catalog(out, columns.catalog);
  }
  CHECK(false, "every small page has a case");
}

std::string encode(const PageRef& ref, const BaseColumns& columns) {
  ByteWriter out;
  const auto* small = std::get_if<SmallPage>(&ref.source);
  out.byte(small != nullptr && *small == SmallPage::catalog ? version_of(columns.catalog) : kPageVersion);
  std::visit([&](const auto source) {
    if constexpr (std::is_same_v<decltype(source), const SmallPage>) encode_small(out, source, columns);
    else encode_page(out, *source, ref.page);
  }, ref.source);
  return out.take();
}

}  // namespace

Result<void> write_pages(const BaseImage& image, PageFilter filter, const PageSink& out) {
  for (const PageRef& ref : pages_of(image)) {
    if (filter == PageFilter::dirty && !is_dirty(ref)) continue;
    WM_CHECK_OK(out(ref.name, encode(ref, image.columns())));
  }
  return {};
}

std::vector<std::string> page_names(const BaseImage& image) {
  std::vector<std::string> names;
  for (PageRef& ref : pages_of(image)) names.push_back(std::move(ref.name));
  std::ranges::sort(names);
  return names;
}

std::uint64_t state_hash(const BaseImage& image) {
  std::vector<PageRef> pages = pages_of(image);
  std::ranges::sort(pages, {}, &PageRef::name);
  std::uint64_t hash = 0;
  for (const PageRef& ref : pages) {
    const std::string bytes = encode(ref, image.columns());
    hash = XXH3_64bits_withSeed(ref.name.data(), ref.name.size(), hash);
    hash = XXH3_64bits_withSeed(bytes.data(), bytes.size(), hash);
  }
  return hash;
}

}  // namespace wanamaker
