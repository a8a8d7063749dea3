#pragma once
// Strong ids: a position in one particular table is a type of its own, so that two cannot be mixed up.

#include <compare>
#include <cstdint>
#include <functional>

namespace wanamaker {

template <typename Tag>
struct Id {
  std::uint32_t value = 0;
  friend auto operator<=>(const Id&, const Id&) = default;
};

using ContactOrdinal = Id<struct ContactTag>;      // dense, in order of arrival; never reused
using AccountOrdinal = Id<struct AccountTag>;      // likewise for accounts
using AttributeId = Id<struct AttributeTag>;       // column of one table of the schema (contacts, accounts, an event, a record type)
using EventTypeId = Id<struct EventTypeTag>;       // event name in the schema
using RecordTypeId = Id<struct RecordTypeTag>;     // record type in the schema
using TextId = Id<struct TextTag>;                 // distinct text in the text pool
using KeyId = Id<struct KeyTag>;                   // distinct comparison key in the text pool

}  // namespace wanamaker

template <typename Tag>
struct std::hash<wanamaker::Id<Tag>> {
  std::size_t operator()(const wanamaker::Id<Tag>& id) const noexcept { return std::hash<std::uint32_t>{}(id.value); }
};
