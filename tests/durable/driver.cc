// The workload as a process of its own, to be killed, traced and measured.
//   run    --data DIR --seed S --threads N [--from P0,P1,…] [--steps K] [--seconds X] [--marks FD] [--faults SPEC] [--acts-every N]
//          submits the lanes' steps; after each submit returns, one line `ack LANE NUMBER` goes to stdout in a single write. With
//          --marks, `begin LANE NUMBER` goes to that descriptor before each submit.
//   check  --data DIR --seed S --threads N --acknowledged A0,… --begun B0,…
//          opens the store, compares it with the model (model.h), prints {"survived", "complaints", "members", "live", "settled_at"} as JSON
//   plan   --seed S --threads N --upto P0,…   prints the steps as JSON lines, for the outside oracle
//   syncs  --data DIR                         prints how many 4 KiB appends with fdatasync this place takes in a second
//   throughput --data DIR --threads N --batch R [--seconds X]   prints records and commands a second
// Exit status: 0 done, 1 the engine refused something, 2 usage.

#include "base/json.h"
#include "durable/answers.h"
#include "durable/arguments.h"
#include "durable/engine_calls.h"
#include "durable/faulty_file_system.h"
#include "durable/live_state.h"
#include "durable/store_state.h"
#include "durable/throughput.h"
#include "outside/command_json.h"

#include <fmt/format.h>
#include <rocksdb/file_system.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

namespace wanamaker::durable {
namespace {

Json numbers_json(const std::vector<std::uint64_t>& numbers) {
  Json list = Json::array();
  for (const std::uint64_t number : numbers) list.push(number);
  return list;
}

// One write, so that a line is in the pipe whole or not at all.
void say(int file, const std::string& line) {
  if (::write(file, line.data(), line.size()) < 0) _exit(3);
}

Json members_json(const Members& members) {
  Json by_key = Json::object();
  for (const auto& [key, ids] : members) {
    Json list = Json::array();
    for (const std::string& id : ids) list.push(id);
    by_key.set(key, std::move(list));
  }
  return by_key;
}

// Runs the lanes, one a thread, until the time or the steps are over, or something is refused.
class Run {
 public:
  Run(Engine& engine, const Arguments& arguments)
      : engine_(engine),
        arguments_(arguments),
        marks_(static_cast<int>(arguments.number("marks", 0))),
        steps_max_(arguments.number("steps", 0)),
        ends_at_(std::chrono::steady_clock::now() + std::chrono::milliseconds(arguments.number("seconds", 3'600) * 1'000)) {}

  int run() {
    const auto lanes = static_cast<std::uint32_t>(arguments_.number("threads", 4));
    std::vector<std::uint64_t> from = arguments_.numbers("from");
    from.resize(lanes + 1);
    run_lane(0, from[0]);
    std::vector<std::thread> threads;
    for (std::uint32_t lane = 1; lane <= lanes && !failed_; ++lane)
      threads.emplace_back([this, lane, start = from[lane]] { run_lane(lane, start); });
    for (std::thread& thread : threads) thread.join();
    return failed_ ? 1 : 0;
  }

 private:
  void run_lane(std::uint32_t index, std::uint64_t start) {
    Lane lane({.seed = arguments_.number("seed", 1),
               .lane = index,
               .acts_every = static_cast<std::uint32_t>(arguments_.number("acts-every", 60))});
    lane.skip(start);
    for (std::uint64_t done = 0; (steps_max_ == 0 || index == 0 || done < steps_max_) && !failed_; ++done) {
      if (index != 0 && std::chrono::steady_clock::now() >= ends_at_) return;
      auto step = lane.next();
      if (!step) return;
      const std::uint64_t number = step->number;
      if (marks_ != 0) say(marks_, fmt::format("begin {} {}\n", index, number));
      if (const auto error = take(*std::move(step))) {
        failed_ = true;
        say(STDERR_FILENO, fmt::format("lane {} step {}: {}\n", index, number, *error));
        return;
      }
      say(STDOUT_FILENO, fmt::format("ack {} {}\n", index, number));
    }
  }

  std::optional<std::string> take(Step step) {
    switch (step.act) {
      case Act::command: {
        const auto outcome = submit(engine_, std::move(step.command));
        if (!outcome) return outcome.error().message;
        if (!outcome->rejects.empty()) return "a row was rejected: " + outcome->rejects.front().reason;
        return std::nullopt;
      }
      case Act::checkpoint: return message_of(checkpoint(engine_));
      case Act::erase_now: return message_of(erase_now(engine_));
      case Act::back_up: return message_of(back_up(engine_, fmt::format("{}.backup-{}", arguments_.text("data"), step.number)));
    }
    return "no such act";
  }
  static std::optional<std::string> message_of(const Result<void>& result) {
    if (result) return std::nullopt;
    return result.error().message;
  }

  Engine& engine_;
  const Arguments& arguments_;
  int marks_;
  std::uint64_t steps_max_;
  std::chrono::steady_clock::time_point ends_at_;
  std::atomic<bool> failed_ = false;
};

int run(const Arguments& arguments) {
  std::shared_ptr<rocksdb::FileSystem> file_system;
  if (arguments.has("faults")) {
    const auto plan = parse_fault(arguments.text("faults"));
    if (!plan) return 2;
    file_system = std::make_shared<FaultyFileSystem>(std::make_shared<FaultSwitch>(*plan));
  }
  const auto engine = open_engine(arguments.text("data"), file_system);
  if (!engine) {
    fmt::print(stderr, "{}\n", engine.error().message);
    return 1;
  }
  return Run(**engine, arguments).run();
}

int check(const Arguments& arguments) {
  const auto lanes = static_cast<std::uint32_t>(arguments.number("threads", 4));
  Progress progress{.acknowledged = arguments.numbers("acknowledged"), .begun = arguments.numbers("begun")};
  progress.acknowledged.resize(lanes + 1);
  progress.begun.resize(lanes + 1);
  Json answer = Json::object();
  Json complaints = Json::array();
  const auto engine = open_engine(arguments.text("data"));
  if (!engine) {
    complaints.push("the store does not open: " + engine.error().message);
    fmt::print("{}\n", answer.set("complaints", complaints).dump());
    return 1;
  }
  Judge judge({.seed = arguments.number("seed", 1), .acts_every = static_cast<std::uint32_t>(arguments.number("acts-every", 60))}, lanes);
  const Judgement judgement = judge.judge(**engine, progress);
  for (const std::string& complaint : judgement.complaints) complaints.push(complaint);
  if (const auto good = verify(**engine); !good) complaints.push("verify: " + good.error().message);
  const auto members = members_of_all(**engine, kAskedAt);
  if (!members) complaints.push("members: " + members.error().message);
  const LiveState live = live_state(**engine);
  for (const std::string& complaint : live.complaints) complaints.push(complaint);
  answer.set("survived", numbers_json(judgement.survived)).set("complaints", complaints);
  answer.set("members", members_json(members.value_or(Members{}))).set("live", members_json(live.members)).set("settled_at", live.settled_at.ms);
  fmt::print("{}\n", answer.dump());
  return judgement.complaints.empty() ? 0 : 1;
}

int plan(const Arguments& arguments) {
  const std::vector<std::uint64_t> upto = arguments.numbers("upto");
  for (std::uint32_t index = 0; index < upto.size(); ++index) {
    Lane lane(
        {.seed = arguments.number("seed", 1), .lane = index, .acts_every = static_cast<std::uint32_t>(arguments.number("acts-every", 60))});
    for (std::uint64_t number = 0; number < upto[index]; ++number) {
      const auto step = lane.next();
      if (!step) break;
      if (step->act == Act::command) fmt::print("{}\n", outside::command_json(step->command).dump());
    }
  }
  return 0;
}

int usage() {
  fmt::print(stderr, "usage: wanamaker_driver run|check|plan|syncs|throughput --NAME VALUE …\n");
  return 2;
}

}  // namespace

int drive(std::string_view mode, const Arguments& arguments) {
  if (mode == "run") return run(arguments);
  if (mode == "check") return check(arguments);
  if (mode == "plan") return plan(arguments);
  if (mode == "syncs") return measure_syncs(arguments);
  if (mode == "throughput") return measure_throughput(arguments);
  return usage();
}

}  // namespace wanamaker::durable

int main(int argc, char** argv) {
  const auto arguments = wanamaker::durable::Arguments::read(argc, argv, 2);
  return wanamaker::durable::drive(argc > 1 && arguments ? argv[1] : "", arguments.value_or(wanamaker::durable::Arguments{}));
}
