#pragma once
// What whoever may not see personal values gets instead of them: `•••`. Key idea: an answer is masked as a whole, after it was made, so
// no resource can forget it: values of attributes that are personal, of properties that look so, and every e-mail address in any text,
// ids of contacts included. A definition that asks for a personal attribute is refused, since counts would tell what is hidden.
// Pure functions.

#include "base/json.h"
#include "base/result.h"
#include "model/schema.h"
#include "model/user.h"

#include <string>
#include <string_view>

namespace wanamaker {

inline constexpr std::string_view kMask = "•••";

// Of a contact: by its mark, else by its name (e-mail, telephone, names, birth date, street).
bool is_personal_attribute(std::string_view name, const PersonalMarks& marks);
// Of an event or record: by its name alone, where no thing has such a name.
bool is_personal_property(std::string_view name);
// Cost: as writing the answer.
Json masked(const Json& answer, const PersonalMarks& marks);
// The text with a mask for each e-mail address; of JSON as text it makes good JSON.
std::string without_addresses(std::string_view text);
// Errors: not_allowed, naming the attribute. `text`: canonical.
Result<void> check_asks_nothing_personal(std::string_view text, const PersonalMarks& marks);

}  // namespace wanamaker
