#pragma once
// What bodies that hold a definition have in common. Single-threaded.

#include "api/http/call.h"
#include "api/http/fields.h"
#include "api/http/masking.h"
#include "model/commands.h"

#include <optional>
#include <string>
#include <vector>

namespace wanamaker {

// `definition` as text, or as its JSON form. Errors: usage.
Result<std::string> definition_of(Fields& fields);
// `parameters`: [{name, type, default}]; none where it is absent. Errors: usage.
Result<std::vector<SegmentParameter>> parameters_of(Fields& fields);
// Whether whoever asks may ask that: a definition that names what is masked for them would tell it. Errors: not_allowed.
Result<void> check_may_ask(Call& call, const std::string& definition, const std::vector<SegmentParameter>& parameters);

// What may tell whoever asks a personal value by its instants; nothing where they see such values.
std::optional<PersonalReading> hidden_from(Call& call);
std::optional<PersonalReading> hidden_from(Role role, Workspace& workspace);
bool hides_instants(Call& call, const std::string& definition);
// Whether whoever asks may ask for another instant than now. Errors: not_allowed.
Result<void> check_may_ask_when(Call& call, const std::string& definition);
std::unexpected<Error> may_not_ask_when();

}  // namespace wanamaker
