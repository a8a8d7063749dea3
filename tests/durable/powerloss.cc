// Power cuts: a workload of three threads runs on a recording file system through three openings, with checkpoints, erasures and
// rewritings; disks are rebuilt as they may be after a cut at any point (disk_image.h), opened and judged. Must hold for each: it
// opens; each lane is in the state after some number of its steps, not less than was acknowledged before the cut; and it takes
// more work, which is there after another opening. With --order it checks instead that no acknowledgement left before the sync that
// made its command durable.
//   wanamaker_powerloss [--images N] [--first SEED] [--jobs J] [--images-a-run K]      wanamaker_powerloss --order RUNS [--first SEED]
// A case is a function of (first seed, number), threads' timing apart; the complaint names its rules.

#include "durable/arguments.h"
#include "durable/cases.h"
#include "durable/disk_image.h"
#include "durable/engine_calls.h"
#include "durable/live_state.h"
#include "durable/order.h"
#include "durable/scratch.h"
#include "durable/store_state.h"

#include <optional>
#include <thread>

namespace wanamaker::durable {
namespace {

constexpr std::uint32_t kLanes = 3;
constexpr std::uint64_t kOpenings = 3;
constexpr std::uint64_t kStepsAnOpening = 30;  // of each lane

LaneOptions lane_options(std::uint64_t seed, std::uint32_t lane) {
  return {.seed = seed, .lane = lane, .acts_every = 7, .contacts_max = 10, .events_max = 20, .batch_rows_max = 30};
}

// One run of the workload and what it did to its disk.
class RecordedRun {
 public:
  explicit RecordedRun(std::uint64_t seed) : seed_(seed), recording_(std::make_shared<Recording>(scratch_ / "store")) {
    for (std::uint32_t lane = 0; lane <= kLanes; ++lane) lanes_.push_back(std::make_unique<Lane>(lane_options(seed, lane)));
    for (std::uint64_t opening = 0; opening < kOpenings; ++opening) run_opening(opening);
  }

  std::uint64_t seed() const { return seed_; }
  const std::vector<Operation>& operations() const { return recording_->operations(); }

 private:
  void run_opening(std::uint64_t opening) {
    const auto engine = open_engine(scratch_ / "store", std::make_shared<RecordingFileSystem>(recording_));
    CHECK(engine.has_value(), "a store opens on a recording file system");
    if (opening == 0 && !kFormatGoesThroughFileSystem) note_format();
    if (opening == 0)
      while (one_step(**engine, 0)) {
      }
    std::vector<std::thread> threads;
    for (std::uint32_t lane = 1; lane <= kLanes; ++lane)
      threads.emplace_back([&, lane] {
        for (std::uint64_t i = 0; i < kStepsAnOpening; ++i) one_step(**engine, lane);
      });
    for (std::thread& thread : threads) thread.join();
  }

  bool one_step(Engine& engine, std::uint32_t lane) {
    auto step = lanes_[lane]->next();
    if (!step) return false;
    const std::string name = fmt::format("{} {}", lane, step->number);
    const bool writes = step->act == Act::command;
    recording_->mark((writes ? "begin " : "act ") + name);
    Result<void> done;
    switch (step->act) {
      case Act::command: {
        const auto outcome = submit(engine, std::move(step->command));
        if (!outcome) done = fail(outcome.error());
        break;
      }
      case Act::checkpoint: done = checkpoint(engine); break;
      case Act::erase_now: done = erase_now(engine); break;
      case Act::back_up: done = back_up(engine, scratch_ / fmt::format("backup-{}", step->number)); break;
    }
    CHECK(done.has_value(), "a step is accepted");
    recording_->mark((writes ? "ack " : "acted ") + name);
    return true;
  }

  // FORMAT is written around the recorder: whole, and synced with the directories, before the store is open.
  void note_format() {
    const std::uint32_t file = recording_->create(scratch_ / "store/FORMAT", true);
    recording_->append(file, "wanamaker store\nformat 1\n");
    recording_->sync(file, recording_->length());
    recording_->sync_directory(scratch_ / "store", recording_->length());
  }

  std::uint64_t seed_;
  Scratch scratch_;
  std::shared_ptr<Recording> recording_;
  std::vector<std::unique_ptr<Lane>> lanes_;
};

// What the marks before the cut say.
Progress progress_at(const std::vector<Operation>& operations, std::size_t at) {
  Progress progress{.acknowledged = std::vector<std::uint64_t>(kLanes + 1), .begun = std::vector<std::uint64_t>(kLanes + 1)};
  for (std::size_t i = 0; i < at; ++i) {
    const auto step = step_of(operations[i]);
    if (!step) continue;
    (step->is_end ? progress.acknowledged : progress.begun)[step->lane] = step->number;
  }
  return progress;
}

PowerCut choose_cut(const std::vector<Operation>& operations, Dice& dice) {
  std::vector<std::size_t> syncs;
  for (std::size_t i = 0; i < operations.size(); ++i)
    if (operations[i].kind == OperationKind::sync || operations[i].kind == OperationKind::sync_directory) syncs.push_back(i);
  PowerCut cut{.data = static_cast<DataRule>(dice.below(std::size(kDataRuleNames))),
               .names = static_cast<NameRule>(dice.below(std::size(kNameRuleNames)))};
  const std::uint64_t where = dice.below(3);
  cut.at = where == 2 ? dice.below(operations.size() + 1) : syncs[dice.below(syncs.size())] + where;
  cut.seed = dice.next();
  return cut;
}

// The store takes a few more steps, which are there after another opening.
std::optional<std::string> go_on(const std::string& directory, std::uint64_t seed, Judge& judge, Progress progress) {
  {
    const auto engine = open_engine(directory);
    if (!engine) return "does not open again: " + engine.error().message;
    for (std::uint32_t index = 0; index <= kLanes; ++index) {
      Lane lane(lane_options(seed, index));
      lane.skip(progress.acknowledged[index]);
      const std::uint64_t steps = index == 0 ? judge.setup_steps() - progress.acknowledged[index] : 3;
      for (std::uint64_t i = 0; i < steps; ++i) {
        auto step = lane.next();
        if (step->act == Act::command) {
          const auto outcome = submit(**engine, std::move(step->command));
          if (!outcome) return fmt::format("refuses lane {} step {}: {}", index, step->number, outcome.error().message);
        }
        progress.acknowledged[index] = step->number;
      }
    }
  }
  const auto engine = open_engine(directory);
  if (!engine) return "does not open a third time: " + engine.error().message;
  progress.begun = progress.acknowledged;
  const Judgement judgement = judge.judge(**engine, progress);
  if (!judgement.complaints.empty()) return "after going on: " + judgement.complaints.front();
  if (const LiveState live = live_state(*engine.value()); !live.complaints.empty()) return "live after going on: " + live.complaints.front();
  return std::nullopt;
}

class Images {
 public:
  Images(std::uint64_t first, std::uint64_t images_a_run) : first_(first), images_a_run_(images_a_run) {}

  Verdict run(std::size_t number) {
    const std::uint64_t seed = first_ + number / images_a_run_;
    if (!run_ || run_->seed() != seed) {
      run_ = std::make_unique<RecordedRun>(seed);
      judge_ = std::make_unique<Judge>(lane_options(seed, 0), kLanes);
    }
    Dice dice(seed * 1'000'000 + number);
    const PowerCut cut = choose_cut(run_->operations(), dice);
    const std::string word = fmt::format("data {}, names {}", kDataRuleNames[static_cast<std::size_t>(cut.data)],
                                         kNameRuleNames[static_cast<std::size_t>(cut.names)]);
    const auto complaint = check(cut, number % 8 == 0);
    if (!complaint) return {.word = word};
    return {.word = "FAILED " + word,
            .complaint = fmt::format("seed {} cut at {} of {}: {}", seed, cut.at, run_->operations().size(), *complaint)};
  }

 private:
  std::optional<std::string> check(const PowerCut& cut, bool goes_on) {
    const Scratch scratch;
    const std::string directory = scratch / "store";
    write_image(image_after(run_->operations(), cut), directory);
    Progress progress = progress_at(run_->operations(), cut.at);
    {
      const auto engine = open_engine(directory);
      if (!engine) return "does not open: " + engine.error().message;
      const Judgement judgement = judge_->judge(**engine, progress);
      if (!judgement.complaints.empty()) return judgement.complaints.front();
      if (const auto good = verify(**engine); !good) return "verify: " + good.error().message;
      if (const LiveState live = live_state(**engine); !live.complaints.empty()) return "live: " + live.complaints.front();
      progress.acknowledged = judgement.survived;
    }
    return goes_on ? go_on(directory, run_->seed(), *judge_, progress) : std::nullopt;
  }

  std::uint64_t first_;
  std::uint64_t images_a_run_;
  std::unique_ptr<RecordedRun> run_;
  std::unique_ptr<Judge> judge_;
};

// A case is a run; the last one removes the syncs, and the check must see that.
Verdict check_order(std::uint64_t seed, bool without_syncs) {
  const RecordedRun run(seed);
  std::vector<Operation> operations = run.operations();
  if (without_syncs) std::erase_if(operations, [](const Operation& operation) { return operation.kind == OperationKind::sync; });
  const OrderFindings found = acknowledgements_before_their_sync(operations);
  if (without_syncs) return {.word = "a stream without syncs is found out", .complaint = found.violations.empty() ? "it is not" : ""};
  return {.word = fmt::format("runs in order, {} acknowledgements each", found.acknowledgements),
          .complaint = found.violations.empty() ? "" : found.violations.front()};
}

int run(const Arguments& arguments) {
  const std::uint64_t first = arguments.number("first", 1);
  const std::uint64_t jobs = arguments.number("jobs", 2);
  if (arguments.has("order")) {
    const std::uint64_t runs = arguments.number("order", 4);
    return report(run_cases(runs + 1, jobs, [&](std::size_t i) { return check_order(first + i, i == runs); }));
  }
  const std::uint64_t images = arguments.number("images", 300);
  Images state(first, arguments.number("images-a-run", 75));
  return report(run_cases(images, jobs, [&](std::size_t i) { return state.run(i); }));
}

}  // namespace
}  // namespace wanamaker::durable

int main(int argc, char** argv) {
  const auto arguments = wanamaker::durable::Arguments::read(argc, argv, 1);
  return arguments ? wanamaker::durable::run(*arguments) : 2;
}
