// Figures of the sweep's kernels and of one operator of each family, in each form that this processor has, with one thread.
// Usage: sweep_bench [contacts] [events]; the base is made of a seed. No test.

#include "evaluate/sweep/sweep.h"
#include "language/checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>

namespace wanamaker {
namespace {

constexpr Timestamp kNow{1'700'000'000'000};
constexpr int kRounds = 7;

// The median of some rounds, in nanoseconds.
template <typename Work>
double median_of(Work work) {
  std::vector<double> rounds;
  for (int i = 0; i < kRounds; ++i) {
    const auto began = std::chrono::steady_clock::now();
    work();
    rounds.push_back(std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - began).count());
  }
  std::ranges::nth_element(rounds, rounds.begin() + kRounds / 2);
  return rounds[kRounds / 2];
}

std::vector<const Kernels*> forms() {
  std::vector<const Kernels*> all;
  for (const char* name : {"baseline", "avx2", "avx512"}) if (const Kernels* form = find_kernels(name)) all.push_back(form);
  return all;
}

// A shard's codes, so that what is measured lies in the second-level cache.
void measure_kernels() {
  std::mt19937_64 random(3);
  std::vector<std::uint64_t> words(kShardContacts);
  for (std::uint64_t& word : words) word = random();
  const auto* codes = reinterpret_cast<const std::uint8_t*>(words.data());
  std::vector<std::uint64_t> bits(kShardContacts / 64);
  std::vector<std::uint64_t> of(words.begin(), words.begin() + kShardContacts / 64);
  std::vector<std::uint32_t> numbers(kShardContacts);
  for (const Kernels* form : forms()) {
    const auto say = [&](const char* what, auto work) { std::cout << fmt::format("{:<9} {:<17} {:8.3f} ns a code\n", form->name, what, median_of(work) / kShardContacts); };
    say("range8", [&] { form->range8(codes, kShardContacts, 20, 90, bits.data()); });
    say("range16", [&] { form->range16(codes, kShardContacts, 20, 9'000, bits.data()); });
    say("range32", [&] { form->range32(codes, kShardContacts, 20, 900'000'000, bits.data()); });
    say("range64", [&] { form->range64(codes, kShardContacts, 20, 9'000'000'000'000'000'000, bits.data()); });
    say("look_up", [&] { form->look_up(codes, kShardContacts, 77, of.data(), bits.data()); });
    say("population", [&] { if (form->population(words.data(), kShardContacts) == 0) std::abort(); });
    std::vector<std::uint64_t> taken = words;
    say("take_populations", [&] { form->take_populations(taken.data(), kShardContacts, numbers.data()); });
  }
}

Base base_of(std::uint32_t contacts, std::uint32_t events) {
  std::mt19937_64 random(5);
  Base base;
  base.schema.contact.add({.name = "age", .type = ValueType::number});
  base.schema.contact.add({.name = "town", .type = ValueType::text});
  for (const char* name : {"bought", "opened"}) {
    base.schema.events.push_back({.name = name, .properties = {}});
    base.schema.events.back().properties.add({.name = "amount", .type = ValueType::number});
    base.events.emplace_back();
  }
  for (std::uint32_t i = 0; i < contacts; ++i) {
    const ContactOrdinal contact = base.contact_for("c" + std::to_string(i));
    base.set_attribute({0}, contact, base.cells.to_cell(Decimal(static_cast<std::int64_t>(random() % 90))));
    base.set_attribute({1}, contact, base.cells.to_cell("town " + std::to_string(random() % 3'000)));
  }
  for (std::uint32_t i = 0; i < events; ++i) {
    const std::size_t type = random() % 4 == 0 ? 0 : 1;
    const std::int64_t at = kNow.ms - std::int64_t{1'000} * 86'400 * 700 / events * (events - i);
    const std::uint32_t row = base.events[type].append({static_cast<std::uint32_t>(random() % contacts)}, {at}, "");
    base.events[type].set_property(row, {0}, base.cells.to_cell(Decimal(static_cast<std::int64_t>(random() % 500))));
  }
  base.touch();
  base.settle();
  return base;
}

void measure_operators(const Base& base, std::uint32_t events) {
  constexpr const char* kDefinitions[] = {
      "age between 20 and 40", "town in (\"town 7\", \"town 8\")", "id starts with \"c19\"", "age * 2 + 3 > 100", "did opened", "did opened at least 3 times in last 90 days", "did opened (amount > 250)",
      "did opened (hour of time < 8)", "did opened (contact.age > 40)", "did any event on at least 5 days", "sum of amount for opened > 1000", "maximum of amount for opened > 480", "distinct of amount for bought >= 3",
      "average of amount for bought > 240", "last opened was in last 30 days", "amount of last opened > 250", "time of first any event < 2022-06-01", "did bought then opened within 2 days", "did opened then not bought within 9 days",
      "did bought then bought (amount > previous.amount) within 20 days", "top 10 percent by sum of amount for bought", "decile of age = 10", "percentile of sum of amount for opened >= 90"};
  const Zone zone = Zone::utc();
  for (const char* asked : kDefinitions) {
    const auto definition = compile(asked, {.schema = base.schema, .catalog = base.catalog, .parameters = {}});
    if (!definition) {
      std::cerr << asked << ": " << definition.error().message << '\n';
      std::exit(1);
    }
    for (const Kernels* form : forms()) {
      Sweeper sweeper(*form, 1);
      std::uint64_t members = 0;
      const double ns = median_of([&] { members = sweeper.sweep(*definition, base, zone, kNow).count; });
      std::cout << fmt::format("{:<9} {:8.3f} ms {:7.3f} ns an event {:9} members  {}\n", form->name, ns / 1e6, ns / events, members, asked);
    }
  }
}

}  // namespace
}  // namespace wanamaker

int main(int count, char** words) {
  const auto number = [&](int i, std::uint32_t otherwise) { return count > i ? static_cast<std::uint32_t>(std::strtoul(words[i], nullptr, 10)) : otherwise; };
  const std::uint32_t contacts = std::max(number(1, 131'072), 1U);
  const std::uint32_t events = std::max(number(2, 2'000'000), 1U);
  wanamaker::measure_kernels();
  wanamaker::measure_operators(wanamaker::base_of(contacts, events), events);
}
