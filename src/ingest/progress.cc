#include "ingest/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace wanamaker {
namespace {

constexpr std::chrono::milliseconds kReportEvery{500};
constexpr std::uint64_t kRowsBetweenLooks = 256;
constexpr double kSettlingSeconds = 1.0;  // before that the remaining time would jump about

std::string grouped(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string span(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::ceil(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

}  // namespace

std::string to_line(const ProgressState& state) {
  std::string line = fmt::format("{}  {} rows", state.phase, grouped(state.rows));
  if (state.bytes_total > 0) line += fmt::format("  {} %", std::min<std::uint64_t>(100, state.bytes_done * 100 / state.bytes_total));
  line += fmt::format("  {} rows/s", grouped(static_cast<std::uint64_t>(state.rows_per_second)));
  if (state.seconds_left) line += fmt::format("  {} left", span(*state.seconds_left));
  return line;
}

ProgressMeter::ProgressMeter(Progress* progress, std::string_view phase, std::uint64_t bytes_total, Clock clock)
    : progress_(progress), clock_(std::move(clock)), phase_(phase), bytes_total_(bytes_total), started_at_(clock_()), reported_at_(started_at_) {}

void ProgressMeter::look(std::uint64_t rows, std::uint64_t bytes_done) {
  look_at_ = rows + kRowsBetweenLooks;
  const auto now = clock_();
  if (now - reported_at_ >= kReportEvery) report(rows, bytes_done, now);
}

void ProgressMeter::finish(std::uint64_t rows, std::uint64_t bytes_done) {
  if (progress_ != nullptr) report(rows, bytes_done, clock_());
}

void ProgressMeter::report(std::uint64_t rows, std::uint64_t bytes_done, std::chrono::steady_clock::time_point now) {
  reported_at_ = now;
  const double seconds = std::chrono::duration<double>(now - started_at_).count();
  ProgressState state{.phase = phase_, .rows = rows, .bytes_done = bytes_done, .bytes_total = bytes_total_};
  if (seconds > 0) state.rows_per_second = static_cast<double>(rows) / seconds;
  if (seconds >= kSettlingSeconds && bytes_done > 0 && bytes_total_ >= bytes_done) {
    state.seconds_left = seconds * static_cast<double>(bytes_total_ - bytes_done) / static_cast<double>(bytes_done);
  }
  progress_->update(state);
}

}  // namespace wanamaker
