#pragma once
// What a condition depends on, and what a command writes, in the same words: topics. A condition has to be looked at again for a contact
// when a topic of it was written for that contact.

#include "base/ids.h"
#include "language/typed.h"

#include <compare>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace wanamaker {

enum class TopicKind : std::uint8_t {
  event,           // `id`: EventTypeId
  attribute,       // `id`: AttributeId of a contact
  account,         // the contact's link, or an attribute of its account
  record,          // `id`: RecordTypeId, of the contact
  account_record,  // `id`: RecordTypeId, of its account
  list,            // `key`: of a list, or of a segment with entries made by hand
  colleagues,      // anything about another contact of the same account
  everything,      // the contact is new, or has become another
};

struct Topic {
  TopicKind kind = TopicKind::everything;
  std::uint32_t id = 0;
  std::string key = {};
  friend auto operator<=>(const Topic&, const Topic&) = default;
};

// Of a condition. A filter of colleagues depends on them as a whole.
std::set<Topic> topics_of(const TypedExpression& condition);

// Whether reading it needs records or the contacts of an account in order.
bool reads_groups(const std::set<Topic>& topics);

}  // namespace wanamaker
