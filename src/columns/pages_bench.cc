// Figures of the columns at a size: memory and page bytes an event, and how long an image, its pages, a load and settle() take.
// Usage: pages_bench [contacts] [events] [shuffled]

#include "columns/base_loader.h"
#include "columns/pages.h"

#include <malloc.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <random>
#include <thread>

namespace wanamaker {
namespace {

// Elapsed time, and beside it the processor's time of all threads, which a busy machine does not stretch.
class Stopwatch {
 public:
  void say(const char* what) const {
    const auto elapsed = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began_).count();
    const double processor = static_cast<double>(std::clock() - processor_began_) * 1000.0 / CLOCKS_PER_SEC;
    std::cout << fmt::format("{:<34} {:12.2f} ms, processor {:10.2f} ms\n", what, elapsed, processor);
  }

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::clock_t processor_began_ = std::clock();
};

double allocated() {
  const auto info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

struct Size {
  std::uint32_t contacts;
  std::uint32_t events;
  bool is_shuffled;  // instants at random, not rising
};

void fill_contacts(Base& base, const Size& size) {
  for (std::uint32_t i = 0; i < size.contacts; ++i) base.contact_for(fmt::format("c{:08}", i));
}

void fill_events(Base& base, const Size& size) {
  std::mt19937_64 random(7);
  std::vector<Cell> products;
  std::vector<Cell> channels;
  for (int i = 0; i < 1000; ++i) products.push_back(base.cells.to_cell(fmt::format("product {}", i)));
  for (int i = 0; i < 20; ++i) channels.push_back(base.cells.to_cell(fmt::format("channel {}", i)));
  base.schema.events.push_back({.name = "purchase", .properties = {}});
  base.schema.events[0].properties.add({.name = "product", .type = ValueType::text});
  base.schema.events[0].properties.add({.name = "channel", .type = ValueType::text});
  EventTable& table = base.events.emplace_back();
  const std::int64_t span = 2 * 365 * kMillisecondsPerDay;
  for (std::uint32_t i = 0; i < size.events; ++i) {
    const auto place = static_cast<std::int64_t>(size.is_shuffled ? random() % size.events : i);
    const std::int64_t at = 1'700'000'000'000 + span / size.events * place + static_cast<std::int64_t>(random() % 5000);
    const std::uint32_t row = table.append({static_cast<std::uint32_t>(random() % size.contacts)}, {at}, "");
    table.set_property(row, {0}, products[random() % products.size()]);
    table.set_property(row, {1}, channels[random() % channels.size()]);
  }
}

Base load(const std::vector<std::pair<std::string, std::string>>& pages) {
  std::vector<std::optional<DecodedPage>> decoded(pages.size());
  const auto decode = [&](std::size_t first) {
    for (std::size_t i = first; i < pages.size(); i += 2) decoded[i] = BaseLoader::decode(pages[i].first, pages[i].second).value();
  };
  std::thread other(decode, 1);
  decode(0);
  other.join();
  BaseLoader loader;
  for (auto& page : decoded) if (!loader.place(std::move(*page))) std::abort();
  auto base = loader.finish();
  if (!base) {
    std::cerr << base.error().message << '\n';
    std::exit(1);
  }
  return std::move(*base);
}

void run(const Size& size) {
  const auto say = [](const char* what, double value) { std::cout << fmt::format("{:<34} {:12.2f}\n", what, value); };
  std::optional<Base> base(std::in_place);
  fill_contacts(*base, size);
  const double before = allocated();
  Stopwatch filling;
  fill_events(*base, size);
  filling.say("append events");
  Stopwatch settling;
  base->settle();
  settling.say("settle");
  say("memory an event, bytes", (allocated() - before) / size.events);
  Stopwatch imaging;
  std::optional<BaseImage> image(base->image());
  imaging.say("image");
  std::vector<std::pair<std::string, std::string>> pages;
  double bytes = 0;
  Stopwatch encoding;
  const auto written = write_pages(*image, PageFilter::all, [&](std::string_view name, std::string&& page) -> Result<void> {
    if (name.starts_with("event/")) bytes += static_cast<double>(page.size());
    pages.emplace_back(name, std::move(page));
    return {};
  });
  encoding.say("encode all pages");
  say("pages an event, bytes", bytes / size.events);
  say("pages", static_cast<double>(pages.size()));
  base->saved(*image);
  image.reset();
  base->events[0].append({3}, {1'800'000'000'000}, "m");
  Stopwatch again;
  base->settle();
  again.say("settle after one more event");
  std::size_t dirty = 0;
  Stopwatch small;
  const auto rest = write_pages(base->image(), PageFilter::dirty, [&](std::string_view, std::string&&) -> Result<void> { return ++dirty, Result<void>(); });
  small.say("encode dirty pages");
  say("dirty pages", static_cast<double>(dirty));
  if (!written || !rest) std::abort();
  base.reset();
  Stopwatch loading;
  Base loaded = load(pages);
  loading.say("load, 2 threads");
  Stopwatch settled;
  loaded.settle();
  settled.say("settle after load");
  loading.say("load and settle");
}

}  // namespace
}  // namespace wanamaker

int main(int argc, char** argv) {
  const auto number = [&](int i, std::uint32_t otherwise) { return argc > i ? static_cast<std::uint32_t>(std::strtoul(argv[i], nullptr, 10)) : otherwise; };
  wanamaker::run({.contacts = number(1, 1'000'000), .events = number(2, 20'000'000), .is_shuffled = argc > 3});
}
