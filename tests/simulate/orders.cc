#include "simulate/orders.h"

#include "engine/state.h"
#include "engine/validate.h"
#include "evaluate/probe.h"
#include "language/checker.h"
#include "simulate/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

namespace wanamaker::simulate {
namespace {

constexpr std::size_t kRows = 150;
const std::vector<std::string> kMeasures = {"sum of amount for buy", "count of any event", "maximum of n for click", "amount of last buy", "distinct of campaign for click"};

using Outcome = std::map<std::string, std::string>;  // of what -> what

// Some share an instant, some a name and an instant; half have an id and may come twice.
std::vector<BatchRow> some_rows(Dice& dice, Timestamp end) {
  std::vector<BatchRow> rows;
  for (std::size_t i = 0; i < kRows; ++i) {
    BatchRow row{.id = fmt::format("k{}", below(dice, 25)), .event = one_of<std::string>(dice, {"click", "buy", "view"}), .values = {{}, {}, {}}};
    row.at = Timestamp{end.ms - static_cast<std::int64_t>(below(dice, 12 * 24)) * kHourMs};
    if (chance(dice, 50)) row.message_id = fmt::format("order-{}", i);
    if (row.event == "click") row.values = {Value(fmt::format("c{}", below(dice, 4))), Value(Decimal(static_cast<std::int64_t>(below(dice, 9)))), {}};
    if (row.event == "buy") row.values[2] = Value(Decimal::from_parts(static_cast<std::int64_t>(below(dice, 900)) - 100, 1));
    rows.push_back(std::move(row));
  }
  return rows;
}

void add_doubles(std::vector<BatchRow>& rows, Dice& dice) {
  for (std::size_t i = 0; i < kRows; ++i)
    if (!rows[i].message_id.empty() && chance(dice, 30)) rows.push_back(rows[i]);
}

void apply(EngineState& state, Command command) {
  if (validate(command, state.base, {.connections = state.connections, .access = state.access})) state.apply(command);
}

void describe(EngineState& state, Outcome& outcome) {
  state.base.settle();
  for (const LiveSegment& segment : state.live.segments()) {
    std::vector<std::string> ids;
    segment.members.for_each([&](ContactOrdinal contact) { ids.emplace_back(state.base.contact_id(contact)); });
    std::ranges::sort(ids);
    if (!segment.is_deleted) outcome["segment " + segment.key] = fmt::format("{}", fmt::join(ids, " "));
  }
  for (const std::string& measure : kMeasures) {
    const auto definition = compile(measure + " is known", {.schema = state.base.schema, .catalog = state.base.catalog});
    if (!definition) continue;
    Probe probe({state.base, state.zone, state.live.settled_at()}, nullptr);
    for (std::uint32_t i = 0; i < state.base.ordinals(); ++i) {
      if (!state.base.is_contact({i})) continue;
      const Scalar value = probe.read(definition->root.operands[0], Subject::of({i}));
      outcome[fmt::format("{} of {}", measure, state.base.contact_id({i}))] = to_string(value, state.base.cells);
    }
  }
}

Outcome live(std::uint64_t seed, std::uint64_t order) {
  World world(seed);
  EngineState state;
  for (Command& command : world.beginning()) apply(state, std::move(command));
  const Timestamp start = world.now();
  const Timestamp end{start.ms + 10 * 24 * kHourMs};
  Dice of_rows(seed);
  std::vector<BatchRow> rows = some_rows(of_rows, end);
  Dice dice(seed * 1'000 + order);
  if (order > 0) {
    add_doubles(rows, dice);
    std::ranges::shuffle(rows, dice);
  }
  std::size_t sent = 0;
  while (sent < rows.size()) {
    ImportBatch batch{.kind = BatchKind::events, .columns = {{"campaign", ValueType::text}, {"n", ValueType::number}, {"amount", ValueType::number}}, .rows = {}};
    for (std::uint64_t left = 1 + below(dice, 9); left > 0 && sent < rows.size(); --left) batch.rows.push_back(rows[sent++]);
    const auto share = static_cast<std::int64_t>(sent) * 10 * 24 * kHourMs / static_cast<std::int64_t>(rows.size());
    apply(state, {.accepted_at = {start.ms + share}, .body = std::move(batch)});
  }
  apply(state, {.accepted_at = {end.ms + kHourMs}, .body = AdvanceTime{}});
  Outcome outcome;
  describe(state, outcome);
  return outcome;
}

}  // namespace

std::optional<std::string> differs_by_order(std::uint64_t seed, std::uint32_t orders) {
  const Outcome first = live(seed, 0);
  for (std::uint32_t order = 1; order < orders; ++order) {
    Outcome other = live(seed, order);
    for (const auto& [what, came] : first)
      if (other[what] != came) return fmt::format("order {}: {} is {}, and {} in the first order", order, what, other[what], came);
  }
  return std::nullopt;
}

}  // namespace wanamaker::simulate
