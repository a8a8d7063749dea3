#pragma once
// How far an import is, how fast, and how long it will take. The rate and the rest are of the present pass over the file.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace wanamaker {

struct ImportReport;

struct ProgressState {
  std::string_view phase;  // "reading" (scan) or "importing"
  std::uint64_t rows = 0;
  std::uint64_t bytes_done = 0;   // bytes of the file as it lies on disk
  std::uint64_t bytes_total = 0;
  double rows_per_second = 0;
  std::optional<double> seconds_left = {};  // unknown at the start
};

// One line for a terminal: "importing  1,250,000 rows  52 %  83,300 rows/s  14 s left".
std::string to_line(const ProgressState& state);

class Progress {
 public:
  virtual ~Progress() = default;
  virtual void update(const ProgressState& state) = 0;
  // What has become of the rows so far; after each chunk that is taken in.
  virtual void counted(const ImportReport&) {}
  // Asked after each batch; true ends the import as interrupted.
  virtual bool should_stop() { return false; }
};

// Calls a Progress at most twice a second. Single-threaded.
class ProgressMeter {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;
  ProgressMeter(Progress* progress, std::string_view phase, std::uint64_t bytes_total, Clock clock = &std::chrono::steady_clock::now);

  // The clock is read once in some hundred rows.
  void at(std::uint64_t rows, std::uint64_t bytes_done) {
    if (progress_ != nullptr && rows >= look_at_) look(rows, bytes_done);
  }
  void finish(std::uint64_t rows, std::uint64_t bytes_done);  // reports in any case

 private:
  void look(std::uint64_t rows, std::uint64_t bytes_done);
  void report(std::uint64_t rows, std::uint64_t bytes_done, std::chrono::steady_clock::time_point now);

  Progress* progress_;
  Clock clock_;
  std::string_view phase_;
  std::uint64_t bytes_total_;
  std::chrono::steady_clock::time_point started_at_;
  std::chrono::steady_clock::time_point reported_at_;
  std::uint64_t look_at_ = 0;  // the row at which the clock is read next
};

}  // namespace wanamaker
