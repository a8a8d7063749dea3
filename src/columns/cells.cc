#include "columns/cells.h"

#include "base/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace wanamaker {
namespace {

std::string_view bytes_of(std::span<const TextId> set) { return {reinterpret_cast<const char*>(set.data()), set.size_bytes()}; }
bool same(std::span<const TextId> a, std::span<const TextId> b) { return std::ranges::equal(a, b); }
Cell number_cell(const Decimal& number) { return {.bits = number.mantissa(), .scale = number.scale(), .known = true}; }

}  // namespace

Cell CellStore::to_cell(const Value& value) {
  struct Writer {
    CellStore& store;
    Cell operator()(std::monostate) const { return {}; }
    Cell operator()(const std::string& text) const { return whole_cell(store.texts_.intern(text).value); }
    Cell operator()(const Decimal& number) const { return number_cell(number); }
    Cell operator()(bool truth) const { return whole_cell(truth ? 1 : 0); }
    Cell operator()(const Date& date) const { return whole_cell(date.days); }
    Cell operator()(const Timestamp& at) const { return whole_cell(at.ms); }
    Cell operator()(const TextSet& texts) const { return store.set_cell(texts); }
    Cell operator()(const Location& location) const { return store.location_cell(location); }
  };
  return std::visit(Writer{*this}, value);
}

Cell CellStore::set_cell(const TextSet& texts) {
  std::vector<TextId> elements;
  std::vector<KeyId> seen;  // sorted
  elements.reserve(texts.size());
  seen.reserve(texts.size());
  for (const std::string& text : texts) {
    const TextId id = texts_.intern(text);
    const KeyId key = texts_.key_id(id);
    const auto place = std::ranges::lower_bound(seen, key);
    if (place != seen.end() && *place == key) continue;
    seen.insert(place, key);
    elements.push_back(id);
  }
  const auto known = by_set_.find(bytes_of(elements), [&](std::uint32_t place) { return same(sets_.at(place), elements); });
  if (known) return whole_cell(*known);
  sets_.set(set_count_, elements);
  signatures_.put(set_count_, elements, texts_);
  by_set_.add(bytes_of(elements), set_count_);
  return whole_cell(set_count_++);
}

Cell CellStore::location_cell(const Location& location) {
  const std::string text = to_string(Value(location));
  const auto known = by_location_.find(text, [&](std::uint32_t place) { return location_at(place) == location; });
  if (known) return whole_cell(*known);
  latitudes_.set(location_count_, number_cell(location.latitude));
  longitudes_.set(location_count_, number_cell(location.longitude));
  by_location_.add(text, location_count_);
  return whole_cell(location_count_++);
}

Location CellStore::location_at(std::uint32_t place) const {
  return {.latitude = decimal(latitudes_.at(place)), .longitude = decimal(longitudes_.at(place))};
}
Location CellStore::location(const Cell& cell) const { return location_at(static_cast<std::uint32_t>(cell.bits)); }

Value CellStore::to_value(const Cell& cell, ValueType type) const {
  if (!cell.known) return {};
  switch (type) {
    case ValueType::text: return std::string(texts_.text(text_id(cell)));
    case ValueType::number: return decimal(cell);
    case ValueType::boolean: return cell.bits != 0;
    case ValueType::date: return Date{static_cast<std::int32_t>(cell.bits)};
    case ValueType::timestamp: return Timestamp{cell.bits};
    case ValueType::set: {
      TextSet texts;
      for (const TextId id : set(cell)) texts.emplace_back(texts_.text(id));
      return texts;
    }
    case ValueType::location: return location(cell);
  }
  CHECK(false, "every type has a case");
}

bool CellStore::equal(const Cell& a, const Cell& b, ValueType type) const {
  if (a.known != b.known) return false;
  if (!a.known) return true;
  switch (type) {
    case ValueType::text: return texts_.key_id(text_id(a)) == texts_.key_id(text_id(b));
    case ValueType::number: return a.bits == b.bits && a.scale == b.scale;
    case ValueType::boolean:
    case ValueType::date:
    case ValueType::timestamp: return a.bits == b.bits;
    case ValueType::set: {
      const auto keys = [&](const Cell& cell) {
        std::set<KeyId> result;
        for (const TextId id : set(cell)) result.insert(texts_.key_id(id));
        return result;
      };
      return keys(a) == keys(b);
    }
    case ValueType::location: return location(a) == location(b);
  }
  CHECK(false, "every type has a case");
}

std::uint32_t CellStore::collect(Used used) {
  std::uint32_t dropped = 0;
  for (std::uint32_t i = 0; i < set_count_; ++i) {
    if (used.sets[i]) {
      for (const TextId id : sets_.at(i)) used.texts[id.value] = true;
    } else if (!sets_.at(i).empty()) {
      by_set_.erase(bytes_of(sets_.at(i)), [&](std::uint32_t place) { return place == i; });
      sets_.set(i, {});
      signatures_.put(i, {}, texts_);
      ++dropped;
    }
  }
  for (std::uint32_t i = 0; i < location_count_; ++i) {
    if (used.locations[i] || !latitudes_.at(i).known) continue;
    by_location_.erase(to_string(Value(location_at(i))), [&](std::uint32_t place) { return place == i; });
    latitudes_.set(i, {});
    longitudes_.set(i, {});
    ++dropped;
  }
  return dropped + texts_.collect(used.texts);
}

CellColumns CellStore::columns() const {
  return {.texts = texts_.column(), .sets = sets_, .latitudes = latitudes_, .longitudes = longitudes_,
          .text_count = texts_.size(), .set_count = set_count_, .location_count = location_count_};
}

void CellStore::saved(const CellColumns& image) {
  texts_.column().saved(image.texts, image.text_count);
  sets_.saved(image.sets, image.set_count);
  latitudes_.saved(image.latitudes, image.location_count);
  longitudes_.saved(image.longitudes, image.location_count);
}

std::optional<std::string> CellStore::load(CellColumns columns) {
  if (auto broken = texts_.load(std::move(columns.texts), columns.text_count)) return broken;
  sets_ = std::move(columns.sets);
  set_count_ = columns.set_count;
  latitudes_ = std::move(columns.latitudes);
  longitudes_ = std::move(columns.longitudes);
  location_count_ = columns.location_count;
  if (auto broken = broken_invariant()) return broken;
  for (std::uint32_t i = 0; i < set_count_; ++i) {
    signatures_.put(i, sets_.at(i), texts_);
    if (!sets_.at(i).empty()) by_set_.add(bytes_of(sets_.at(i)), i);
  }
  for (std::uint32_t i = 0; i < location_count_; ++i) {
    if (latitudes_.at(i).known) by_location_.add(to_string(Value(location_at(i))), i);
  }
  return std::nullopt;
}

std::optional<std::string> CellStore::broken_invariant() const {
  for (std::uint32_t i = 0; i < set_count_; ++i) {
    for (const TextId id : sets_.at(i)) {
      if (id.value < texts_.size() && !texts_.text(id).empty()) continue;
      return fmt::format("set {} names text {}, which is not in the pool", i, id.value);
    }
  }
  for (std::uint32_t i = 0; i < location_count_; ++i) {
    const Cell latitude = latitudes_.at(i);
    const Cell longitude = longitudes_.at(i);
    if (latitude.known != longitude.known) return fmt::format("location {} has half its degrees", i);
    const auto within = [](const Cell& cell, std::int64_t degrees) {
      return !cell.known || (decimal(cell) >= Decimal(-degrees) && decimal(cell) <= Decimal(degrees));
    };
    if (!within(latitude, 90) || !within(longitude, 180)) return fmt::format("location {} lies outside the globe", i);
  }
  return std::nullopt;
}

}  // namespace wanamaker
