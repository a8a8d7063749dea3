// Damage: every file of a store is cut and has bits flipped, and each damaged store is opened and asked. Must hold: the members of the
// twenty saved segments, and the whole state, are as in the undamaged store; or the store refuses, with a message that names a file
// of it. A wrong answer, a refusal that names nothing, a crash, a hang fail. The store is half checkpointed, half in the log.
//   wanamaker_damage [--cases N] [--seed S] [--jobs J] [--steps K]    N / 2 cuts at even distances of at least 64 bytes, N / 2 bits
//   wanamaker_damage --all 1                                          cuts at every 64th byte, and every bit
// Besides, each file is removed once.

#include "durable/answers.h"
#include "durable/arguments.h"
#include "durable/cases.h"
#include "durable/engine_calls.h"
#include "durable/scratch.h"
#include "durable/store_state.h"

#include <re2/re2.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>

namespace wanamaker::durable {
namespace {

namespace fs = std::filesystem;
constexpr std::uint32_t kLanes = 3;
constexpr std::uint64_t kCutEvery = 64;

enum class DamageKind : std::uint8_t { flip, cut, remove };

struct Damage {
  DamageKind kind = DamageKind::flip;
  std::size_t file = 0;
  std::uint64_t offset = 0;
  unsigned bit = 0;
};

struct StoreFile {
  std::string path;  // relative to the store
  std::uint64_t size = 0;
};

// CURRENT, MANIFEST, .sst …: a row of the table.
std::string sort_of(const std::string& path) {
  const std::string name = fs::path(path).filename();
  if (name.starts_with("MANIFEST")) return "MANIFEST";
  if (name.starts_with("OPTIONS")) return "OPTIONS";
  const std::size_t dot = name.find('.');
  return dot == std::string::npos || name.starts_with("LOG") ? name.substr(0, dot) : name.substr(dot);
}

void make_store(const std::string& directory, std::uint64_t seed, std::uint64_t steps) {
  std::vector<std::unique_ptr<Lane>> lanes;
  for (std::uint32_t lane = 0; lane <= kLanes; ++lane)
    lanes.push_back(std::make_unique<Lane>(LaneOptions{.seed = seed, .lane = lane, .acts_every = 0}));
  for (int half = 0; half < 2; ++half) {
    const auto engine = open_engine(directory, {}, 256U << 20);
    CHECK(engine.has_value(), "a store opens");
    for (std::uint32_t lane = 0; lane <= kLanes; ++lane) {
      for (std::uint64_t i = 0; lane == 0 || i < steps / 2; ++i) {
        auto step = lanes[lane]->next();
        if (!step) break;
        CHECK(submit(**engine, std::move(step->command)).has_value(), "a step is accepted");
      }
    }
    if (half == 0) CHECK(checkpoint(**engine).has_value(), "a checkpoint is made");
  }
}

// What a store answers.
struct Answers {
  Members members;
  std::vector<StateLines> state;
};

Result<Answers> ask(const std::string& directory) {
  WM_TRY(const auto engine, open_engine(directory, {}, 256U << 20));
  WM_TRY(Members members, members_of_all(*engine, kAskedAt));
  return Answers{.members = std::move(members), .state = store_state(*engine, kLanes)};
}

class Cases {
 public:
  Cases(const Arguments& arguments, const std::string& store) : store_(store), seed_(arguments.number("seed", 1)) {
    for (const auto& entry : fs::recursive_directory_iterator(store)) {
      const std::string path = fs::relative(entry.path(), store).string();
      if (entry.is_regular_file() && path != "LOCK") files_.push_back({.path = path, .size = entry.file_size()});
    }
    std::ranges::sort(files_, {}, &StoreFile::path);
    for (const StoreFile& file : files_) bytes_ += file.size;
    arguments.has("all") ? plan_all() : plan(arguments.number("cases", 10'000));
  }

  std::uint64_t bytes() const { return bytes_; }
  std::size_t count() const { return damages_.size(); }

  Verdict run(std::size_t number) {
    if (!expected_) {
      auto answers = ask(copy());
      CHECK(answers.has_value() && !answers->members.empty(), "the undamaged store answers");
      expected_ = std::move(*answers);
    }
    const Damage& damage = damages_[number];
    const StoreFile& file = files_[damage.file];
    const std::string directory = copy();
    spoil(directory + "/" + file.path, damage);
    const std::string outcome = judge(ask(directory));
    const std::string word = sort_of(file.path) + ": " + outcome;
    if (is_good(outcome)) return {.word = word};
    static constexpr const char* kKinds[] = {"bit flipped", "cut", "removed"};
    return {.word = "FAILED " + word,
            .complaint = fmt::format("{} {} at byte {} of {} (bit {}): {}", file.path, kKinds[static_cast<std::size_t>(damage.kind)],
                                     damage.offset, file.size, damage.bit, said_)};
  }

 private:
  void plan(std::uint64_t cases) {
    const std::uint64_t distance = std::max(kCutEvery, bytes_ / std::max<std::uint64_t>(cases / 2, 1));
    for (std::size_t file = 0; file < files_.size(); ++file) {
      damages_.push_back({.kind = DamageKind::remove, .file = file});
      for (std::uint64_t offset = 0; offset < files_[file].size; offset += distance)
        damages_.push_back({.kind = DamageKind::cut, .file = file, .offset = offset});
    }
    Dice dice(seed_);
    while (damages_.size() < cases) {
      // Half over all bytes, half with each file as likely, so that small files get their share.
      std::uint64_t at = dice.below(bytes_);
      std::size_t file = 0;
      while (at >= files_[file].size) at -= files_[file++].size;
      if (dice.percent(50)) {
        file = dice.below(files_.size());
        if (files_[file].size == 0) continue;
        at = dice.below(files_[file].size);
      }
      damages_.push_back({.kind = DamageKind::flip, .file = file, .offset = at, .bit = static_cast<unsigned>(dice.below(8))});
    }
  }

  void plan_all() {
    for (std::size_t file = 0; file < files_.size(); ++file) {
      damages_.push_back({.kind = DamageKind::remove, .file = file});
      for (std::uint64_t at = 0; at < files_[file].size; ++at) {
        if (at % kCutEvery == 0) damages_.push_back({.kind = DamageKind::cut, .file = file, .offset = at});
        for (unsigned bit = 0; bit < 8; ++bit) damages_.push_back({.kind = DamageKind::flip, .file = file, .offset = at, .bit = bit});
      }
    }
  }

  std::string copy() {
    if (!scratch_) scratch_ = std::make_unique<Scratch>();
    const std::string directory = *scratch_ / "store";
    fs::remove_all(directory);
    fs::copy(store_, directory, fs::copy_options::recursive);
    return directory;
  }

  static void spoil(const std::string& path, const Damage& damage) {
    switch (damage.kind) {
      case DamageKind::remove: fs::remove(path); return;
      case DamageKind::cut: fs::resize_file(path, damage.offset); return;
      case DamageKind::flip: {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekg(static_cast<std::streamoff>(damage.offset));
        const int byte = file.get();
        file.seekp(static_cast<std::streamoff>(damage.offset));
        file.put(static_cast<char>(static_cast<unsigned>(byte) ^ (1U << damage.bit)));
        return;
      }
    }
  }

  std::string judge(const Result<Answers>& answers) {
    if (answers) {
      said_ = "";
      if (answers->members != expected_->members) {
        for (const auto& [key, ids] : expected_->members) {
          const auto found = answers->members.find(key);
          if (said_.empty() && (found == answers->members.end() || found->second != ids))
            said_ = fmt::format("{} had {} members, now {}", key, ids.size(), found == answers->members.end() ? 0 : found->second.size());
        }
        return "wrong members";
      }
      if (answers->state == expected_->state) return "same answers";
      for (std::size_t lane = 0; lane <= kLanes && said_.empty(); ++lane)
        if (answers->state[lane] != expected_->state[lane]) said_ = difference(expected_->state[lane], answers->state[lane]);
      return "wrong state";
    }
    const Error& error = answers.error();
    said_ = fmt::format("{} | {} | {}", error.message, error.detail, error.where);
    const bool names =
        std::ranges::any_of(files_, [&](const StoreFile& file) { return said_.find(fs::path(file.path).filename()) != std::string::npos; });
    if (!names) return "refused, no file named";
    static const re2::RE2 kOffset("(offset|byte) \\d+");
    return re2::RE2::PartialMatch(said_, kOffset) ? "refused, file and offset named" : "refused, file named";
  }

  static bool is_good(const std::string& outcome) { return outcome == "same answers" || outcome.starts_with("refused, file"); }

  std::string store_;
  std::uint64_t seed_;
  std::vector<StoreFile> files_;
  std::uint64_t bytes_ = 0;
  std::vector<Damage> damages_;
  std::unique_ptr<Scratch> scratch_;
  std::optional<Answers> expected_;
  std::string said_;
};

int run(const Arguments& arguments) {
  const Scratch scratch;
  const std::string store = scratch / "undamaged";
  const Totals made = run_cases(1, 1, [&](std::size_t) {
    make_store(store, arguments.number("seed", 1), arguments.number("steps", 60));
    return Verdict{.word = "made"};
  });
  if (made.failed != 0) return report(made);
  Cases cases(arguments, store);
  fmt::print("{} cases over a store of {} bytes\n", cases.count(), cases.bytes());
  return report(run_cases(cases.count(), arguments.number("jobs", 2), [&](std::size_t i) { return cases.run(i); }));
}

}  // namespace
}  // namespace wanamaker::durable

int main(int argc, char** argv) {
  const auto arguments = wanamaker::durable::Arguments::read(argc, argv, 1);
  return arguments ? wanamaker::durable::run(*arguments) : 2;
}
