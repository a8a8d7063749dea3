#pragma once
// What bodies that hold a definition have in common. Single-threaded.

#include "api/http/fields.h"
#include "model/commands.h"

#include <string>
#include <vector>

namespace wanamaker {

// `definition` as text, or as its JSON form. Errors: usage.
Result<std::string> definition_of(Fields& fields);
// `parameters`: [{name, type, default}]; none where it is absent. Errors: usage.
Result<std::vector<SegmentParameter>> parameters_of(Fields& fields);

}  // namespace wanamaker
