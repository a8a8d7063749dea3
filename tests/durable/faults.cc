// Faults of the disk: the nth call of a kind fails, once or for ever, while a store works and while it opens. Must hold: the failed
// command is not acknowledged; after it every command is refused, with a reason, until the store is opened again or, after a full
// disk, told to go on; reads answer as of the last acknowledged command; nothing crashes; opened again without faults, everything
// acknowledged is there and nothing half.
//   wanamaker_faults [--jobs J] [--case N]

#include "durable/answers.h"
#include "durable/arguments.h"
#include "durable/cases.h"
#include "durable/engine_calls.h"
#include "durable/faulty_file_system.h"
#include "durable/scratch.h"
#include "durable/store_state.h"

#include <optional>

namespace wanamaker::durable {
namespace {

constexpr std::uint32_t kLanes = 2;
constexpr std::uint64_t kStepsBefore = 12;  // of each lane, before the fault is armed
constexpr std::uint64_t kStepsAfter = 16;

LaneOptions lane_options(std::uint64_t seed, std::uint32_t lane) {
  return {.seed = seed, .lane = lane, .acts_every = 5, .contacts_max = 10, .events_max = 20, .batch_rows_max = 30};
}

enum class Phase : std::uint8_t { working, opening };

struct Case {
  Phase phase = Phase::working;
  Fault fault;
};

std::vector<Case> all_cases() {
  struct Sweep {
    CallKind kind;
    std::uint64_t calls;
    std::vector<FaultEffect> effects;
  };
  using enum FaultEffect;
  const std::vector<Sweep> sweeps = {{CallKind::write, 40, {io_error, no_space, short_write}},
                                     {CallKind::sync, 40, {io_error, no_space}},
                                     {CallKind::open, 16, {no_handles, io_error}},
                                     {CallKind::rename, 4, {io_error}},
                                     {CallKind::read, 24, {io_error}},
                                     {CallKind::directory_sync, 6, {io_error}},
                                     {CallKind::space, 2, {no_space}}};
  std::vector<Case> cases;
  for (const Phase phase : {Phase::working, Phase::opening})
    for (const Sweep& sweep : sweeps)
      for (const FaultEffect effect : sweep.effects)
        for (const bool lasts : {false, true})
          for (std::uint64_t nth = 1; nth <= sweep.calls; ++nth)
            cases.push_back({phase, {.kind = sweep.kind, .nth = nth, .lasts = lasts, .effect = effect}});
  return cases;
}

// One store under one fault. Complaints are exceptions of the story, so each step gives one or none.
class Story {
 public:
  explicit Story(const Case& chosen)
      : case_(chosen),
        faults_(std::make_shared<FaultSwitch>()),
        judge_(lane_options(kSeed, 0), kLanes),
        progress_{.acknowledged = std::vector<std::uint64_t>(kLanes + 1), .begun = std::vector<std::uint64_t>(kLanes + 1)} {
    for (std::uint32_t lane = 0; lane <= kLanes; ++lane) lanes_.push_back(std::make_unique<Lane>(lane_options(kSeed, lane)));
  }

  Verdict run() {
    prepare();
    const auto complaint = case_.phase == Phase::working ? fail_while_working() : fail_while_opening();
    const std::string word = fmt::format("{} {}: {}", case_.phase == Phase::working ? "working" : "opening",
                                         kCallKindNames[static_cast<std::size_t>(case_.fault.kind)], outcome_);
    if (!complaint) return {.word = word};
    return {.word = "FAILED " + word, .complaint = fmt::format("{} {}", to_string(case_.fault), *complaint)};
  }

 private:
  using Complaint = std::optional<std::string>;
  static constexpr std::uint64_t kSeed = 7;

  void prepare() {
    open(nullptr);
    CHECK(engine_ != nullptr, "a store opens where nothing fails");
    for (std::uint64_t i = 0; i < judge_.setup_steps(); ++i) take(0);
    for (std::uint64_t i = 0; i < kStepsBefore; ++i)
      for (std::uint32_t lane = 1; lane <= kLanes; ++lane) take(lane);
    engine_.reset();
  }

  Complaint fail_while_working() {
    open(faulty());
    CHECK(engine_ != nullptr, "a store opens before the fault is armed");
    faults_->arm(case_.fault);
    if (auto complaint = work()) return complaint;
    return reopen();
  }

  Complaint fail_while_opening() {
    faults_->arm(case_.fault);
    const auto error = open(faulty());
    if (error) {
      outcome_ = "refused";
      if (error->message.empty()) return "the refusal says nothing";
    } else if (auto complaint = work()) {
      return complaint;
    }
    return reopen();
  }

  // Steps until one fails or all are done.
  Complaint work() {
    outcome_ = "not felt";
    for (std::uint64_t i = 0; i < kStepsAfter; ++i) {
      for (std::uint32_t lane = 1; lane <= kLanes; ++lane) {
        const auto error = take(lane);
        if (!error) continue;
        if (error->message.empty()) return "the failed step says nothing";
        if (last_act_ != Act::command) {
          outcome_ = "a checkpoint or the like failed";
          continue;  // commands may go on or be refused
        }
        outcome_ = "a command failed";
        return after_failure(lane);
      }
    }
    return faults_->hits() > 0 && outcome_ == "not felt" ? (outcome_ = "borne", std::nullopt) : std::nullopt;
  }

  Complaint after_failure(std::uint32_t lane) {
    if (const auto complaint = read_on()) return complaint;
    const std::uint32_t other = lane % kLanes + 1;
    Lane again(lane_options(kSeed, other));
    again.skip(progress_.acknowledged[other]);
    auto step = again.next();
    while (step->act != Act::command) step = again.next();
    const auto refused = submit(*engine_, std::move(step->command));
    // A disk that was full once has room again, and what could not be written is known not to be there.
    const bool is_full = case_.fault.effect == FaultEffect::no_space || case_.fault.effect == FaultEffect::short_write;
    // A ledger of erasures that cannot be read stops an erasure before anything is written; other commands go on.
    const bool nothing_was_written = case_.fault.kind == CallKind::read || case_.fault.kind == CallKind::open;
    if (refused && !nothing_was_written && (!is_full || case_.fault.lasts)) return "a command is taken after one failed";
    if (!refused && refused.error().message.empty()) return "the refusal says nothing";
    if (refused) progress_.acknowledged[other] = progress_.begun[other] = step->number;
    const bool may_go_on = is_full && (case_.fault.kind == CallKind::write || case_.fault.kind == CallKind::space);
    return kResumesAfterFullDisk && may_go_on ? go_on() : std::nullopt;
  }

  // Reads are as of the last acknowledged command.
  Complaint read_on() {
    Progress exact = progress_;
    exact.begun = exact.acknowledged;
    const Judgement judgement = judge_.judge(*engine_, exact);
    if (!judgement.complaints.empty()) return "reads after the failure: " + judgement.complaints.front();
    const auto members = members_of_all(*engine_, kAskedAt);
    if (!members) return "members after the failure: " + members.error().message;
    return std::nullopt;
  }

  // Where the disk said beforehand that it is full, writing must go on at once. Where a write ran into it, RocksDB may look for room
  // only seconds later, and what is not known to be whole waits for the next start; reopen() judges these.
  bool may_go_on_later(const std::string& message) const {
    if (case_.fault.kind == CallKind::space) return false;
    for (const std::string_view words : {"cannot go on yet", "takes no more writes", "can only be read", "No space left"})
      if (message.find(words) != std::string::npos) return true;
    return false;
  }

  // There is room again: writing resumes without a restart.
  Complaint go_on() {
    faults_->lift();
    if (const auto resumed = resume(*engine_); !resumed) return "does not go on after a full disk: " + resumed.error().message;
    const Judgement judgement = judge_.judge(*engine_, progress_);
    if (!judgement.complaints.empty()) return "after going on: " + judgement.complaints.front();
    lanes_.clear();
    for (std::uint32_t lane = 0; lane <= kLanes; ++lane) {
      lanes_.push_back(std::make_unique<Lane>(lane_options(kSeed, lane)));
      lanes_[lane]->skip(judgement.survived[lane]);
      progress_.acknowledged[lane] = progress_.begun[lane] = judgement.survived[lane];
      if (lane != 0)
        if (const auto error = take(lane)) {
          if (!may_go_on_later(error->message)) return "after going on: " + error->message;
          outcome_ = "goes on later or after a start";
          return std::nullopt;
        }
    }
    outcome_ = "went on";
    return std::nullopt;
  }

  Complaint reopen() {
    engine_.reset();
    faults_->lift();
    if (const auto error = open(nullptr)) return "does not open without faults: " + error->message;
    const Judgement judgement = judge_.judge(*engine_, progress_);
    if (!judgement.complaints.empty()) return "opened without faults: " + judgement.complaints.front();
    if (const auto good = verify(*engine_); !good) return "verify: " + good.error().message;
    return std::nullopt;
  }

  std::optional<Error> open(std::shared_ptr<rocksdb::FileSystem> file_system) {
    // Checkpoints are steps of the story here, so that the nth call is the same one in every run.
    auto opened = open_engine(scratch_ / "store", std::move(file_system), 0);
    if (!opened) return opened.error();
    engine_ = std::move(*opened);
    return std::nullopt;
  }

  std::shared_ptr<rocksdb::FileSystem> faulty() { return std::make_shared<FaultyFileSystem>(faults_); }

  std::optional<Error> take(std::uint32_t lane) {
    auto step = lanes_[lane]->next();
    last_act_ = step->act;
    progress_.begun[lane] = step->number;
    Result<void> done;
    switch (step->act) {
      case Act::command: {
        const auto outcome = submit(*engine_, std::move(step->command));
        if (!outcome) done = fail(outcome.error());
        break;
      }
      case Act::checkpoint: done = checkpoint(*engine_); break;
      case Act::erase_now: done = erase_now(*engine_); break;
      case Act::back_up: done = back_up(*engine_, scratch_ / fmt::format("backup-{}", step->number)); break;
    }
    if (done || step->act != Act::command) progress_.acknowledged[lane] = step->number;
    if (!done) return done.error();
    return std::nullopt;
  }

  Case case_;
  Scratch scratch_;
  std::shared_ptr<FaultSwitch> faults_;
  Judge judge_;
  Progress progress_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::unique_ptr<Engine> engine_;
  Act last_act_ = Act::command;
  std::string outcome_;
};

int run(const Arguments& arguments) {
  const std::vector<Case> cases = all_cases();
  if (arguments.has("case")) {
    const Verdict verdict = Story(cases.at(arguments.number("case", 0))).run();
    fmt::print("{} {}\n", verdict.word, verdict.complaint);
    return verdict.complaint.empty() ? 0 : 1;
  }
  return report(run_cases(cases.size(), arguments.number("jobs", 2), [&](std::size_t i) { return Story(cases[i]).run(); }));
}

}  // namespace
}  // namespace wanamaker::durable

int main(int argc, char** argv) {
  const auto arguments = wanamaker::durable::Arguments::read(argc, argv, 1);
  return arguments ? wanamaker::durable::run(*arguments) : 2;
}
