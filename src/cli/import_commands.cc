#include "api/imports.h"
#include "cli/commands.h"

#include <csignal>

namespace wanamaker {
namespace {

volatile std::sig_atomic_t stop_requested = 0;

// A line on a terminal; Ctrl-C stops after the batch that is under way.
class TerminalProgress final : public Progress {
 public:
  explicit TerminalProgress(Streams streams) : streams_(streams) { std::signal(SIGINT, [](int) { stop_requested = 1; }); }
  ~TerminalProgress() override {
    if (shown_) streams_.err << "\r\033[K";
    std::signal(SIGINT, SIG_DFL);
  }
  TerminalProgress(const TerminalProgress&) = delete;
  TerminalProgress& operator=(const TerminalProgress&) = delete;

  void update(const ProgressState& state) override {
    if (!streams_.err_is_terminal) return;
    streams_.err << "\r\033[K" << to_line(state) << std::flush;
    shown_ = true;
  }
  bool should_stop() override { return stop_requested != 0; }

 private:
  Streams streams_;
  bool shown_ = false;
};

Result<int> told(const Result<ImportReport>& report, const Arguments& arguments, Streams streams) {
  if (!report) return fail(report.error());
  if (arguments.json) streams.out << report->to_json().dump() << '\n';
  else streams.out << report->to_text();
  return report->rows_rejected > 0 ? kExitIncomplete : 0;
}

}  // namespace

Result<int> run_import(CommandContext& context) {
  TerminalProgress progress(context.streams);
  return told(import_file(context.workspace, context.arguments.import, &progress), context.arguments, context.streams);
}

Result<int> run_import_into(ImportTarget& target, const Arguments& arguments, Streams streams) {
  TerminalProgress progress(streams);
  return told(wanamaker::run_import(arguments.import, target, &progress), arguments, streams);
}

}  // namespace wanamaker
