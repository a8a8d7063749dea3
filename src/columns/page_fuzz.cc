// Any bytes as a page of a base whose other pages are sound: no crash; a base that is accepted holds its own rules and is settled.
// The first byte chooses which page the rest is.

#include "base/check.h"
#include "columns/base_loader.h"
#include "columns/pages.h"
#include "columns/sample_base.h"

namespace wanamaker {
namespace {

using Pages = std::vector<std::pair<std::string, std::string>>;

Pages sound_pages() {
  Pages pages;
  const Base base = sample_base(6);
  const auto status = write_pages(base.image(), PageFilter::all, [&](std::string_view name, std::string&& bytes) -> Result<void> {
    pages.emplace_back(name, std::move(bytes));
    return {};
  });
  CHECK(status.has_value(), "a sink that never fails");
  return pages;
}

void read(const Base& base) {
  for (std::uint32_t i = 0; i < base.ordinals(); ++i) {
    for (const EventTable& table : base.events) for (const std::uint32_t row : table.rows_of({i})) CHECK(table.contact(row).value == i, "a strip has its own rows");
    for (std::uint32_t k = 0; k < base.schema.contact.size(); ++k) to_string(base.cells.to_value(base.attribute({k}, {i}), base.schema.contact.at({k}).type));
  }
}

}  // namespace
}  // namespace wanamaker

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace wanamaker;
  if (size == 0 || size > 65'536) return 0;
  static const Pages pages = sound_pages();
  const std::string& name = pages[bytes[0] % pages.size()].first;
  auto page = BaseLoader::decode(name, {reinterpret_cast<const char*>(bytes) + 1, size - 1});
  if (!page) return 0;
  BaseLoader loader;
  CHECK(loader.place(std::move(*page)).has_value(), "it is the first page");
  for (const auto& [other, sound] : pages) {
    if (other != name) CHECK(loader.place(BaseLoader::decode(other, sound).value()).has_value(), "every page is there once");
  }
  auto base = loader.finish();
  if (!base) return 0;
  base->settle();
  const auto broken = base->broken_invariant();
  CHECK(!broken, "what is accepted holds its rules");
  read(*base);
  CHECK(write_pages(base->image(), PageFilter::all, [](std::string_view, std::string&&) -> Result<void> { return {}; }).has_value(), "it is written again");
  return 0;
}
