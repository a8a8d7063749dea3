#include "evaluate/sweep/event_scan.h"

#include "base/check.h"
#include "evaluate/sweep/batch_sweep.h"

#include <algorithm>

namespace wanamaker {
namespace {

template <typename Code>
void copy_codes(const Chunk& chunk, std::array<std::uint16_t, Chunk::kRows>& places) {
  const std::uint8_t* codes = chunk.codes();
  for (std::uint32_t i = 0; i < chunk.size(); ++i) {
    Code code;
    std::memcpy(&code, codes + i * sizeof code, sizeof code);
    places[i] = static_cast<std::uint16_t>(code);
  }
}

// The codes of owners in two bytes each. They mostly are already.
const std::uint8_t* owner_codes(const Chunk& owners, std::array<std::uint16_t, Chunk::kRows>& places) {
  switch (owners.width()) {
    case 1: copy_codes<std::uint8_t>(owners, places); break;
    case 2: return owners.codes();
    case 4: copy_codes<std::uint32_t>(owners, places); break;
    case 8: copy_codes<std::uint64_t>(owners, places); break;
    default: std::fill_n(places.begin(), owners.size(), std::uint16_t{0});
  }
  return reinterpret_cast<const std::uint8_t*>(places.data());
}

}  // namespace

EventScan::EventScan(const TypedSource& source, const Window& window, const Environment& environment)
    : source_(source), environment_(environment), window_(window, environment.t, environment.zone) {
  const WindowAt::Instants instants = window_.instants();
  sure_ = {instants.sure.first.ms, std::min(instants.sure.last, environment.t).ms};
  for (const WindowAt::Span& span : instants.doubtful) doubtful_.push_back({span.first.ms, span.last.ms});
  for (const EventTypeId type : source.events) add_table(type);
}

void EventScan::restrict(BitsRange instants) {
  CHECK(doubtful_.empty(), "the window has no doubtful instants");
  sure_ = {std::max(sure_.least, instants.least), std::min(sure_.most, instants.most)};
}

void EventScan::add_table(EventTypeId type) {
  Table& table = tables_.emplace_back();
  table.type = type;
  table.events = &environment_.base.events[type.value];
  if (!source_.where) return;
  table.filtered.has = [](const TypedPath& path) { return path.kind == PathKind::property || path.kind == PathKind::event_time; };
  table.filtered.column = [&table](const TypedPath& path) -> const Column* {
    const EventColumns& columns = table.events->columns();
    if (path.kind == PathKind::event_time) return &columns.times;
    const auto& property = path.by_event[table.type.value];
    return property && property->value < columns.properties.all().size() ? &columns.properties.all()[property->value] : nullptr;
  };
  table.filtered.ask = [this, type](const TypedExpression& node, std::uint32_t chunk, RowMask& rows) { ask(type, node, chunk, rows); };
  table.filter.emplace(*source_.where, table.filtered, environment_);
}

// What no column test decides of a filter is asked of the batch operators, for the rows that are still in question.
void EventScan::ask(EventTypeId type, const TypedExpression& node, std::uint32_t chunk, RowMask& rows) const {
  const EventTable& events = environment_.base.events[type.value];
  Batch batch;
  std::vector<std::uint32_t> places;
  for_each_bit(rows, [&](std::uint32_t place) {
    const std::uint32_t row = chunk * Chunk::kRows + place;
    places.push_back(place);
    batch.self.push_back(events.contact(row));
    batch.owner.push_back(static_cast<std::uint32_t>(batch.owner.size()));
    batch.event.push_back({type, row});
  });
  batch.asked = batch.self;
  const Mask passed = BatchSweep(environment_).decide_positive(node, batch);
  rows.fill(0);
  for (std::size_t i = 0; i < places.size(); ++i) if (passed[i] != 0) set_bit(rows, places[i]);
}

void EventScan::restrict_to_window(const Chunk& times, const Kernels& kernels, RowMask& selected) const {
  RowMask inside{};
  if (sure_.least <= sure_.most) find_in_range(times, sure_, times.size(), kernels, inside);
  for (const BitsRange& range : doubtful_) {
    RowMask doubt{};
    find_in_range(times, range, times.size(), kernels, doubt);
    intersect(doubt, selected);
    for_each_bit(doubt, [&](std::uint32_t row) {
      const Timestamp at{times.at(row).bits};
      const std::uint64_t bit = std::uint64_t{1} << (row % 64);
      if (at <= environment_.t && window_.contains(at)) inside[row / 64] |= bit;
      else inside[row / 64] &= ~bit;
    });
  }
  intersect(selected, inside);
}

std::optional<EventBlock> EventScan::select(const Table& table, std::uint32_t chunk, Shard& shard, RowMask& selected) const {
  const EventColumns& columns = table.events->columns();
  const Chunk* owners = columns.contacts.chunks().find(chunk);
  const Chunk* times = columns.times.chunks().find(chunk);
  if (owners == nullptr || times == nullptr || owners->known() == 0) return std::nullopt;
  const BitsRange ordinals{shard.first, std::int64_t{shard.first} + kShardContacts - 1};
  if (!overlaps(ordinals, owners->loose_bounds())) return std::nullopt;
  const auto touches = [&](const BitsRange& range) { return overlaps(range, times->loose_bounds()); };
  const bool is_doubtful = std::ranges::any_of(doubtful_, touches);
  if (!is_doubtful && (sure_.least > sure_.most || !touches(sure_))) return std::nullopt;

  const bool in_shard = covers(ordinals, owners->loose_bounds());
  const bool in_window = !is_doubtful && covers(sure_, times->loose_bounds());
  EventBlock block{*table.events, table.type, chunk, owners->size(), nullptr, static_cast<std::uint16_t>(owners->base()), nullptr};
  if (!in_shard || !in_window || owners->presence() != nullptr || table.filter) {
    block.selected = &selected;
    fill_first(selected, owners->size());
    if (const std::uint64_t* presence = owners->presence()) for (std::uint32_t i = 0; i < (owners->size() + 63) / 64; ++i) selected[i] &= presence[i];
    if (!in_shard) {
      RowMask inside{};
      find_in_range(*owners, ordinals, owners->size(), shard.kernels, inside);
      intersect(selected, inside);
    }
    if (!in_window) restrict_to_window(*times, shard.kernels, selected);
    if (table.filter && !is_empty(selected)) table.filter->apply(chunk, shard.kernels, selected);
    if (is_empty(selected)) return std::nullopt;
  }
  block.owners = owner_codes(*owners, shard.scratch.places);
  return block;
}

}  // namespace wanamaker
