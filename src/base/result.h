#pragma once
// What can fail returns Result<T>. An Error says what went wrong, where, what was expected and what to do.
// Codes are ours; they become exit codes or HTTP numbers only at the edge (cli/, api/).

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace wanamaker {

enum class ErrorCode : std::uint8_t {
  failure,       // the machine or a file failed
  usage,         // a command was written wrongly
  not_found,     // a key, id or file that is not there
  invalid,       // data or an expression that cannot be accepted
  not_allowed,   // understood, but refused
  conflict,      // at odds with what is there
  interrupted,   // stopped by the user
  takes_too_long,  // a question that is over its time
};

// Position in a text: 1-based line and column (columns count code points); 0 means unknown.
struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  friend bool operator==(const Position&, const Position&) = default;
};

struct [[nodiscard]] Error {
  ErrorCode code = ErrorCode::failure;
  std::string message;      // one sentence: what is wrong and what was expected
  std::string detail = {};  // further lines, such as the source line with a caret
  std::string hint = {};    // what to do
  std::string where = {};   // file, command or key; empty for a bare expression
  Position position = {};
};

template <typename T>
using Result = std::expected<T, Error>;

// Shape: fail(code, "message", "hint") is what a function that returns Result<T> returns.
inline std::unexpected<Error> fail(ErrorCode code, std::string message, std::string hint = {}) {
  return std::unexpected(Error{.code = code, .message = std::move(message), .hint = std::move(hint)});
}
inline std::unexpected<Error> fail(Error error) { return std::unexpected(std::move(error)); }

}  // namespace wanamaker

// Hands an error on to the caller, or names the value. Used as: WM_TRY(auto row, reader.next());
#define WM_CONCAT_INNER(a, b) a##b
#define WM_CONCAT(a, b) WM_CONCAT_INNER(a, b)
#define WM_TRY(declaration, expression) WM_TRY_NAMED(WM_CONCAT(wm_result_, __LINE__), declaration, expression)
#define WM_TRY_NAMED(name, declaration, expression)              \
  auto name = (expression);                                      \
  if (!name) return std::unexpected(std::move(name).error());    \
  declaration = std::move(*name)
#define WM_CHECK_OK(expression) WM_CHECK_OK_NAMED(WM_CONCAT(wm_status_, __LINE__), expression)
#define WM_CHECK_OK_NAMED(name, expression) \
  if (auto name = (expression); !name) return std::unexpected(std::move(name).error())
