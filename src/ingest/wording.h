#pragma once
// What the importer says names long options of the command line. Where whoever asks has given parameters in place of them, the same names
// stand without dashes. Pure.

#include <cstdint>
#include <string>

namespace wanamaker {

enum class Wording : std::uint8_t { options, parameters };

// "write --decimal comma" becomes "write 'decimal' comma"; a text that names no options stays as it is.
std::string with_parameters(std::string text);

}  // namespace wanamaker
