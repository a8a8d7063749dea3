#include "api/error_json.h"

namespace wanamaker {

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::failure: return "failure";
    case ErrorCode::usage: return "usage";
    case ErrorCode::not_found: return "not_found";
    case ErrorCode::invalid: return "invalid";
    case ErrorCode::not_allowed: return "not_allowed";
    case ErrorCode::conflict: return "conflict";
    case ErrorCode::interrupted: return "interrupted";
    case ErrorCode::takes_too_long: return "takes_too_long";
  }
  return {};
}

Json error_json(const Error& error) {
  Json problem = Json::object().set("code", name_of(error.code)).set("title", error.message);
  if (!error.where.empty()) problem.set("where", error.where);
  if (error.position.line > 0) problem.set("line", std::uint64_t{error.position.line});
  if (error.position.column > 0) problem.set("column", std::uint64_t{error.position.column});
  if (!error.hint.empty()) problem.set("hint", error.hint);
  return problem;
}

}  // namespace wanamaker
