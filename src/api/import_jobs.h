#pragma once
// Imports that a server does for whoever sends a file: one after another, in a thread of its own, from a file in which the body lies. Key
// idea: how far a file was taken in is in the ledger of imports in the log, as of any import; beside the store stands only what a restart
// needs to say how far each came, and the rows that were not taken. That is personal, so it goes: a body with the end of its import, rejects
// after a day or when anybody is erased.
//   DIR/ID/job.json     what it is and how far it came; written anew before and after each batch
//   DIR/ID/body         what is imported, while it waits and runs
//   DIR/ID/rejects.csv  rows that were not taken, as `wanamaker import` writes them
// Thread-safe.

#include "api/import_upload.h"
#include "base/json.h"
#include "base/mutex.h"
#include "base/result.h"
#include "engine/engine.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace wanamaker {

enum class ImportState : std::uint8_t { waiting, running, done, failed, cancelled, interrupted };
inline constexpr std::string_view kImportStateNames[] = {"waiting", "running", "done", "failed", "cancelled", "interrupted"};
inline std::string_view name_of(ImportState state) { return kImportStateNames[static_cast<std::size_t>(state)]; }

class ImportJobs {
 public:
  static constexpr std::size_t kWaitingMax = 16;   // bodies that come or wait
  static constexpr std::size_t kKept = 200;        // that are over; the oldest go first
  static constexpr std::int64_t kRejectsKeptMs = kMillisecondsPerDay;

  // Jobs of an earlier process that were not over are interrupted. Errors: failure. `engine` outlives it.
  static Result<std::unique_ptr<ImportJobs>> open(Engine& engine, std::string directory, std::function<Timestamp()> now);
  // Ends what runs, which is then interrupted.
  ~ImportJobs();
  // Of a store that no server holds: bodies and rejects go. Cost: what lies there.
  static void forget_leftovers(const std::string& store);
  static std::string directory_in(const std::string& store) { return store + "/imports"; }
  ImportJobs(const ImportJobs&) = delete;
  ImportJobs& operator=(const ImportJobs&) = delete;

  // Room for a body. Errors: conflict (too many wait), usage, invalid, failure.
  Result<std::shared_ptr<ImportUpload>> begin(WantedImport wanted);
  // Puts it behind those that wait. Shape: the upload is finished. Errors: failure.
  Result<Json> start(ImportUpload& upload);
  // {id, state, kind, name, by, received_at, started_at, ended_at, bytes, dry_run, phase, percent, rows, rejects, report, error}
  Result<Json> show(const std::string& id);
  // The newest first.
  Json list();
  // What waits is over at once; what runs ends behind the batch that is under way, and what was taken in stays. One that is over stays as it is.
  // Errors: not_found.
  Result<Json> cancel(const std::string& id);
  // Where its rejects are. Errors: not_found (no such import, none rejected, or gone).
  Result<std::string> rejects_of(const std::string& id);
  // Somewhere in them may be somebody who is erased; also in those of what waits and runs.
  void forget_rejects();
  // Lets go of what is kept for a time. To be called often. Cost: jobs.
  void expire();
  // Whoever imports apart from the jobs takes his turn, since two imports of one file would each take in what the other has: false while another
  // import runs or waits. No job begins until it is given back.
  bool take_turn();
  void give_back_turn();
  // What runs ends soon, and nothing is begun.
  void stop();

 private:
  class Run;
  struct Rows {
    std::uint64_t read = 0;
    std::uint64_t skipped = 0;
    std::uint64_t filtered = 0;
    std::uint64_t applied = 0;
    std::uint64_t duplicate = 0;
    std::uint64_t rejected = 0;
  };
  // What the batch under way will have done, once the ledger says so.
  struct Next {
    std::string import_key;
    std::string prefix_hash;
    std::uint64_t rows_read = 0;
    std::uint64_t rows_applied = 0;
  };
  struct Job {
    std::string id;
    ImportState state = ImportState::waiting;
    std::string kind = {};
    std::string name = {};
    std::string by = {};
    Timestamp received_at = {};
    std::optional<Timestamp> started_at = {};
    std::optional<Timestamp> ended_at = {};
    std::uint64_t bytes = 0;
    bool is_dry_run = false;
    std::string phase = {};
    std::uint64_t percent = 0;  // of the phase
    Rows rows = {};
    bool has_rejects = false;
    bool forgets_rejects = false;  // somebody was erased since it came
    bool is_unsaved = false;       // the disk did not take what is told of it last
    Json report = {};
    Json error = {};
    Next next = {};
    ImportOptions options = {};  // of one that waits
    bool is_cancelled = false;
  };

  ImportJobs(Engine& engine, std::string directory, std::function<Timestamp()> now) : engine_(engine), directory_(std::move(directory)), now_(std::move(now)) {}
  Result<void> load();
  void take_up(Job job, const Json& saved);
  void work();
  void run(const std::string& id);
  std::string folder_of(const std::string& id) const { return directory_ + "/" + id; }
  static Json to_json(const Job& job);
  enum class Write : std::uint8_t { soon, synced };
  // Errors: failure.
  Result<void> save(const Job& job, Write when) const;
  void save_and_note(Job& job, Write when) const { job.is_unsaved = !save(job, when).has_value(); }
  void drop_body(const Job& job) const;
  void drop_rejects(Job& job) WM_REQUIRES(mutex_);

  Engine& engine_;
  std::string directory_;
  std::function<Timestamp()> now_;
  Mutex mutex_;
  std::map<std::string, Job> jobs_ WM_GUARDED_BY(mutex_);
  std::deque<std::string> waiting_ WM_GUARDED_BY(mutex_);
  std::shared_ptr<std::atomic<std::size_t>> coming_ = std::make_shared<std::atomic<std::size_t>>(0);  // uploads, which may outlive it
  bool is_stopping_ WM_GUARDED_BY(mutex_) = false;
  bool is_taken_ WM_GUARDED_BY(mutex_) = false;  // the turn of importing: by a job or apart
  std::condition_variable_any changed_;
  std::jthread thread_;  // last: it ends before the rest goes
};

}  // namespace wanamaker
