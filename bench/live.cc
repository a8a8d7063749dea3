// What live segments cost: ./scripts/bench live [SIZE] runs it over a copy of the loaded reference workload.
//
//   wanamaker_live_bench STORE [--segments 12,100,1000] [--events N] [--seed S] [--part apply|durable|beside|storm]
//   wanamaker_live_bench STORE --follow RULES BATCHES   (for bench/live_run.py)
//
// Segments come from a seeded grammar: 40 % attributes, 40 % one window, 15 % two windows or a sum, 5 % a chain. Rankings stand apart: they are
// swept anew every 60 s of the clock, and this clock runs thousands of times too fast. Events go on where the workload ends, with its mix of
// names, on time and in order; time runs with them, so that windows end as well. Of each number of segments: apply alone (no log), durable batches
// and single events through the engine, and what definitions saved meanwhile and scans without end do to acknowledgements; then one midnight
// at which everybody leaves. Nothing here is an assertion.

#include "base/memory.h"
#include "engine/engine.h"
#include "engine/validate.h"

#include <fmt/format.h>

#include <time.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace wanamaker {
namespace {

using Clock = std::chrono::steady_clock;
using Dice = std::mt19937_64;
constexpr std::int64_t kNowMs = 1'793'491'200'000;  // where the workload ends: 2026-11-01T00:00:00Z
constexpr std::size_t kBatch = 1'000;
constexpr std::uint32_t kScanned = 100;              // rules, at one state
constexpr std::int64_t kEventEveryMs = 1'500;       // the workload's rate in its last 90 days

std::uint64_t below(Dice& dice, std::uint64_t most) { return dice() % most; }
// Of this thread alone: what else runs on the machine is not in it, but for the caches and the core that it shares.
double processor_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}
double ms_since(Clock::time_point start) { return std::chrono::duration<double, std::milli>(Clock::now() - start).count(); }

std::string attribute_test(Dice& dice) {
  static const std::vector<std::string> kCountries = {"DE", "FR", "GB", "US", "IN", "NL", "PL", "CZ"};
  switch (below(dice, 5)) {
    case 0: return fmt::format("country = \"{}\"", kCountries[below(dice, kCountries.size())]);
    case 1: return fmt::format("age between {} and {}", 20 + below(dice, 20), 45 + below(dice, 20));
    case 2: return fmt::format("industry = \"industry_{:02}\"", below(dice, 30));
    case 3: return "consent is true";
    default: return fmt::format("score >= {}", 10 * below(dice, 10));
  }
}

std::string source(Dice& dice) {
  switch (below(dice, 6)) {
    case 0: return fmt::format("email_click (campaign_id < {})", 20 + below(dice, 200));
    case 1: return fmt::format("email_open (campaign_id = {})", below(dice, 500));
    case 2: return fmt::format("page_view (page_id between {} and {})", below(dice, 500), 500 + below(dice, 500));
    case 3: return "purchase";
    case 4: return "email_click";
    default: return "page_view";
  }
}

std::string window_test(Dice& dice) {
  const int days = std::vector<int>{7, 14, 30, 60, 90, 180, 365}[below(dice, 7)];
  switch (below(dice, 4)) {
    case 0: return fmt::format("not did {} in last {} days", source(dice), days);
    case 1: return fmt::format("last {} was between {} and {} days ago", source(dice), days, 2 * days);
    default: return fmt::format("did {} at least {} times in last {} days", source(dice), 1 + below(dice, 4), days);
  }
}

std::string rule(Dice& dice) {
  std::string text;
  for (std::uint64_t left = 1 + below(dice, 4); left > 0; --left) {
    const std::uint64_t kind = below(dice, 100);
    std::string part;
    if (kind < 40) part = attribute_test(dice);
    else if (kind < 80) part = window_test(dice);
    else if (kind < 88) part = fmt::format("({} and {})", window_test(dice), window_test(dice));
    else if (kind < 95) part = fmt::format("sum of amount_cents for purchase in last {} days > {}", 30 * (1 + below(dice, 12)), 1'000 * below(dice, 100));
    else part = fmt::format("did page_view (page_id = {}) then form_submit within {} days", below(dice, 50), 1 + below(dice, 14));
    text = text.empty() ? part : fmt::format("({}) {} {}", text, below(dice, 100) < 75 ? "and" : "or", part);
  }
  return text;
}

class Events {
 public:
  Events(std::uint64_t seed, std::uint32_t contacts, std::int64_t from_ms) : dice_(seed), contacts_(contacts), now_ms_(from_ms) {}

  Command batch(std::size_t rows) {
    ImportBatch batch{.kind = BatchKind::events, .columns = {{"campaign_id", ValueType::number}, {"page_id", ValueType::number}, {"amount_cents", ValueType::number}}, .rows = {}};
    for (std::size_t i = 0; i < rows; ++i) {
      now_ms_ += static_cast<std::int64_t>(below(dice_, 2 * kEventEveryMs));
      const double share = static_cast<double>(dice_() >> 11) * 0x1p-53;
      BatchRow row{.id = std::to_string(static_cast<std::uint32_t>(share * share * contacts_)), .at = Timestamp{now_ms_ / 1'000 * 1'000}, .values = {{}, {}, {}}};
      const auto number = [&](std::uint64_t most) { return Value(Decimal(static_cast<std::int64_t>(below(dice_, most)))); };
      const std::uint64_t kind = below(dice_, 100);
      if (kind < 40) row.event = "email_sent", row.values[0] = number(500);
      else if (kind < 60) row.event = "email_open", row.values[0] = number(500);
      else if (kind < 82) row.event = "page_view", row.values[1] = number(2'000);
      else if (kind < 88) row.event = "email_click", row.values[0] = number(500);
      else if (kind < 94) row.event = "purchase", row.values[2] = number(40'000);
      else row.event = "form_submit";
      batch.rows.push_back(std::move(row));
    }
    return {.accepted_at = {now_ms_}, .body = std::move(batch)};
  }
  std::int64_t now_ms() const { return now_ms_; }

 private:
  Dice dice_;
  std::uint32_t contacts_;
  std::int64_t now_ms_;
};

std::vector<Command> definitions(std::uint64_t seed, std::size_t number) {
  Dice dice(seed);
  std::vector<Command> all;
  for (std::size_t i = 0; i < number; ++i) all.push_back({.accepted_at = {kNowMs}, .body = PutSegment{.key = fmt::format("bench-{}", i), .text = rule(dice), .parameters = {}}});
  return all;
}

std::uint64_t resident_mb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) return std::stoull(line.substr(6)) / 1024;
  return 0;
}

double percentile(std::vector<double> values, double share) {
  std::ranges::sort(values);
  return values.empty() ? 0 : values[std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())))];
}

struct Options {
  std::string store;
  std::vector<std::size_t> segments{12, 100, 1'000};
  std::size_t events = 200'000;
  std::uint64_t seed = 1;
  std::string part;  // empty: all
  std::string rules;    // to be followed
  std::string batches;
  std::int64_t from_ms = kNowMs;  // where events go on: a store that has gone on knows no earlier time
  std::vector<std::string> beside = {};  // rows of that table
  bool measures(std::string_view one) const { return part.empty() || part == one; }
};

Result<void> measure_apply(Options& options, std::size_t segments) {
  WM_TRY(const std::unique_ptr<Store> store, Store::open(options.store, {}, Store::Access::read_only));
  WM_TRY(EngineState state, load_state(store->pages()));
  if (state.live.settled_at() > Timestamp{kNowMs}) return fail(ErrorCode::failure, "the store has settled a later instant than the workload ends at, so that time would stand still", "load it with --now at the workload's end");
  state.base.settle();
  keep_freed_memory();  // as whoever works on a store does
  const std::uint64_t before_mb = resident_mb();
  std::vector<double> saves;
  std::vector<std::pair<double, std::string>> slowest;
  for (Command& command : definitions(options.seed, segments)) {
    WM_CHECK_OK(validate(command, state.base));
    const auto start = Clock::now();
    state.apply(command);
    saves.push_back(ms_since(start));
    slowest.emplace_back(saves.back(), std::get<PutSegment>(command.body).text);
  }
  std::ranges::sort(slowest, std::greater());
  const std::uint64_t after_mb = resident_mb();
  const std::uint64_t last_change = state.live.feed().last();
  Events events(options.seed, state.base.contacts(), kNowMs);
  double ms = 0;
  double processor = 0;
  for (std::size_t done = 0; done < options.events; done += kBatch) {
    Command command = events.batch(kBatch);
    WM_CHECK_OK(validate(command, state.base));
    const auto start = Clock::now();
    const double processor_start = processor_ms();
    state.apply(command);
    processor += processor_ms() - processor_start;
    ms += ms_since(start);
  }
  const double ns = ms * 1e6 / static_cast<double>(options.events);
  const double changes = static_cast<double>(state.live.feed().last() - last_change) / static_cast<double>(options.events);
  fmt::print("| {} | {} | {:.0f} / {:.0f} | {:.2f} | {:.0f} | {:.1f} / {:.1f} | {} | {} |\n", segments, state.live.conditions(), ns, processor * 1e6 / static_cast<double>(options.events), changes, changes > 0 ? ns / changes : 0, percentile(saves, 0.5), percentile(saves, 1),
             after_mb - before_mb, state.live.memory_bytes() / 1'000'000);
  std::fflush(stdout);
  for (const auto& [took, text] : std::span(slowest).first(std::min<std::size_t>(slowest.size(), 3))) fmt::print(stderr, "slow to save with {}: {:.0f} ms, {}\n", segments, took, text);
  return {};
}

struct Acknowledged {
  std::vector<double> ms;
  double seconds = 0;
};

// Batches one after the other, until somebody says stop or so many are done.
Result<Acknowledged> write(Engine& engine, Events& events, std::size_t rows, std::size_t batches, const std::atomic<bool>& stops) {
  Acknowledged acknowledged;
  const auto begin = Clock::now();
  for (std::size_t i = 0; i < batches && !stops; ++i) {
    Command command = events.batch(rows);
    const auto start = Clock::now();
    WM_CHECK_OK(engine.submit(std::move(command)));
    acknowledged.ms.push_back(ms_since(start));
  }
  acknowledged.seconds = ms_since(begin) / 1e3;
  return acknowledged;
}

// Made before the clock begins: who writes would else have a core for that while what he wrote is applied.
std::vector<Command> prepared(Events& events, std::size_t batches) {
  std::vector<Command> all;
  for (std::size_t i = 0; i < batches; ++i) all.push_back(events.batch(kBatch));
  return all;
}

// As fast as they are acknowledged.
Result<Acknowledged> write_all(Engine& engine, std::vector<Command> commands) {
  Acknowledged acknowledged;
  const auto begin = Clock::now();
  for (Command& command : commands) {
    const auto start = Clock::now();
    WM_CHECK_OK(engine.submit(std::move(command)));
    acknowledged.ms.push_back(ms_since(start));
  }
  acknowledged.seconds = ms_since(begin) / 1e3;
  return acknowledged;
}

// Batches that come at a steady rate, whether those before are acknowledged or not: counted from when each was due.
Result<Acknowledged> write_steadily(Engine& engine, std::vector<Command> commands, double events_a_second) {
  Acknowledged acknowledged;
  const auto begin = Clock::now();
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const auto due = begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(static_cast<double>(i * kBatch) / events_a_second));
    std::this_thread::sleep_until(due);
    WM_CHECK_OK(engine.submit(std::move(commands[i])));
    acknowledged.ms.push_back(ms_since(due));
  }
  acknowledged.seconds = ms_since(begin) / 1e3;
  return acknowledged;
}

// Until all that is acknowledged is applied, which whoever reads waits for.
void read_once(Engine& engine) { const ReadingLock reads(engine.reading()); }

Result<void> measure_durable(Options& options, std::size_t segments) {
  WM_TRY(const std::unique_ptr<Engine> engine, Engine::open(options.store, {.checkpoint_log_bytes = 0}));
  keep_freed_memory();
  for (Command& command : definitions(options.seed, segments)) WM_CHECK_OK(engine->submit(std::move(command)));
  Events events(options.seed + 1, engine->base().contacts(), options.from_ms);
  engine->apply_beside();
  const std::atomic<bool> never = false;
  std::vector<Command> commands = prepared(events, options.events / kBatch);
  const auto begin = Clock::now();
  WM_TRY(const Acknowledged batches, write_all(*engine, std::move(commands)));
  read_once(*engine);
  const double rate = static_cast<double>(options.events) / ms_since(begin) * 1e3;
  WM_TRY(const Acknowledged steady, write_steadily(*engine, prepared(events, options.events / kBatch), 0.8 * rate));
  WM_TRY(const Acknowledged singles, write(*engine, events, 1, 1'000, never));
  options.from_ms = events.now_ms();
  fmt::print("| {} | {:.0f} | {:.2f} / {:.2f} | {:.2f} / {:.2f} | {:.2f} / {:.2f} |\n", segments, rate, percentile(batches.ms, 0.5), percentile(batches.ms, 0.99),
             percentile(steady.ms, 0.5), percentile(steady.ms, 0.99), percentile(singles.ms, 0.5), percentile(singles.ms, 0.99));
  std::fflush(stdout);
  return {};
}

// One thread writes batches of a hundred while `disturb` runs in this one.
template <typename Disturb>
Result<std::string> measure_disturbed(Engine& engine, Events& events, std::string_view what, Disturb disturb) {
  std::atomic<bool> stops = false;
  std::optional<Result<Acknowledged>> written;
  std::string told;
  {
    std::jthread writer([&] { written = write(engine, events, 100, SIZE_MAX, stops); });
    told = disturb();
    stops = true;
  }
  if (!*written) return fail(written->error());
  const Acknowledged& acknowledged = **written;
  return fmt::format("| {} | {:.0f} | {:.2f} / {:.2f} / {:.2f} | {} |\n", what, static_cast<double>(acknowledged.ms.size() * 100) / acknowledged.seconds, percentile(acknowledged.ms, 0.5),
                     percentile(acknowledged.ms, 0.99), percentile(acknowledged.ms, 1), told);
}

// What those who read for long and those who save definitions do to those who write, and the other way round.
Result<void> measure_beside(Options& options, std::size_t segments) {
  WM_TRY(const std::unique_ptr<Engine> engine, Engine::open(options.store, {.checkpoint_log_bytes = 0}));
  keep_freed_memory();
  for (Command& command : definitions(options.seed, segments)) WM_CHECK_OK(engine->submit(std::move(command)));
  Events events(options.seed + 2, engine->base().contacts(), options.from_ms);
  engine->apply_beside();
  const auto for_seconds = [](double seconds, auto work) {
    const auto begin = Clock::now();
    while (ms_since(begin) < seconds * 1e3) work();
  };
  const auto measure = [&](std::string_view what, auto disturb) -> Result<void> {
    WM_TRY(std::string row, measure_disturbed(*engine, events, fmt::format("{} | {}", segments, what), disturb));
    options.beside.push_back(std::move(row));
    return {};
  };
  WM_CHECK_OK(measure("nothing", [&] {
    std::this_thread::sleep_for(std::chrono::seconds(3));
    return std::string();
  }));
  WM_CHECK_OK(measure("scans without end", [&] {
    Sweeper sweeper;
    std::vector<double> scans;
    std::vector<double> waits;
    for_seconds(3, [&] {
      const auto asked = Clock::now();
      ReadingLock reads(engine->reading());
      waits.push_back(ms_since(asked));
      const auto start = Clock::now();
      const Base& base = engine->base();
      for (std::uint32_t i = 0; i < kScanned; ++i) sweeper.sweep(engine->live().graph().rule({i})->definition, base, engine->zone(), engine->live().settled_at());
      scans.push_back(ms_since(start));
    });
    return fmt::format("a scan ({} rules at one state) {:.0f} / {:.0f} ms, {} of them, which waited {:.0f} / {:.0f} ms for what was written before", kScanned, percentile(scans, 0.5), percentile(scans, 1), scans.size(), percentile(waits, 0.5), percentile(waits, 1));
  }));
  WM_CHECK_OK(measure("definitions saved", [&] {
    std::vector<double> saves;
    std::vector<Command> fresh = definitions(options.seed + 3 + segments, 40);  // others than those that were saved beside fewer
    for (std::size_t i = 0; i < fresh.size(); ++i) {
      PutSegment& put = std::get<PutSegment>(fresh[i].body);
      put.key = fmt::format("fresh-{}-{}", segments, i);
      const auto start = Clock::now();
      if (auto saved = engine->submit(std::move(fresh[i])); !saved) return saved.error().message;
      saves.push_back(ms_since(start));
    }
    return fmt::format("first membership {:.0f} / {:.0f} ms, {} of them", percentile(saves, 0.5), percentile(saves, 1), saves.size());
  }));
  options.from_ms = events.now_ms();
  return {};
}

// A million contacts did one thing at one instant, and thirty days later all leave at once, while others write.
Result<void> measure_storm(const Options& options) {
  constexpr std::uint32_t kContacts = 1'000'000;
  const std::string folder = options.store + "-storm";
  std::filesystem::remove_all(folder);
  {
    WM_TRY(const std::unique_ptr<Engine> engine, Engine::open(folder, {.checkpoint_log_bytes = 0}));
    for (std::uint32_t first = 0; first < kContacts; first += 10'000) {
      ImportBatch batch{.kind = BatchKind::events, .columns = {}, .rows = {}};
      for (std::uint32_t i = first; i < first + 10'000; ++i) batch.rows.push_back({.id = std::to_string(i), .at = Timestamp{kNowMs}, .event = "ping"});
      WM_CHECK_OK(engine->submit({.accepted_at = {kNowMs}, .body = std::move(batch)}));
    }
    std::ignore = engine->base();
    WM_CHECK_OK(engine->submit({.accepted_at = {kNowMs}, .body = PutSegment{.key = "recent", .text = "did ping in last 30 days", .parameters = {}}}));
    WM_CHECK_OK(engine->submit({.accepted_at = {kNowMs}, .body = DeclareEvent{.name = "pong"}}));
    engine->apply_beside();
    double took_ms = 0;
    std::uint64_t changes = 0;
    const auto writes = [&](std::string_view what, auto work) -> Result<void> {
      std::atomic<bool> stops = false;
      std::vector<double> acknowledged;
      {
        std::jthread writer([&] {
          for (std::uint32_t i = 0; !stops; ++i) {
            ImportBatch batch{.kind = BatchKind::events, .columns = {}, .rows = {}};
            batch.rows.push_back({.id = std::to_string(i % kContacts), .at = Timestamp{kNowMs}, .event = "pong"});
            const auto start = Clock::now();
            if (!engine->submit({.accepted_at = {kNowMs}, .body = std::move(batch)})) return;
            acknowledged.push_back(ms_since(start));
          }
        });
        work();
        stops = true;
      }
      fmt::print("{}: {} single events acknowledged, ms, p50 / p99 / most {:.2f} / {:.2f} / {:.2f}\n", what, acknowledged.size(), percentile(acknowledged, 0.5), percentile(acknowledged, 0.99), percentile(acknowledged, 1));
      return {};
    };
    fmt::print("\n");
    WM_CHECK_OK(writes("before the midnight", [] { std::this_thread::sleep_for(std::chrono::seconds(1)); }));
    WM_CHECK_OK(writes("during it", [&] {
      const std::uint64_t last = engine->live().feed().last();
      const auto start = Clock::now();
      std::ignore = engine->submit({.accepted_at = {kNowMs + 31 * kMillisecondsPerDay}, .body = AdvanceTime{}});
      took_ms = ms_since(start);
      ReadingLock reads(engine->reading());
      changes = engine->live().feed().last() - last;
    }));
    fmt::print("{} contacts leaving at one instant: {:.0f} ms, {} changes\n", kContacts, took_ms, changes);
  }
  std::filesystem::remove_all(folder);
  return {};
}

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells(1);
  for (const char c : line) {
    if (c == '\t') cells.emplace_back();
    else cells.back() += c;
  }
  return cells;
}

// Batches of other hands: lines of contact, milliseconds, event, campaign, page and amount between tabs, an empty line behind each batch.
std::vector<Command> read_batches(const std::string& file) {
  std::vector<Command> batches;
  ImportBatch batch{.kind = BatchKind::events, .columns = {{"campaign_id", ValueType::number}, {"page_id", ValueType::number}, {"amount_cents", ValueType::number}}, .rows = {}};
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) {
      batches.push_back({.accepted_at = {kNowMs}, .body = batch});
      batch.rows.clear();
      continue;
    }
    const std::vector<std::string> cells = split(line);
    BatchRow row{.id = cells.at(0), .at = Timestamp{std::stoll(cells.at(1))}, .event = cells.at(2), .values = {{}, {}, {}}};
    for (std::size_t i = 0; i < 3; ++i) if (!cells.at(3 + i).empty()) row.values[i] = Value(Decimal(std::stoll(cells.at(3 + i))));
    batch.rows.push_back(std::move(row));
  }
  return batches;
}

// The milliseconds of each durable batch with all of the rules live, and how many each has in the end, line by line.
Result<void> follow(const Options& options) {
  WM_TRY(const std::unique_ptr<Engine> engine, Engine::open(options.store, {.checkpoint_log_bytes = 0}));
  std::ifstream rules(options.rules);
  for (std::string line; std::getline(rules, line);) {
    const std::vector<std::string> cells = split(line);
    WM_CHECK_OK(engine->submit({.accepted_at = {kNowMs}, .body = PutSegment{.key = cells.at(0), .text = cells.at(1), .parameters = {}}}));
  }
  engine->apply_beside();
  for (Command& batch : read_batches(options.batches)) {
    const auto start = Clock::now();
    WM_CHECK_OK(engine->submit(std::move(batch)));
    read_once(*engine);
    fmt::print("batch\t{:.4f}\n", ms_since(start));
  }
  const ReadingLock reads(engine->reading());
  for (const LiveSegment& segment : engine->live().segments()) fmt::print("members\t{}\t{}\n", segment.key, segment.members.count());
  return {};
}

Result<void> measure_each(Options& options, Result<void> (*measure)(Options&, std::size_t)) {
  WM_CHECK_OK(measure(options, 0));
  for (const std::size_t segments : options.segments) WM_CHECK_OK(measure(options, segments));
  return {};
}

Result<void> measure_engine(Options& options, std::size_t segments) {
  if (options.measures("durable")) WM_CHECK_OK(measure_durable(options, segments));
  if (options.measures("beside") && segments >= kScanned) WM_CHECK_OK(measure_beside(options, segments));
  return {};
}

Result<void> run(Options& options) {
  fmt::print("seed {}, {} events, batches of {}\n", options.seed, options.events, kBatch);
  if (options.measures("apply")) {
    fmt::print("\n| segments | conditions | apply, ns an event, by the clock / of processor | changes an event | ns a change | saving one, ms, median / most | MB of the process | MB of live state |\n|---|---|---|---|---|---|---|---|\n");
    WM_CHECK_OK(measure_each(options, measure_apply));
  }
  if (options.measures("durable")) {
    fmt::print("\n| segments | durable events/s | batch of {}, ms, p50 / p99 | the same at 80 % of the rate | one event, ms, p50 / p99 |\n|---|---|---|---|---|\n", kBatch);
  }
  // By turns: the store keeps what was saved, so that it never has more segments live than the row says.
  WM_CHECK_OK(measure_each(options, measure_engine));
  if (!options.beside.empty()) fmt::print("\n| segments | beside a writer of batches of 100 | its events/s | acknowledged, ms, p50 / p99 / most | what it was |\n|---|---|---|---|---|\n{}", fmt::join(options.beside, ""));
  if (options.measures("storm")) WM_CHECK_OK(measure_storm(options));
  return {};
}

int main_of(const std::vector<std::string>& words) {
  Options options;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto value = [&] { return i + 1 < words.size() ? words[++i] : std::string("0"); };
    if (words[i] == "--events") options.events = std::stoull(value());
    else if (words[i] == "--seed") options.seed = std::stoull(value());
    else if (words[i] == "--part") options.part = value();
    else if (words[i] == "--follow") options.rules = value(), options.batches = value();
    else if (words[i] == "--segments") {
      options.segments.clear();
      for (std::string list = value(); !list.empty(); list.erase(0, std::min(list.size(), list.find(',') == std::string::npos ? list.size() : list.find(',') + 1))) options.segments.push_back(std::stoull(list));
    } else options.store = words[i];
  }
  if (options.store.empty()) return std::cerr << "usage: wanamaker_live_bench STORE [--segments 12,100,1000] [--events N] [--seed S] [--part apply|durable|beside|storm]\n", 2;
  if (const auto done = options.rules.empty() ? run(options) : follow(options); !done) return std::cerr << done.error().message << '\n', 1;
  return 0;
}

}  // namespace
}  // namespace wanamaker

int main(int argc, char** argv) { return wanamaker::main_of({argv + 1, argv + argc}); }
