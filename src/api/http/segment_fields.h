#pragma once
// What bodies that hold a definition have in common. Single-threaded.

#include "api/http/call.h"
#include "api/http/fields.h"
#include "model/commands.h"

#include <string>
#include <vector>

namespace wanamaker {

// `definition` as text, or as its JSON form. Errors: usage.
Result<std::string> definition_of(Fields& fields);
// `parameters`: [{name, type, default}]; none where it is absent. Errors: usage.
// Whether whoever asks may ask that: a definition that names what is masked for them would tell it. Errors: not_allowed.
Result<void> check_may_ask(Call& call, const std::string& definition, const std::vector<SegmentParameter>& parameters);
Result<std::vector<SegmentParameter>> parameters_of(Fields& fields);

}  // namespace wanamaker
