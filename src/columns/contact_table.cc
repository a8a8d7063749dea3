#include "columns/contact_table.h"

#include "base/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wanamaker {

void ContactColumns::widen(std::uint32_t attribute_count) {
  attributes.all(attribute_count);
  if (histories.size() < attribute_count) histories.resize(attribute_count);
}

void ContactColumns::saved(const ContactColumns& image) {
  ids.saved(image.ids, image.count);
  living.saved(image.living, image.count);
  accounts.saved(image.accounts, image.count);
  merged_into.saved(image.merged_into, image.count);
  attributes.saved(image.attributes, image.count);
  if (histories.size() < image.histories.size()) histories.resize(image.histories.size());
  for (std::size_t i = 0; i < image.histories.size(); ++i) histories[i].saved(image.histories[i], image.count);
}

std::optional<ContactOrdinal> ContactTable::find(std::string_view id) const {
  const auto found = by_id_.find(id, [&, tail = tail_of(id)](const Place& place) { return is_of(place, id, tail); });
  return found ? std::optional(living_of(found->contact)) : std::nullopt;
}

// Where it was merged, what it became.
ContactOrdinal ContactTable::living_of(ContactOrdinal contact) const {
  const Cell merged = columns_.merged_into.at(contact.value);
  return merged.known ? ContactOrdinal{static_cast<std::uint32_t>(merged.bits)} : contact;
}

ContactOrdinal ContactTable::ordinal_for(std::string_view id, bool& is_new) {
  const auto known = find(id);
  is_new = !known;
  if (known) return *known;
  const ContactOrdinal contact{columns_.count++};
  columns_.ids.set(contact.value, id);
  columns_.living.set(contact.value, whole_cell(1));
  by_id_.add(id, {.contact = contact, .tail = tail_of(id)});
  ++living_;
  return contact;
}

// Some at once, step by step, so that what a step reads has come: the slots of the hashes, and of long ids where they start and the ids.
std::vector<ContactOrdinal> ContactTable::ordinals_for(std::span<const std::string_view> ids, bool& has_new) {
  constexpr std::size_t kAtOnce = 128;
  constexpr std::uint32_t kNone = UINT32_MAX;
  const auto chunk_of = [&](const Place& place) { return columns_.ids.chunks().find(place.contact.value / TextChunk::kRows); };
  std::vector<ContactOrdinal> ordinals;
  ordinals.reserve(ids.size());
  has_new = false;
  for (std::size_t begin = 0; begin < ids.size(); begin += kAtOnce) {
    const auto some = ids.subspan(begin, std::min(kAtOnce, ids.size() - begin));
    std::array<std::uint64_t, kAtOnce> hashes;
    for (std::size_t i = 0; i < some.size(); ++i) by_id_.fetch(hashes[i] = by_id_.key(some[i]));
    std::array<Place, kAtOnce> likely;
    for (std::size_t i = 0; i < some.size(); ++i) {
      likely[i] = by_id_.likely(hashes[i]).value_or(Place{.contact = {kNone}});
      if (likely[i].contact.value != kNone && likely[i].tail == 0) chunk_of(likely[i])->fetch_start(likely[i].contact.value % TextChunk::kRows);
    }
    for (const Place& place : std::span(likely).first(some.size())) if (place.contact.value != kNone && place.tail == 0) chunk_of(place)->fetch_run(place.contact.value % TextChunk::kRows);
    for (std::size_t i = 0; i < some.size(); ++i) {
      bool is_new = false;
      const bool is_it = likely[i].contact.value != kNone && is_of(likely[i], some[i], tail_of(some[i]));
      ordinals.push_back(is_it ? living_of(likely[i].contact) : ordinal_for(some[i], is_new));
      has_new |= is_new;
    }
  }
  return ordinals;
}

std::vector<std::string> ContactTable::aliases_of(ContactOrdinal contact) const {
  std::vector<std::string> aliases;
  const auto [begin, end] = merged_.equal_range(contact.value);
  for (auto from = begin; from != end; ++from) aliases.emplace_back(columns_.ids.at(from->second));
  std::ranges::sort(aliases);
  return aliases;
}

std::span<const HistoryEntry> ContactTable::history(AttributeId attribute, ContactOrdinal contact) const {
  if (attribute.value >= columns_.histories.size()) return {};
  return columns_.histories[attribute.value].of(contact);
}

void ContactTable::add_history(AttributeId attribute, ContactOrdinal contact, Timestamp at, const Cell& value) {
  columns_.widen(attribute.value + 1);
  std::vector<HistoryEntry>& entries = columns_.histories[attribute.value].writable(contact);
  const auto after = std::ranges::upper_bound(entries, at, {}, &HistoryEntry::at);
  entries.insert(after, {.at = at, .value = value});
  columns_.attributes.set(attribute, contact.value, entries.back().value);
}

void ContactTable::erase(ContactOrdinal contact) {
  std::vector<std::uint32_t> gone{contact.value};
  const auto [begin, end] = merged_.equal_range(contact.value);
  for (auto from = begin; from != end; ++from) gone.push_back(from->second);
  merged_.erase(contact.value);
  for (const std::uint32_t row : gone) {
    by_id_.erase(columns_.ids.at(row), [&](const Place& other) { return other.contact.value == row; });
    columns_.ids.set(row, "");
    columns_.merged_into.set(row, {});
  }
  columns_.accounts.set(contact.value, {});
  columns_.attributes.clear(contact.value);
  for (HistoryColumn& history : columns_.histories) history.clear(contact);
  if (is_living(contact)) --living_;
  columns_.living.set(contact.value, {});
}

void ContactTable::merge(ContactOrdinal from, ContactOrdinal into) {
  CHECK(from != into && is_living(from) && is_living(into), "two living contacts are merged");
  for (HistoryColumn& history : columns_.histories) {
    const std::vector moved(history.of(from).begin(), history.of(from).end());
    if (history.of(into).empty() && !moved.empty()) history.writable(into) = moved;
    history.clear(from);
  }
  for (Column& attribute : columns_.attributes.all(0)) {
    if (!attribute.at(into.value).known) attribute.set(into.value, attribute.at(from.value));
    attribute.set(from.value, {});
  }
  if (!columns_.accounts.at(into.value).known) columns_.accounts.set(into.value, columns_.accounts.at(from.value));
  columns_.accounts.set(from.value, {});
  std::vector<std::uint32_t> moved{from.value};
  const auto [begin, end] = merged_.equal_range(from.value);
  for (auto alias = begin; alias != end; ++alias) moved.push_back(alias->second);
  merged_.erase(from.value);
  for (const std::uint32_t row : moved) {
    columns_.merged_into.set(row, whole_cell(into.value));
    merged_.emplace(into.value, row);
  }
  columns_.living.set(from.value, {});
  --living_;
}

std::optional<std::string> ContactTable::load(ContactColumns columns) {
  columns_ = std::move(columns);
  by_id_.reserve(columns_.count);
  for (std::uint32_t row = 0; row < columns_.count; ++row) {
    const std::string_view text = columns_.ids.at(row);
    if (text.empty()) continue;
    const std::uint32_t tail = tail_of(text);
    const auto known = by_id_.find(text, [&](const Place& other) { return is_of(other, text, tail); });
    if (known) return fmt::format("contacts {} and {} have the same id", known->contact.value, row);
    by_id_.add(text, {.contact = {row}, .tail = tail});
  }
  for_each_known(columns_.living, [&](std::uint32_t, std::int64_t) { ++living_; });
  for_each_known(columns_.merged_into, [&](std::uint32_t from, std::int64_t into) {
    merged_.emplace(static_cast<std::uint32_t>(into), from);
  });
  return std::nullopt;
}

std::optional<std::string> ContactTable::broken_invariant() const {
  std::optional<std::string> broken;
  std::uint32_t living = 0;
  for_each_known(columns_.living, [&](std::uint32_t row, std::int64_t) {
    ++living;
    if (columns_.ids.at(row).empty()) broken = fmt::format("living contact {} has no id", row);
  });
  for_each_known(columns_.merged_into, [&](std::uint32_t from, std::int64_t into) {
    const bool in_range = into >= 0 && into < columns_.count;
    if (!in_range || !is_living({static_cast<std::uint32_t>(into)})) {
      broken = fmt::format("contact {} is merged into {}, which is not living", from, into);
    } else if (is_living({from}) || columns_.ids.at(from).empty()) {
      broken = fmt::format("contact {} is merged and yet {}", from, is_living({from}) ? "living" : "without id");
    }
  });
  if (living != living_) broken = fmt::format("{} contacts are living, not {}", living, living_);
  return broken;
}

}  // namespace wanamaker
