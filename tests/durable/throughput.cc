// How fast acknowledged writing is, beside how many syncs the machine makes in the same place: a speed is a ratio.

#include "durable/throughput.h"
#include "durable/engine_calls.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace wanamaker::durable {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

ImportBatch events(std::uint64_t thread, std::uint64_t number, std::uint64_t rows) {
  constexpr std::int64_t kNow = 1'717'243'200'000;
  ImportBatch batch{.kind = BatchKind::events, .columns = {{.name = "amount", .type = ValueType::number}}, .rows = {}};
  batch.rows.reserve(rows);
  for (std::uint64_t i = 0; i < rows; ++i) {
    const std::uint64_t n = number * rows + i;
    batch.rows.push_back({.id = fmt::format("c{}", (n * 7'919 + thread) % 20'000),
                          .at = Timestamp{kNow - static_cast<std::int64_t>(n % 100'000) * 1'000},
                          .event = "order_completed",
                          .values = {Decimal(static_cast<std::int64_t>(n % 500))}});
  }
  return batch;
}

}  // namespace

int measure_syncs(const Arguments& arguments) {
  const std::string path = arguments.text("data") + "/syncs.probe";
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return 1;
  const std::string block(4'096, 'x');
  const auto start = Clock::now();
  std::uint64_t syncs = 0;
  for (; seconds_since(start) < 2.0; ++syncs) {
    if (::write(file, block.data(), block.size()) != static_cast<ssize_t>(block.size()) || ::fdatasync(file) != 0) return 1;
  }
  const double taken = seconds_since(start);
  ::close(file);
  ::unlink(path.c_str());
  fmt::print("{{\"syncs_per_second\": {:.0f}}}\n", static_cast<double>(syncs) / taken);
  return 0;
}

int measure_throughput(const Arguments& arguments) {
  const auto engine = open_engine(arguments.text("data"), {}, 256U << 20);
  if (!engine) {
    fmt::print(stderr, "{}\n", engine.error().message);
    return 1;
  }
  const std::uint64_t rows = arguments.number("batch", 1);
  const auto limit = static_cast<double>(arguments.number("seconds", 5));
  std::atomic<std::uint64_t> commands = 0;
  std::atomic<bool> failed = false;
  const auto start = Clock::now();
  std::vector<std::thread> threads;
  for (std::uint64_t thread = 0; thread < arguments.number("threads", 64); ++thread) {
    threads.emplace_back([&, thread] {
      for (std::uint64_t number = 0; seconds_since(start) < limit && !failed; ++number) {
        if (submit(**engine, {.accepted_at = {1'717'243'200'000}, .body = events(thread, number, rows)}))
          ++commands;
        else
          failed = true;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const double taken = seconds_since(start);
  const double per_second = static_cast<double>(commands) / taken;
  fmt::print("{{\"commands_per_second\": {:.0f}, \"records_per_second\": {:.0f}}}\n", per_second, per_second * static_cast<double>(rows));
  return failed ? 1 : 0;
}

}  // namespace wanamaker::durable
