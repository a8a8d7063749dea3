#include "columns/cells.h"

#include "base/check.h"

#include <algorithm>
#include <set>

namespace wanamaker {

Cell CellStore::to_cell(const Value& value) {
  struct Writer {
    CellStore& store;
    Cell operator()(std::monostate) const { return {}; }
    Cell operator()(const std::string& text) const { return {.bits = store.texts_.intern(text).value, .known = true}; }
    Cell operator()(const Decimal& number) const { return {.bits = number.mantissa(), .scale = number.scale(), .known = true}; }
    Cell operator()(bool truth) const { return {.bits = truth ? 1 : 0, .known = true}; }
    Cell operator()(const Date& date) const { return {.bits = date.days, .known = true}; }
    Cell operator()(const Timestamp& at) const { return {.bits = at.ms, .known = true}; }
    Cell operator()(const TextSet& texts) const {
      std::vector<TextId> elements;
      std::set<KeyId> seen;
      for (const std::string& text : texts) {
        const TextId id = store.texts_.intern(text);
        if (seen.insert(store.texts_.key_id(id)).second) elements.push_back(id);
      }
      store.sets_.push_back(std::move(elements));
      return {.bits = static_cast<std::int64_t>(store.sets_.size() - 1), .known = true};
    }
    Cell operator()(const Location& location) const {
      store.locations_.push_back(location);
      return {.bits = static_cast<std::int64_t>(store.locations_.size() - 1), .known = true};
    }
  };
  return std::visit(Writer{*this}, value);
}

Value CellStore::to_value(const Cell& cell, ValueType type) const {
  if (!cell.known) return {};
  switch (type) {
    case ValueType::text: return texts_.text(text_id(cell));
    case ValueType::number: return decimal(cell);
    case ValueType::boolean: return cell.bits != 0;
    case ValueType::date: return Date{static_cast<std::int32_t>(cell.bits)};
    case ValueType::timestamp: return Timestamp{cell.bits};
    case ValueType::set: {
      TextSet texts;
      for (const TextId id : set(cell)) texts.push_back(texts_.text(id));
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

}  // namespace wanamaker
