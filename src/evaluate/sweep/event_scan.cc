#include "evaluate/sweep/event_scan.h"

#include "base/check.h"
#include "evaluate/sweep/batch_sweep.h"

#include <algorithm>

namespace wanamaker {
namespace {

bool overlaps_times(const BitsRange& range, const EventTable::ChunkBounds& bounds) { return range.least <= bounds.last_ms && bounds.first_ms <= range.most; }

// Places in the shard of all rows, in two bytes each.
const std::uint8_t* copy_places(const Chunk& owners, std::uint32_t first, std::array<std::uint16_t, Chunk::kRows>& places) {
  Chunk::Values ordinals;
  owners.read_all(ordinals);
  for (std::uint32_t i = 0; i < owners.size(); ++i) places[i] = static_cast<std::uint16_t>(ordinals[i] - first);
  return reinterpret_cast<const std::uint8_t*>(places.data());
}

}  // namespace

EventScan::EventScan(const TypedSource& source, const Window& window, const Environment& environment, BitsRange only)
    : source_(source), environment_(environment), window_(window, environment.t, environment.zone) {
  const WindowAt::Instants instants = window_.instants();
  CHECK(instants.doubtful.empty() || (only.least == kAlways.least && only.most == kAlways.most), "the window has no doubtful instants");
  sure_ = {std::max(instants.sure.first.ms, only.least), std::min({instants.sure.last.ms, environment.t.ms, only.most})};
  for (const WindowAt::Span& span : instants.doubtful) doubtful_.push_back({span.first.ms, span.last.ms});
  for (const EventTypeId type : source.events) add_table(type);
}

void EventScan::add_table(EventTypeId type) {
  Table& table = tables_.emplace_back();
  table.type = type;
  table.events = &environment_.base.events[type.value];
  list_chunks(table);
  if (!source_.where) return;
  table.filtered.has = [](const TypedPath& path) { return path.kind == PathKind::property || path.kind == PathKind::event_time; };
  table.filtered.column = [&table](const TypedPath& path) -> const Column* {
    const EventColumns& columns = table.events->columns();
    if (path.kind == PathKind::event_time) return &columns.times;
    const auto& property = path.by_event[table.type.value];
    return property && property->value < columns.properties.all().size() ? &columns.properties.all()[property->value] : nullptr;
  };
  table.filtered.owners = &table.events->columns().contacts;
  table.filtered.ask = [this, type](const TypedExpression& node, std::uint32_t chunk, RowMask& rows) { ask(type, node, chunk, rows); };
  table.filter.emplace(*source_.where, table.filtered, environment_);
}

bool EventScan::is_doubtful(const EventTable::ChunkBounds& bounds) const {
  return std::ranges::any_of(doubtful_, [&](const BitsRange& range) { return overlaps_times(range, bounds); });
}

bool EventScan::touches(const Table& table, std::uint32_t chunk, const BitsRange& sure) const {
  const EventTable::ChunkBounds& bounds = table.events->chunk_bounds()[chunk];
  return (sure.least <= sure.most && overlaps_times(sure, bounds)) || (!doubtful_.empty() && is_doubtful(bounds));
}

BitsRange EventScan::reach() const {
  BitsRange all{kAlways.most, kAlways.least};
  for (const Table& table : tables_) {
    for (const std::uint32_t chunk : table.chunks) {
      const EventTable::ChunkBounds& bounds = table.events->chunk_bounds()[chunk];
      all = {std::min(all.least, bounds.first_ms), std::max(all.most, bounds.last_ms)};
    }
  }
  BitsRange window = sure_;
  for (const BitsRange& range : doubtful_) window = {std::min(window.least, range.least), std::max(window.most, range.most)};
  return {std::max(all.least, window.least), std::min(all.most, window.most)};
}

double EventScan::share_passing(const Kernels& kernels) const {
  constexpr std::size_t kSampled = 4;
  double seen = 0;
  double passed = 0;
  for (const Table& table : tables_) {
    if (table.filter && !table.filter->is_by_column()) return 1;
    const std::size_t sampled = std::min(kSampled, table.chunks.size());
    for (std::size_t i = 0; i < sampled; ++i) {
      const std::uint32_t chunk = table.chunks[i * table.chunks.size() / sampled];
      const Chunk* times = table.events->columns().times.chunks().find(chunk);
      if (times == nullptr) continue;
      RowMask rows;
      fill_first(rows, times->size());
      if (table.filter) table.filter->apply(chunk, kernels, rows);
      const double stands_for = static_cast<double>(table.chunks.size()) / static_cast<double>(sampled);
      seen += stands_for * times->size();
      passed += stands_for * static_cast<double>(kernels.population(rows.data(), static_cast<std::uint32_t>(rows.size())));
    }
  }
  return seen == 0 ? 0 : passed / seen;
}

std::vector<EventScan::Ordered> EventScan::ordered_from(From end, const Shard& shard) const {
  std::vector<Ordered> chunks;
  for (const Table& table : tables_) {
    for (const std::uint32_t chunk : table.of_shard(shard.number())) {
      const EventTable::ChunkBounds& bounds = table.events->chunk_bounds()[chunk];
      chunks.push_back({end == From::last ? bounds.last_ms : bounds.first_ms, &table, chunk});
    }
  }
  std::ranges::sort(chunks, [end](const Ordered& a, const Ordered& b) { return end == From::last ? a.bound > b.bound : a.bound < b.bound; });
  return chunks;
}

// Most chunks are of one shard; one that has rows which a merge moved is listed for all that it may hold.
void EventScan::list_chunks(Table& table) const {
  const std::span<const EventTable::ChunkBounds> all = table.events->chunk_bounds();
  const auto for_each_place = [&](auto place) {
    for (std::uint32_t i = 0; i < all.size(); ++i) {
      if (all[i].least_contact > all[i].most_contact) continue;
      if (!touches(table, i, sure_)) continue;
      for (std::uint32_t shard = all[i].least_contact / kShardContacts; shard <= all[i].most_contact / kShardContacts; ++shard) place(shard, i);
    }
  };
  table.starts.assign(environment_.base.ordinals() / kShardContacts + std::size_t{2}, 0);
  for_each_place([&](std::uint32_t shard, std::uint32_t) { ++table.starts[shard + 1]; });
  for (std::size_t i = 1; i < table.starts.size(); ++i) table.starts[i] += table.starts[i - 1];
  table.chunks.resize(table.starts.back());
  std::vector<std::uint32_t> next = table.starts;
  for_each_place([&](std::uint32_t shard, std::uint32_t chunk) { table.chunks[next[shard]++] = chunk; });
}

void EventScan::fetch_headers(const Table& table, std::uint32_t chunk) const {
  const EventColumns& columns = table.events->columns();
  fetch_header(columns.contacts.chunks().find(chunk));
  fetch_header(columns.times.chunks().find(chunk));
  if (table.filter) table.filter->fetch_headers(chunk);
}

// What will be read of all rows: the columns of the filter, or else the owners.
void EventScan::fetch_codes(const Table& table, std::uint32_t chunk) const {
  const EventTable::ChunkBounds& bounds = table.events->chunk_bounds()[chunk];
  if (bounds.first_ms < sure_.least || bounds.last_ms > sure_.most) wanamaker::fetch_codes(table.events->columns().times.chunks().find(chunk));
  if (table.filter) table.filter->fetch_codes(chunk);
  else wanamaker::fetch_codes(table.events->columns().contacts.chunks().find(chunk));
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

void EventScan::restrict_to_window(const Chunk& times, const BitsRange& sure, const Kernels& kernels, RowMask& selected) const {
  RowMask inside{};
  if (sure.least <= sure.most) find_in_range(times, sure, times.size(), kernels, inside);
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

// Leaves no block where none of its events is selected.
void EventScan::select(const Table& table, std::uint32_t chunk, const BitsRange& sure, const Shard& shard, Selected& out) const {
  RowMask& selected = out.rows;
  const EventColumns& columns = table.events->columns();
  const EventTable::ChunkBounds& bounds = table.events->chunk_bounds()[chunk];
  const Chunk* owners = columns.contacts.chunks().find(chunk);
  const Chunk* times = columns.times.chunks().find(chunk);
  if (owners == nullptr || times == nullptr) return;
  const BitsRange ordinals{shard.first, std::int64_t{shard.first} + kShardContacts - 1};
  const bool in_shard = ordinals.least <= bounds.least_contact && bounds.most_contact <= ordinals.most;
  const bool in_window = sure.least <= bounds.first_ms && bounds.last_ms <= sure.most && !is_doubtful(bounds);
  EventBlock block{*table.events, table.type, chunk, owners->size(), nullptr, 0, nullptr, owners->size()};
  if (!in_shard || !in_window || owners->presence() != nullptr || table.filter) {
    block.selected = &selected;
    fill_first(selected, owners->size());
    if (const std::uint64_t* presence = owners->presence()) for (std::uint32_t i = 0; i < (owners->size() + 63) / 64; ++i) selected[i] &= presence[i];
    if (!in_shard) {
      RowMask inside{};
      find_in_range(*owners, ordinals, owners->size(), shard.kernels, inside);
      intersect(selected, inside);
    }
    if (!in_window) restrict_to_window(*times, sure, shard.kernels, selected);
    if (table.filter && !is_empty(selected)) table.filter->apply(chunk, shard.kernels, selected);
    block.events = static_cast<std::uint32_t>(shard.kernels.population(selected.data(), static_cast<std::uint32_t>(selected.size())));
    if (block.events == 0) return;
  }
  if (owners->width() == 2) {
    block.owners = owners->codes();
    block.owner_offset = static_cast<std::int32_t>(owners->base() - std::int64_t{shard.first});
  } else {
    block.owners = copy_places(*owners, shard.first, out.places);
  }
  out.block.emplace(block);
}

}  // namespace wanamaker
