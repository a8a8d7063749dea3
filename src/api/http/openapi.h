#pragma once
// docs/reference/openapi.json, as it was when the program was built.

#include <string_view>

namespace wanamaker {

std::string_view openapi_text();

}  // namespace wanamaker
