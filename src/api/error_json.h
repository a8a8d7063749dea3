#pragma once
// An error as JSON, the same from the command line and over HTTP. Pure functions.

#include "base/json.h"
#include "base/result.h"

#include <string_view>

namespace wanamaker {

std::string_view name_of(ErrorCode code);
// {code, title, where, line, column, hint}, those that say something (docs/reference/json/error.schema.json).
Json error_json(const Error& error);

}  // namespace wanamaker
