#include "evaluate/sweep/units_operator.h"

#include "calendar/arithmetic.h"
#include "evaluate/counting_sort.h"
#include "evaluate/probe.h"
#include "evaluate/sweep/event_scan.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace wanamaker {
namespace {

constexpr std::int64_t kNear = 26 * 3'600'000;  // no zone is further than this from its calendar days
constexpr std::size_t kUnitsMax = 4096;         // of more, the instants are sorted
constexpr std::uint32_t kUnitsAtOnce = 64;      // one bit each

// The calendar units that hold some days, numbered from 0.
class Units {
 public:
  Units() = default;
  Units(Date first, Date last, CalendarUnit unit) : first_(first.days) {
    Date next = start_of_unit(first, unit);
    for (std::int32_t day = first.days; day <= last.days; ++day) {
      if (day >= next.days) {
        starts_.push_back(Date{day});
        next = add_units(start_of_unit(Date{day}, unit), unit, 1);
      }
      of_day_.push_back(static_cast<std::uint32_t>(starts_.size() - 1));
    }
    starts_.push_back(Date{last.days + 1});
  }
  std::uint32_t count() const { return starts_.empty() ? 0 : static_cast<std::uint32_t>(starts_.size() - 1); }
  Date start(std::uint32_t unit) const { return starts_[unit]; }  // count() for the end of the last
  // A number that no unit has where the day is of none.
  std::uint32_t of(std::int64_t day) const {
    const auto place = static_cast<std::uint64_t>(day - first_);
    return place < of_day_.size() ? of_day_[place] : std::numeric_limits<std::uint32_t>::max();
  }

 private:
  std::int64_t first_ = 0;
  std::vector<std::uint32_t> of_day_;
  std::vector<Date> starts_;
};

class UnitsOperator : public ShardOperator {
 public:
  UnitsOperator(const TypedExpression& node, const Environment& environment) : node_(node), environment_(environment), scan_(node.source, node.source.window, environment) {
    const auto unit = node.count.on == CountOn::weeks ? CalendarUnit::week : node.count.on == CountOn::months ? CalendarUnit::month : CalendarUnit::day;
    const BitsRange reach = scan_.reach();
    if (reach.least > reach.most) return;
    Date first = environment.zone.day_of({reach.least});
    Date last = environment.zone.day_of({reach.most});
    if (node.count.kind == CountKind::regular) {
      const Date current = start_of_unit(environment.zone.day_of(environment.t), unit);
      first = std::max(first, add_units(current, unit, -node.units_looked_at));
      last = std::min(last, Date{current.days - 1});
      if (node.number < 1 || node.number > kByteMost) return;
    }
    if (first > last || static_cast<std::size_t>(last.days - first.days) >= kUnitsMax) return;
    units_ = Units(first, last, unit);
    counts_changes_ = node.source.events.size() == 1 && is_cheaper_by_changes();
  }

  void decide(Shard& shard, ShardBits& out) const override {
    if (units_.count() == 0) return by_instants(shard, out);
    shard.scratch.counts.fill(0);
    if (node_.count.kind == CountKind::regular) count_regular(shard);
    else count_units(shard);
    const Range wanted = range();
    if (wanted.most < wanted.least) out.fill(0);
    else shard.kernels.range32(reinterpret_cast<const std::uint8_t*>(shard.scratch.counts.data()), kShardContacts, static_cast<std::uint32_t>(wanted.least), static_cast<std::uint32_t>(wanted.most - wanted.least), out.data());
    intersect(out, shard.living);
  }

 private:
  static constexpr std::int64_t kByteMost = 254;
  struct Range {
    std::int64_t least;
    std::int64_t most;
  };
  // Of units that a contact is to have.
  Range range() const {
    constexpr std::int64_t kMost = kUnitsMax;
    const auto at_most = [&](std::int64_t number) { return number < kMost ? number : kMost; };
    switch (node_.count.kind) {
      case CountKind::at_least: return {node_.number, kMost};
      case CountKind::at_most: return {0, at_most(node_.number)};
      case CountKind::exactly: return {node_.number, at_most(node_.number)};
      case CountKind::between: return {node_.number, at_most(node_.upper)};
      case CountKind::regular: return {node_.units_needed, kMost};
    }
    return {};
  }

  // Calls take(contact's place, unit) for the events of some units, [first, end); of some contacts, where they are given.
  template <typename Take>
  void for_each_event(Shard& shard, std::uint32_t first, std::uint32_t end, Take take, const ShardBits* of = nullptr) const {
    const BitsRange instants{units_.start(first).days * kMillisecondsPerDay - kNear, units_.start(end).days * kMillisecondsPerDay + kNear};
    scan_.for_each_block_in(instants, shard, [&](const EventBlock& block) {
      Stretch here;  // events stand mostly in order of time, so the next one is likely to lie where the last one did
      const auto taken = [&](std::uint32_t, std::uint32_t place, std::int64_t at) {
        if (static_cast<std::uint64_t>(at - here.from) >= here.length) here = stretch_of(at);
        if (here.unit - first < end - first) take(place, here.unit - first);
      };
      if (of == nullptr) block.for_each_at(taken);
      else block.for_each_at_of(block.find(*of, shard.kernels), taken);
    });
  }

  // Instants that lie in one unit and one period of the zone.
  struct Stretch {
    std::int64_t from = 0;
    std::uint64_t length = 0;
    std::uint32_t unit = 0;
  };
  Stretch stretch_of(std::int64_t at) const {
    const Zone::Period period = environment_.zone.period_of({at});
    const std::int64_t local = at + period.offset_ms;
    const std::int64_t into_day = local % kMillisecondsPerDay + (local % kMillisecondsPerDay < 0 ? kMillisecondsPerDay : 0);
    const std::int64_t from = at - into_day;
    const auto is_whole = period.from.ms <= from && from + kMillisecondsPerDay <= period.to.ms;
    if (is_whole) return {.from = from, .length = static_cast<std::uint64_t>(kMillisecondsPerDay), .unit = units_.of((local - into_day) / kMillisecondsPerDay)};
    // Clocks change on this day: some of its hours may look like the day before.
    return {.from = at, .length = 1, .unit = units_.of(environment_.zone.day_of({at}).days)};
  }

  void count_units(Shard& shard) const {
    if (counts_changes_) count_changes(shard);
    else count_bits(shard);
  }

  // A bit an event is cheaper than a change of unit, but the bits of all contacts are counted for every 64 units. Measured: that costs 0.3 of what an event costs more.
  bool is_cheaper_by_changes() const {
    const std::size_t contacts = environment_.base.ordinals();
    const std::size_t rounds = (units_.count() + kUnitsAtOnce - 1) / kUnitsAtOnce;
    return scan_.chunks() * Chunk::kRows < rounds * contacts * 3 / 10;
  }

  // Events of one name stand mostly in order of time: a contact has one unit more whenever an event lies in a later one than that before it. Whose events go
  // back are counted apart. Shape of a state: the last unit's number from 1 on, a mark, and how many units there were.
  void count_changes(Shard& shard) const {
    constexpr std::uint32_t kUnitBits = 16;
    constexpr std::uint32_t kWentBack = 1u << (kUnitBits - 1);
    static_assert(kUnitsMax < kWentBack);
    auto& states = shard.scratch.counts;
    for_each_event(shard, 0, units_.count(), [&](std::uint32_t place, std::uint32_t unit) {
      const std::uint32_t state = states[place];
      const std::uint32_t last = state >> kUnitBits;
      const std::uint32_t here = unit + 1;
      const std::uint32_t is_later = here > last ? 1 : 0;  // counted with: no branch hangs on it
      states[place] = (state + is_later * (((here - last) << kUnitBits) + 1)) | (here < last ? kWentBack : 0);
    });
    ShardBits went_back{};
    std::uint32_t place = 0;
    bool is_any = false;
    for (std::uint32_t& state : states) {
      const bool did = (state & kWentBack) != 0;
      put_bit(went_back, place++, did);
      is_any |= did;
      state = did ? 0 : state & (kWentBack - 1);
    }
    if (is_any) count_sorted(shard, went_back);
  }

  // Of some contacts, whose counts are 0 yet.
  void count_sorted(Shard& shard, const ShardBits& of) const {
    constexpr unsigned kPlaceBits = 16;
    static_assert(kShardContacts <= 1u << kPlaceBits);
    std::vector<std::uint64_t> found;
    for_each_event(shard, 0, units_.count(), [&](std::uint32_t place, std::uint32_t unit) { found.push_back(std::uint64_t{unit} << kPlaceBits | place); }, &of);
    sort_by_counting(found, 0, kPlaceBits + static_cast<unsigned>(std::bit_width(units_.count())));
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (i == 0 || found[i] != found[i - 1]) ++shard.scratch.counts[found[i] & (kShardContacts - 1)];
    }
  }

  // A bit a unit, of as many units at once as a word has.
  void count_bits(Shard& shard) const {
    auto& seen = shard.scratch.words;
    seen.fill(0);
    for (std::uint32_t first = 0; first < units_.count(); first += kUnitsAtOnce) {
      for_each_event(shard, first, std::min(first + kUnitsAtOnce, units_.count()), [&](std::uint32_t place, std::uint32_t unit) { seen[place] |= std::uint64_t{1} << unit; });
      shard.kernels.take_populations(seen.data(), kShardContacts, shard.scratch.counts.data());
    }
  }

  void count_regular(Shard& shard) const {
    auto& bytes = shard.scratch.bytes;
    ShardBits enough;
    for (std::uint32_t unit = 0; unit < units_.count(); ++unit) {
      bytes.fill(0);
      for_each_event(shard, unit, unit + 1, [&](std::uint32_t place, std::uint32_t) { bytes[place] = static_cast<std::uint8_t>(bytes[place] + (bytes[place] <= kByteMost ? 1 : 0)); });
      shard.kernels.range8(bytes.data(), kShardContacts, static_cast<std::uint8_t>(node_.number), static_cast<std::uint8_t>(255 - node_.number), enough.data());
      for_each_bit(enough, [&](std::uint32_t place) { ++shard.scratch.counts[place]; });
    }
  }

  // The instants of each contact, then the definition's own count.
  void by_instants(Shard& shard, ShardBits& out) const {
    std::vector<std::pair<std::uint32_t, Timestamp>> events;  // of a contact, by its place
    scan_.for_each_block(shard, [&](const EventBlock& block) {
      block.for_each([&](std::uint32_t row, std::uint32_t owner) { events.emplace_back(owner, Timestamp{block.times().bits(row)}); });
    });
    std::ranges::sort(events);
    if (count_holds(node_, {}, environment_)) out = shard.living;
    else out.fill(0);
    std::vector<Timestamp> times;
    for (std::size_t i = 0; i < events.size();) {
      const std::uint32_t owner = events[i].first;
      times.clear();
      for (; i < events.size() && events[i].first == owner; ++i) times.push_back(events[i].second);
      const std::uint64_t bit = std::uint64_t{1} << (owner % 64);
      if (count_holds(node_, times, environment_)) out[owner / 64] |= bit;
      else out[owner / 64] &= ~bit;
    }
    intersect(out, shard.living);
  }

  const TypedExpression& node_;
  const Environment environment_;
  EventScan scan_;
  Units units_;  // none where the instants have to be looked at one by one
  bool counts_changes_ = false;
};

}  // namespace

OperatorPtr units_operator(const TypedExpression& node, const Environment& environment) { return std::make_unique<UnitsOperator>(node, environment); }

}  // namespace wanamaker
