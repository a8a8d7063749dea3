#pragma once
// One value of a person, an organisation, a record or an event, as it travels in commands. Inside columns/ values are codes.
// A Value without alternative (monostate) is missing. Empty text and empty sets are never stored: they are missing.

#include "base/decimal.h"
#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace wanamaker {

enum class ValueType : std::uint8_t { text, number, boolean, date, timestamp, set, location };

inline constexpr std::string_view kValueTypeNames[] = {"text", "number", "boolean", "date", "timestamp", "set", "location"};
inline std::string_view name_of(ValueType type) { return kValueTypeNames[static_cast<std::size_t>(type)]; }
std::optional<ValueType> value_type_from(std::string_view name);  // also the long name "text set"

// Degrees; -90 <= latitude <= 90, -180 <= longitude <= 180. Decimal text is kept, the distance is binary floating point.
struct Location {
  Decimal latitude;
  Decimal longitude;
  friend bool operator==(const Location&, const Location&) = default;
};

using TextSet = std::vector<std::string>;
using Value = std::variant<std::monostate, std::string, Decimal, bool, Date, Timestamp, TextSet, Location>;

inline bool is_missing(const Value& value) { return std::holds_alternative<std::monostate>(value); }
// The type of a value that is not missing.
ValueType type_of(const Value& value);
// As the language and exports print it: text as it is, sets as JSON arrays, location "lat,lon", missing "".
std::string to_string(const Value& value);
// As JSON text, the form that orders events of equal time (docs/reference/decisions.md, 1).
std::string to_json_text(const Value& value);

// Reads one cell or literal of a declared type. `text` is not empty. Errors: a sentence that says what was expected.
//   boolean  true/false, yes/no, 1/0 in any case
//   set      JSON array of texts, or texts between separators
//   date     YYYY-MM-DD     timestamp  RFC 3339 with offset     location  lat,lon
struct ValueError {
  std::string expected;
};
std::variant<Value, ValueError> parse_value(std::string_view text, ValueType type, char set_separator = '|');

inline constexpr std::size_t kTextBytesMax = 16 * 1024;  // PROMISES.md, Security: text 16 KiB
inline constexpr std::size_t kNameBytesMax = 128;        // name 128 B
inline constexpr std::size_t kSetElementsMax = 1'000;

}  // namespace wanamaker
