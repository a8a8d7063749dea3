#pragma once
// What whoever may not see personal values gets instead of them: `•••`. Key idea: an answer is masked as a whole, after it was made, so
// no resource can forget it: values of attributes that are personal, of properties that look so, and every e-mail address in any text,
// ids of contacts included. A definition that asks for a personal attribute is refused, since counts would tell what is hidden.
// Pure functions.

#include "base/json.h"
#include "base/result.h"
#include "model/catalog.h"
#include "model/schema.h"
#include "model/user.h"

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace wanamaker {

inline constexpr std::string_view kMask = "•••";

// What tells that a name is of a value that is personal.
struct Personal {
  PersonalMarks marks = {};
  std::set<std::string> plain_names = {};  // of events and record types, as keys: `email_opened` is no value
};
Personal personal_of(const Schema& schema, const PersonalMarks& marks);

// Of a contact: by its mark, else by a word of its name (e-mail, telephone, names, birth, street; also Slovak, Czech, Polish and Russian).
bool is_personal_attribute(std::string_view name, const PersonalMarks& marks);
// Of an event or record: by a word of its name, where no thing has such a name.
bool is_personal_property(std::string_view name);
// The first such name in an expression; or nothing. `text`: canonical.
std::string_view personal_name_in(std::string_view text, const Personal& personal);
// Cost: as writing the answer.
Json masked(const Json& answer, const Personal& personal);
// The text with a mask for each e-mail address; of JSON as text it makes good JSON.
std::string without_addresses(std::string_view text);
// Errors: not_allowed, naming the attribute. `text`: canonical.
Result<void> check_asks_nothing_personal(std::string_view text, const Personal& personal);

// Whether a definition reads what is personal, itself or through other segments: then instants tell it, since they say when an age or a
// day of birth turns. Single-threaded; the catalog outlives it.
class PersonalReading {
 public:
  PersonalReading(const Catalog& catalog, Personal personal) : catalog_(catalog), personal_(std::move(personal)) {}
  bool reads(std::string_view text) const;
  // Also where an earlier version of it does; and of one that is deleted nobody knows what it read.
  bool segment_reads(const std::string& key);

 private:
  const Catalog& catalog_;
  Personal personal_;
  std::map<std::string, bool> known_;
};

// With a mask for each instant at which something turns.
Json without_instants(const Json& answer);

}  // namespace wanamaker
