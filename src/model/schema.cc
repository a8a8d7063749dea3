#include "model/schema.h"

#include "base/check.h"
#include "base/text/fold.h"

#include <fmt/format.h>

namespace wanamaker {
namespace {

// Position of the element of that name. Tables hold tens of names, so a scan is as quick as an index and never out of step.
template <typename Element>
std::optional<std::uint32_t> position_of(const std::vector<Element>& elements, std::string_view exact_name) {
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (elements[i].name == exact_name) return static_cast<std::uint32_t>(i);
  }
  return std::nullopt;
}

std::string_view noun_of(TableKind kind) {
  switch (kind) {
    case TableKind::contact: return "attribute of contacts";
    case TableKind::account: return "attribute of accounts";
    case TableKind::event: return "event property";
    case TableKind::record: return "record field";
  }
  CHECK(false, "every kind of table is listed above");
  return {};
}

}  // namespace

std::optional<AttributeId> AttributeTable::find(std::string_view exact_name) const {
  const auto position = position_of(attributes_, exact_name);
  return position ? std::optional(AttributeId{*position}) : std::nullopt;
}

AttributeId AttributeTable::add(Attribute attribute) {
  CHECK(!find(attribute.name), "a name is added to a table once");
  attributes_.push_back(std::move(attribute));
  return AttributeId{size() - 1};
}

std::optional<EventTypeId> Schema::find_event(std::string_view exact_name) const {
  const auto position = position_of(events, exact_name);
  return position ? std::optional(EventTypeId{*position}) : std::nullopt;
}

std::optional<RecordTypeId> Schema::find_record(std::string_view exact_name) const {
  const auto position = position_of(records, exact_name);
  return position ? std::optional(RecordTypeId{*position}) : std::nullopt;
}

Result<void> check_name(const TableName& table, std::string_view name) {
  const std::string_view noun = noun_of(table.kind);
  if (name.empty()) return fail(ErrorCode::invalid, fmt::format("the name of an {} is empty", noun), "give it a name");
  if (name.size() > kNameBytesMax) {
    return fail(ErrorCode::invalid, fmt::format("the name of an {} has {} bytes; at most {} are allowed", noun, name.size(), kNameBytesMax),
                "choose a shorter name");
  }
  if (!is_valid_utf8(name)) return fail(ErrorCode::invalid, fmt::format("the name of an {} is not valid UTF-8", noun));
  const bool has_id = table.kind == TableKind::contact || table.kind == TableKind::record;
  if (has_id && equal_folded(name, "id")) {
    return fail(ErrorCode::invalid, fmt::format("'{}' is reserved: it is the id itself and no {}", name, noun), "choose another name");
  }
  return {};
}

}  // namespace wanamaker
