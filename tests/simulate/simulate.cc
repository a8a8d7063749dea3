// The simulator of live segments: a small company lives by random steps, and after each the promises are checked (checks.h).
// Each seed lives twice, once with restarts out of pages at random, and both lives must leave the same feed and the same state.
// Beside it, one set of events comes in several orders (orders.h).
//   wanamaker_simulate [--seed FIRST] [--seeds N] [--days N] [--plan FILE]       exit 0: all hold; the last line counts
// --plan: the commands of each seed as JSON lines, and on one day in ten the members, for the outside oracle (outside.py).
#include "engine/validate.h"
#include "live/live_pages.h"
#include "outside/command_json.h"
#include "simulate/checks.h"
#include "simulate/orders.h"
#include "simulate/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>

namespace wanamaker::simulate {
namespace {

constexpr int kStepsADay = 16;
constexpr int kAskedEveryDays = 10;
constexpr std::uint32_t kOrders = 4;
constexpr std::int64_t kYearMs = 365 * kMillisecondsPerDay;

enum class Restarts : std::uint8_t { none, some };

struct Life {
  std::uint64_t hash = 0;
  std::uint64_t changes = 0;
  std::uint64_t memberships = 0;
  std::uint64_t instants = 0;
  std::uint64_t steps = 0;
  std::string broken = {};
};

void restart(EngineState& state) {
  std::map<std::string, std::string> pages;
  std::ignore = write_live_pages(state.live.image(), LivePages::all, [&](std::string_view name, std::string&& bytes) -> Result<void> {
    pages.emplace(name, std::move(bytes));
    return {};
  });
  LiveLoader loader;
  for (const auto& [name, bytes] : pages) std::ignore = loader.place(name, bytes);
  auto image = loader.finish();
  if (!image) {
    std::cerr << "pages do not load: " << image.error().message << '\n';
    std::exit(1);
  }
  state.live = Live();
  state.live.load(*std::move(image));
}

// Kept members of segments; of those that rank where they were refreshed just now, since they are as of their last refresh.
Json members_json(const EngineState& state) {
  Json all = Json::object();
  const auto& segments = state.live.segments();
  for (std::uint32_t i = 0; i < segments.size(); ++i) {
    const LiveSegment& segment = segments[i];
    const Graph::Rule* rule = state.live.graph().rule({i});
    if (segment.is_deleted || segment.invalid_since || rule == nullptr) continue;
    if (rule->definition.ranks() && state.live.ranked_at() != state.live.settled_at()) continue;
    std::vector<std::string> ids;
    segment.members.for_each([&](ContactOrdinal contact) { ids.emplace_back(state.base.contact_id(contact)); });
    std::ranges::sort(ids);
    Json list = Json::array();
    for (std::string& id : ids) list.push(std::move(id));
    all.set(segment.key, std::move(list));
  }
  return all;
}

class Simulation {
 public:
  // `plan` may be null.
  Simulation(std::uint64_t seed, Restarts restarts, std::ostream* plan) : world_(seed), other_dice_(seed * 7919 + 1), restarts_(restarts), plan_(plan) {
    if (plan_ != nullptr) *plan_ << Json::object().set("do", "begin").set("seed", seed).dump() << '\n';
  }

  Life live(int days) {
    for (Command& command : world_.beginning()) if (!take(std::move(command))) return life();
    for (int day = 0; day < days && life_.broken.empty(); ++day) {
      const int steps = chance(other_dice_, 15) ? 0 : kStepsADay;  // on some days nobody does anything
      for (int i = 0; i < steps; ++i) {
        if (!take(world_.step())) return life();
        if (restarts_ == Restarts::some && below(restart_dice_, 20) == 0) restart(state_);
      }
      const Timestamp midnight{(world_.now().ms / kMillisecondsPerDay + 1) * kMillisecondsPerDay};
      if (!take(world_.advance_to(midnight), Checks::Depth::all_contacts)) return life();
      if (day % kAskedEveryDays == kAskedEveryDays - 1) ask();
    }
    // Then nothing happens for years.
    for (const int years : {1, 3}) if (!take(world_.advance_to({world_.now().ms + years * kYearMs}), Checks::Depth::all_contacts)) return life();
    ask();
    return life();
  }

 private:
  bool take(Command command, Checks::Depth depth = Checks::Depth::few_contacts) {
    const Command asked = command;
    if (!validate(command, state_.base, {.connections = state_.connections, .access = state_.access})) {
      world_.refused(asked);
      return true;
    }
    ++life_.steps;
    if (plan_ != nullptr) *plan_ << outside::command_json(asked).dump() << '\n';
    state_.apply(command);
    if (const auto broken = checks_.after(state_, command, depth)) life_.broken = fmt::format("step {}: {}", life_.steps, *broken);
    return life_.broken.empty();
  }

  void ask() {
    if (plan_ == nullptr) return;
    *plan_ << Json::object().set("do", "ask").set("at", state_.live.settled_at().ms).set("members", members_json(state_)).dump() << '\n';
  }

  Life life() {
    life_.hash = hash_of(image_of(state_));
    life_.changes = state_.live.feed().last();
    life_.memberships = checks_.memberships();
    life_.instants = checks_.instants();
    return life_;
  }

  EngineState state_;
  World world_;
  Dice other_dice_;
  Dice restart_dice_{17};
  Restarts restarts_;
  std::ostream* plan_;
  Checks checks_;
  Life life_;
};

bool simulate(std::uint64_t seed, int days, std::ostream* plan) {
  const Life first = Simulation(seed, Restarts::none, plan).live(days);
  const Life second = first.broken.empty() ? Simulation(seed, Restarts::some, nullptr).live(days) : Life{};
  std::string broken = first.broken;
  if (broken.empty() && !second.broken.empty()) broken = "with restarts: " + second.broken;
  if (broken.empty() && (first.hash != second.hash || first.changes != second.changes)) broken = fmt::format("restarts change the feed or the state: {} changes, {} with restarts", first.changes, second.changes);
  if (broken.empty()) broken = differs_by_order(seed, kOrders).value_or("");
  fmt::print("seed {}: {} steps, {} changes, {} memberships and {} instants checked, state {:016x}{}\n", seed, first.steps, first.changes, first.memberships + second.memberships,
             first.instants + second.instants, first.hash, broken.empty() ? "" : ": FAILED " + broken);
  std::fflush(stdout);
  return broken.empty();
}

int main_of(const std::vector<std::string>& words) {
  std::map<std::string, std::uint64_t> options{{"--seed", 1}, {"--seeds", 100}, {"--days", 30}};
  std::optional<std::ofstream> plan;
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    if (words[i] == "--plan") {
      plan.emplace(words[i + 1]);
      continue;
    }
    if (!options.contains(words[i])) {
      std::cerr << "usage: wanamaker_simulate [--seed FIRST] [--seeds N] [--days N] [--plan FILE]\n";
      return 2;
    }
    options[words[i]] = std::stoull(words[i + 1]);
  }
  std::uint64_t failed = 0;
  for (std::uint64_t i = 0; i < options["--seeds"]; ++i) failed += simulate(options["--seed"] + i, static_cast<int>(options["--days"]), plan ? &*plan : nullptr) ? 0 : 1;
  fmt::print("{} good, {} failed\n", options["--seeds"] - failed, failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace wanamaker::simulate

int main(int argc, char** argv) { return wanamaker::simulate::main_of({argv + 1, argv + argc}); }
