#include "api/http/problem.h"

#include "api/error_json.h"

namespace wanamaker {
namespace {

constexpr std::string_view kProblemType = "application/problem+json";
constexpr std::string_view kRetryAfterSeconds = "1";

HttpResponse response_of(int status, Json problem, std::string_view request_id) {
  problem.set("status", status).set("request_id", request_id);
  HttpResponse response{.status = status, .json = std::move(problem), .content_type = std::string(kProblemType)};
  if (status == 429 || status == 503) response.headers.emplace_back("Retry-After", kRetryAfterSeconds);
  if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::failure: return 503;
    case ErrorCode::usage: return 400;
    case ErrorCode::not_found: return 404;
    case ErrorCode::invalid: return 422;
    case ErrorCode::not_allowed: return 403;
    case ErrorCode::conflict: return 409;
    case ErrorCode::interrupted: return 503;
    case ErrorCode::takes_too_long: return 422;
  }
  return 500;
}

struct Named {
  int status;
  std::string_view code;
};

Named named(HttpFault fault) {
  switch (fault) {
    case HttpFault::no_key: return {401, "no_key"};
    case HttpFault::wrong_login: return {401, "wrong_login"};
    case HttpFault::wrong_role: return {403, "not_allowed"};
    case HttpFault::no_route: return {404, "not_found"};
    case HttpFault::wrong_method: return {405, "wrong_method"};
    case HttpFault::precondition: return {412, "precondition_failed"};
    case HttpFault::gone: return {410, "gone"};
    case HttpFault::too_large: return {413, "too_large"};
    case HttpFault::too_many: return {429, "too_many"};
    case HttpFault::busy: return {503, "busy"};
    case HttpFault::bad_encoding: return {415, "unsupported_encoding"};
    case HttpFault::closing: return {503, "closing"};
  }
  return {500, "failure"};
}

}  // namespace

HttpResponse problem(const Error& error, std::string_view request_id) {
  // What a disk says names places of the machine; the server's log has it.
  if (error.code == ErrorCode::failure) {
    HttpResponse response = response_of(503, Json::object().set("code", "failure").set("title", "the store takes no writes now; nothing of this request is acknowledged").set("hint", "the server's log says why"), request_id);
    response.why = error.message;
    return response;
  }
  Json json = Json::object().set("code", name_of(error.code)).set("title", error.message);
  if (!error.detail.empty()) json.set("detail", error.detail);
  if (error.where.starts_with('#')) json.set("pointer", error.where);
  if (error.position.line > 0) json.set("line", std::uint64_t{error.position.line});
  if (error.position.column > 0) json.set("column", std::uint64_t{error.position.column});
  if (!error.hint.empty()) json.set("hint", error.hint);
  return response_of(status_of(error.code), std::move(json), request_id);
}

HttpResponse problem(HttpFault fault, std::string title, std::string_view request_id, std::string hint) {
  const Named of = named(fault);
  Json json = Json::object().set("code", of.code).set("title", std::move(title));
  if (!hint.empty()) json.set("hint", std::move(hint));
  return response_of(of.status, std::move(json), request_id);
}

HttpResponse too_often(std::int64_t wait_ms, std::string_view request_id) {
  HttpResponse response = problem(HttpFault::too_many, "this was tried too often; come again after what Retry-After says", request_id);
  response.headers.emplace_back("Retry-After", std::to_string((wait_ms + 999) / 1'000));
  return response;
}

HttpResponse bad_request(int status, std::string_view title, std::string_view request_id) {
  return response_of(status, Json::object().set("code", "bad_request").set("title", title), request_id);
}

}  // namespace wanamaker
