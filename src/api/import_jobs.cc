#include "api/import_jobs.h"

#include "api/error_json.h"
#include "base/check.h"
#include "ingest/import.h"
#include "ingest/plan.h"
#include "store/private_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <tuple>
#include <utility>
#include <vector>

namespace wanamaker {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kIdBytes = 6;
constexpr std::string_view kRejects = "rejects.csv";
constexpr std::string_view kPersonalFiles[] = {"body", "body.rejects.csv", kRejects};

std::string new_id() {
  CHECK(sodium_init() >= 0, "the machine gives random bytes");
  std::array<unsigned char, kIdBytes> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::string id;
  for (const unsigned char byte : bytes) id += fmt::format("{:02x}", byte);
  return id;
}

Json instant_json(const std::optional<Timestamp>& at) { return at ? Json(to_string(*at)) : Json(); }

std::string text_in(const Json& json, std::string_view name) {
  const Json* member = json.find(name);
  return member != nullptr && member->as_string() != nullptr ? *member->as_string() : std::string();
}

std::uint64_t number_in(const Json& json, std::string_view name) {
  const Json* member = json.find(name);
  std::uint64_t number = 0;
  if (member != nullptr && member->as_number() != nullptr) std::ignore = std::from_chars(member->as_number()->text.data(), member->as_number()->text.data() + member->as_number()->text.size(), number);
  return number;
}

bool truth_in(const Json& json, std::string_view name) {
  const Json* member = json.find(name);
  return member != nullptr && member->as_bool() != nullptr && *member->as_bool();
}

// No place of the machine stands in what whoever asks is told.
std::string without_place(std::string text, const std::string& file, const std::string& name) {
  const std::string folder = file.substr(0, file.rfind('/'));
  for (const auto& [from, to] : {std::pair(file, name), {folder + "/map.json", std::string("the mapping")}, {folder + "/rejects.csv", std::string("the rejects")}, {folder, std::string("the import")}})
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
  return text;
}

// What a disk says names places too; of it only that it was so is told.
Error without_places(Error error, const std::string& file, const std::string& name) {
  if (error.code == ErrorCode::failure) return {.code = ErrorCode::failure, .message = "the store took no more writes; what was taken in before stays", .detail = {}, .hint = "GET /readyz says whether it takes them again; then send the same file once more", .where = {}};
  for (std::string* text : {&error.message, &error.detail, &error.hint, &error.where}) *text = with_parameters(without_place(std::move(*text), file, name));
  return error;
}

// Of an import that goes on all the same.
Error unsaved() {
  return {.code = ErrorCode::failure, .message = "how far this import came cannot be written beside the store: after a restart it may be told as interrupted, with fewer rows than are there", .detail = {}, .hint = "make room on the disk; the rows that were taken in stay", .where = {}};
}

}  // namespace

// One import: where its rows go, and who is told how far it is.
class ImportJobs::Run final : public ImportTarget, public Progress {
 public:
  Run(ImportJobs& jobs, std::string id) : jobs_(jobs), id_(std::move(id)) {
    const auto beside_readers = jobs_.engine_.judging();
    schema_ = jobs_.engine_.unsettled().schema;
  }

  // As it was at the start: rows are made while others change it.
  const Schema& schema() const override { return schema_; }
  Result<std::vector<ImportMark>> marks(std::string_view import_key) override {
    ReadingLock reading(jobs_.engine_.reading());
    return jobs_.engine_.marks(import_key);
  }
  Result<std::vector<bool>> know_contacts(std::span<const std::string_view> ids) override {
    ReadingLock reading(jobs_.engine_.reading());
    std::vector<bool> known;
    for (const std::string_view id : ids) known.push_back(jobs_.engine_.unsettled().find_contact(id).has_value());
    return known;
  }

  Result<BatchOutcome> submit(ImportBatch batch) override {
    change([&](Job& job) {
      job.next.rows_applied = job.rows.applied + taken_ + batch.rows.size();
      if (batch.mark) job.next = {.import_key = batch.mark->import_key, .prefix_hash = batch.mark->prefix_hash, .rows_read = batch.mark->rows_done, .rows_applied = job.next.rows_applied};
    }, Saved::yes);
    WM_TRY(SubmitOutcome outcome, jobs_.engine_.submit({.accepted_at = jobs_.now_(), .body = std::move(batch)}));
    taken_ += outcome.applied;
    BatchOutcome result{.applied = outcome.applied, .duplicates = outcome.duplicates, .rejects = {}};
    for (RejectedRow& row : outcome.rejects) result.rejects.push_back({row.row_index, std::move(row.code), std::move(row.reason)});
    return result;
  }

  void update(const ProgressState& state) override {
    change([&](Job& job) {
      job.phase = state.phase;
      if (state.bytes_total > 0) job.percent = std::min<std::uint64_t>(100, state.bytes_done * 100 / state.bytes_total);
    }, Saved::no);
  }
  void counted(const ImportReport& report) override {
    taken_ = 0;
    change([&](Job& job) { count(job, report); }, Saved::yes);
  }
  bool should_stop() override {
    MutexLock lock(jobs_.mutex_);
    return jobs_.is_stopping_ || jobs_.jobs_.at(id_).is_cancelled;
  }

  static void count(Job& job, const ImportReport& report) {
    job.rows = {.read = report.rows_read, .skipped = report.rows_skipped, .filtered = report.rows_filtered, .applied = report.is_dry_run ? report.rows_applicable : report.rows_applied, .duplicate = report.rows_duplicate, .rejected = report.rows_rejected};
    job.has_rejects = report.rows_rejected > 0;
  }

 private:
  enum class Saved : std::uint8_t { yes, no };
  template <typename Change>
  void change(Change change, Saved saved) {
    Job job;
    {
      MutexLock lock(jobs_.mutex_);
      Job& now = jobs_.jobs_.at(id_);
      change(now);
      job = now;
    }
    if (saved == Saved::no) return;
    const bool is_unsaved = !jobs_.save(job, Write::soon).has_value();
    MutexLock lock(jobs_.mutex_);
    jobs_.jobs_.at(id_).is_unsaved = is_unsaved;
  }

  ImportJobs& jobs_;
  std::string id_;
  Schema schema_;
  std::uint64_t taken_ = 0;  // by batches of the chunk that is under way
};

Result<std::unique_ptr<ImportJobs>> ImportJobs::open(Engine& engine, std::string directory, std::function<Timestamp()> now) {
  std::unique_ptr<ImportJobs> jobs(new ImportJobs(engine, std::move(directory), std::move(now)));
  WM_CHECK_OK(jobs->load());
  jobs->thread_ = std::jthread([given = jobs.get()] { given->work(); });
  return jobs;
}

ImportJobs::~ImportJobs() { stop(); }

void ImportJobs::forget_leftovers(const std::string& store) {
  std::error_code fault;
  for (fs::directory_iterator folder(directory_in(store), fault), end; !fault && folder != end; folder.increment(fault))
    for (const std::string_view name : kPersonalFiles) {
      std::error_code ignored;
      fs::remove(folder->path() / name, ignored);
    }
}

// What cannot be read was being written when the machine stopped: nothing of it had begun.
Result<void> ImportJobs::load() {
  std::error_code fault;
  for (fs::directory_iterator folder(directory_, fault), end; !fault && folder != end; folder.increment(fault)) {
    std::ifstream file(folder->path() / "job.json", std::ios::binary);
    const auto saved = Json::parse(std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
    Job job{.id = folder->path().filename().string()};
    const auto state = std::ranges::find(kImportStateNames, saved ? text_in(*saved, "state") : std::string());
    const auto received_at = saved ? parse_timestamp(text_in(*saved, "received_at")) : std::nullopt;
    if (state == std::end(kImportStateNames) || !received_at) {
      std::error_code ignored;
      fs::remove_all(folder->path(), ignored);
      continue;
    }
    job.state = static_cast<ImportState>(state - std::begin(kImportStateNames));
    job.received_at = *received_at;
    take_up(std::move(job), *saved);
  }
  if (fault && fault != std::errc::no_such_file_or_directory) return fail({.code = ErrorCode::failure, .message = "the imports beside the store cannot be read: " + fault.message(), .where = directory_});
  expire();
  return {};
}

// As it was saved; one that was not over is interrupted, and the ledger says whether its last batch is in.
void ImportJobs::take_up(Job job, const Json& saved) {
  job.kind = text_in(saved, "kind");
  job.name = text_in(saved, "name");
  job.by = text_in(saved, "by");
  job.started_at = parse_timestamp(text_in(saved, "started_at"));
  job.ended_at = parse_timestamp(text_in(saved, "ended_at"));
  job.bytes = number_in(saved, "bytes");
  job.is_dry_run = truth_in(saved, "dry_run");
  std::error_code ignored;
  job.has_rejects = truth_in(saved, "rejects") && fs::exists(fs::path(folder_of(job.id)) / kRejects, ignored);
  if (const Json* rows = saved.find("rows")) {
    job.rows = {.read = number_in(*rows, "read"), .skipped = number_in(*rows, "skipped"), .filtered = number_in(*rows, "filtered"), .applied = number_in(*rows, "applied"), .duplicate = number_in(*rows, "duplicate"), .rejected = number_in(*rows, "rejected")};
  }
  if (const Json* report = saved.find("report")) job.report = *report;
  if (const Json* error = saved.find("error")) job.error = *error;
  if (job.state == ImportState::waiting || job.state == ImportState::running) {
    const Json* next = saved.find("next");
    const std::string hash = next != nullptr ? text_in(*next, "hash") : std::string();
    ReadingLock reading(engine_.reading());
    const std::vector<ImportMark> marks = hash.empty() ? std::vector<ImportMark>() : engine_.marks(text_in(*next, "key"));
    if (std::ranges::find(marks, hash, &ImportMark::prefix_hash) != marks.end()) {
      job.rows.read = number_in(*next, "read");
      job.rows.applied = std::max(job.rows.applied, number_in(*next, "applied"));
      const std::uint64_t others = job.rows.applied + job.rows.duplicate + job.rows.skipped + job.rows.filtered;
      job.rows.rejected = std::max(job.rows.rejected, job.rows.read - std::min(job.rows.read, others));
    }
    std::error_code fault;
    job.has_rejects = fs::exists(folder_of(job.id) + "/rejects.csv", fault);
    job.state = ImportState::interrupted;
    job.ended_at = now_();
    drop_body(job);
    save_and_note(job, Write::synced);
  }
  MutexLock lock(mutex_);
  jobs_.emplace(job.id, std::move(job));
}

void ImportJobs::drop_body(const Job& job) const {
  std::error_code ignored;
  for (const char* name : {"/body", "/body.rejects.csv", "/map.json"}) fs::remove(folder_of(job.id) + name, ignored);
}

Json ImportJobs::to_json(const Job& job) {
  Json rows = Json::object().set("read", job.rows.read).set("skipped", job.rows.skipped).set("filtered", job.rows.filtered).set("applied", job.rows.applied).set("duplicate", job.rows.duplicate).set("rejected", job.rows.rejected);
  const bool is_under_way = job.state == ImportState::running && !job.phase.empty();
  return Json::object().set("id", job.id).set("state", name_of(job.state)).set("kind", job.kind).set("name", job.name).set("by", job.by).set("received_at", to_string(job.received_at)).set("started_at", instant_json(job.started_at))
      .set("ended_at", instant_json(job.ended_at)).set("bytes", job.bytes).set("dry_run", job.is_dry_run).set("phase", is_under_way ? Json(job.phase) : Json()).set("percent", is_under_way ? Json(job.percent) : Json()).set("rows", std::move(rows))
      .set("rejects", job.has_rejects).set("report", job.report).set("error", job.is_unsaved && job.error.is_null() ? error_json(unsaved()) : job.error);
}

// A failure loses no row: the ledger has them.
Result<void> ImportJobs::save(const Job& job, Write when) const {
  Json json = to_json(job);
  json.set("next", Json::object().set("key", job.next.import_key).set("hash", job.next.prefix_hash).set("read", job.next.rows_read).set("applied", job.next.rows_applied));
  const std::string path = folder_of(job.id) + "/job.json";
  const std::string text = json.dump();
  const int file = ::open((path + ".new").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return fail(unsaved());
  bool is_good = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (when == Write::synced) is_good = ::fdatasync(file) == 0 && is_good;
  is_good = ::close(file) == 0 && is_good;
  if (is_good && ::rename((path + ".new").c_str(), path.c_str()) == 0) return {};
  return fail(unsaved());
}

Result<std::shared_ptr<ImportUpload>> ImportJobs::begin(WantedImport wanted) {
  {
    MutexLock lock(mutex_);
    if (waiting_.size() + *coming_ >= kWaitingMax) return fail(ErrorCode::conflict, fmt::format("{} imports wait or come already", kWaitingMax), "send it when one of them is over");
  }
  std::error_code fault;
  make_private_directory(directory_, fault);
  const std::string id = new_id();
  auto upload = std::make_shared<ImportUpload>(id, folder_of(id), std::move(wanted), coming_);
  if (auto opened = upload->open(); !opened) return fail(opened.error().code == ErrorCode::failure ? opened.error() : without_places(opened.error(), upload->wanted().options.file, "the file"));
  return upload;
}

Result<Json> ImportJobs::start(ImportUpload& upload) {
  const WantedImport& wanted = upload.wanted();
  Job job{.id = upload.id(), .kind = kind_in_words(wanted.options), .name = wanted.name, .by = wanted.by, .received_at = now_(), .bytes = upload.bytes(), .is_dry_run = wanted.options.dry_run, .options = wanted.options};
  if (!save(job, Write::synced)) return fail(ErrorCode::failure, "the import cannot be written beside the store, so it has not begun", "make room on the disk and send the file again");
  upload.keep();
  Json json = to_json(job);
  MutexLock lock(mutex_);
  waiting_.push_back(job.id);
  jobs_.emplace(job.id, std::move(job));
  changed_.notify_all();
  return json;
}

Result<Json> ImportJobs::show(const std::string& id) {
  MutexLock lock(mutex_);
  const auto job = jobs_.find(id);
  if (job == jobs_.end()) return fail(ErrorCode::not_found, "there is no such import", "GET /api/v1/imports lists them");
  return to_json(job->second);
}

Json ImportJobs::list() {
  MutexLock lock(mutex_);
  std::vector<const Job*> jobs;
  for (const auto& [id, job] : jobs_) jobs.push_back(&job);
  std::ranges::sort(jobs, [](const Job* one, const Job* other) { return std::tie(other->received_at, one->id) < std::tie(one->received_at, other->id); });
  Json list = Json::array();
  for (const Job* job : jobs) list.push(to_json(*job));
  return list;
}

Result<Json> ImportJobs::cancel(const std::string& id) {
  MutexLock lock(mutex_);
  const auto found = jobs_.find(id);
  if (found == jobs_.end()) return fail(ErrorCode::not_found, "there is no such import", "GET /api/v1/imports lists them");
  Job& job = found->second;
  if (job.ended_at) return to_json(job);
  job.is_cancelled = true;
  if (std::erase(waiting_, id) == 0) return to_json(job);  // it runs, or is about to
  job.state = ImportState::cancelled;
  job.ended_at = now_();
  drop_body(job);
  save_and_note(job, Write::synced);
  return to_json(job);
}

Result<std::string> ImportJobs::rejects_of(const std::string& id) {
  MutexLock lock(mutex_);
  const auto job = jobs_.find(id);
  if (job == jobs_.end()) return fail(ErrorCode::not_found, "there is no such import", "GET /api/v1/imports lists them");
  if (!job->second.has_rejects || !job->second.ended_at) return fail(ErrorCode::not_found, "no rejected rows are kept of this import", "they are there once it is over, for a day at most, and go when anybody is erased");
  return folder_of(id) + "/rejects.csv";
}

void ImportJobs::drop_rejects(Job& job) {
  if (!job.has_rejects || !job.ended_at) return;
  job.has_rejects = false;
  std::error_code ignored;
  fs::remove(folder_of(job.id) + "/rejects.csv", ignored);
  save_and_note(job, Write::synced);
}

void ImportJobs::forget_rejects() {
  MutexLock lock(mutex_);
  for (auto& [id, job] : jobs_) {
    job.forgets_rejects = true;  // also of one that runs, once it is over
    drop_rejects(job);
  }
}

void ImportJobs::expire() {
  const Timestamp now = now_();
  MutexLock lock(mutex_);
  std::vector<const Job*> over;
  for (auto& [id, job] : jobs_) {
    if (!job.ended_at) continue;
    if (now.ms - job.ended_at->ms > kRejectsKeptMs) drop_rejects(job);
    over.push_back(&job);
  }
  if (over.size() <= kKept) return;
  std::ranges::sort(over, {}, [](const Job* job) { return std::tie(job->received_at, job->id); });
  over.resize(over.size() - kKept);
  for (const Job* job : over) {
    const std::string id = job->id;
    std::error_code ignored;
    fs::remove_all(folder_of(id), ignored);
    jobs_.erase(id);
  }
}

void ImportJobs::stop() {
  MutexLock lock(mutex_);
  is_stopping_ = true;
  changed_.notify_all();
}

bool ImportJobs::take_turn() {
  MutexLock lock(mutex_);
  return waiting_.empty() && !std::exchange(is_taken_, true);
}

void ImportJobs::give_back_turn() {
  MutexLock lock(mutex_);
  is_taken_ = false;
  changed_.notify_all();
}

void ImportJobs::work() {
  while (true) {
    std::string id;
    {
      MutexLock lock(mutex_);
      while ((waiting_.empty() || is_taken_) && !is_stopping_) changed_.wait(mutex_);
      if (is_stopping_) return;  // those that wait are interrupted at the next start
      is_taken_ = true;
      id = waiting_.front();
      waiting_.pop_front();
    }
    run(id);
    give_back_turn();
  }
}

void ImportJobs::run(const std::string& id) {
  Job job;
  {
    MutexLock lock(mutex_);
    Job& now = jobs_.at(id);
    now.started_at = now_();
    now.state = ImportState::running;
    job = now;
  }
  std::ignore = save(job, Write::synced);  // a restart takes what runs for what waits, and the next save says whether the disk does not take it
  Run run(*this, id);
  auto report = job.is_cancelled ? fail(ErrorCode::interrupted, "cancelled before it began") : run_import(job.options, run, &run);
  std::error_code ignored;
  drop_body(job);
  Job now;
  {
    MutexLock lock(mutex_);
    now = jobs_.at(id);
    now.ended_at = now_();
    if (report) {
      Run::count(now, *report);
      report->file = job.name;
      report->rejects_file.clear();
      now.report = report->to_json();
      now.state = ImportState::done;
    } else {
      const bool is_stopped = report.error().code == ErrorCode::interrupted;
      now.state = !is_stopped ? ImportState::failed : now.is_cancelled ? ImportState::cancelled : ImportState::interrupted;
      if (!is_stopped) now.error = error_json(without_places(report.error(), job.options.file, job.name));
      now.has_rejects = fs::exists(job.options.rejects_file, ignored);
    }
  }
  save_and_note(now, Write::synced);  // before anybody is told
  MutexLock lock(mutex_);
  now.forgets_rejects = jobs_.at(id).forgets_rejects;
  jobs_.at(id) = std::move(now);
  if (jobs_.at(id).forgets_rejects) drop_rejects(jobs_.at(id));
}

}  // namespace wanamaker
