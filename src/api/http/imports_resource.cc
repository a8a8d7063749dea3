// Imports as jobs: a file is sent as a body, and taken in while whoever sent it looks how far it is.
#include "api/http/problem.h"
#include "api/http/routes.h"
#include "api/import_jobs.h"

#include <fmt/format.h>

#include <fstream>
#include <memory>

namespace wanamaker::handlers {
namespace {

constexpr std::size_t kPieceBytes = 256 << 10;

std::string address_of(const std::string& id) { return "/api/v1/imports/" + id; }

}  // namespace

// The body has come already (Service::begin_upload), and stands in the request by its hash.
Result<HttpResponse> make_import(Call& call) {
  ImportUpload* upload = call.request().upload.get();
  if (upload == nullptr) return fail(ErrorCode::usage, "the body is the file that is to be taken in");
  WM_TRY(Json job, call.service().imports().start(*upload));
  call.set_changed(upload->id());
  HttpResponse response = answer_json(std::move(job), 202);
  response.headers.emplace_back("Location", address_of(upload->id()));
  return call.done(std::move(response));
}

Result<HttpResponse> list_imports(Call& call) { return answer_json(Json::object().set("imports", call.service().imports().list())); }

Result<HttpResponse> show_import(Call& call) {
  WM_TRY(Json job, call.service().imports().show(call.part(0)));
  return answer_json(std::move(job));
}

Result<HttpResponse> cancel_import(Call& call) {
  WM_TRY(Json job, call.service().imports().cancel(call.part(0)));
  return call.done(answer_json(std::move(job)));
}

Result<HttpResponse> import_rejects(Call& call) {
  WM_TRY(const std::string path, call.service().imports().rejects_of(call.part(0)));
  auto file = std::make_shared<std::ifstream>(path, std::ios::binary);
  if (!*file) return fail(ErrorCode::not_found, "the rejected rows are gone");
  HttpResponse response{.content_type = "text/csv; charset=utf-8"};
  response.headers.emplace_back("Content-Disposition", fmt::format("attachment; filename=\"{}.rejects.csv\"", call.part(0)));
  response.more = [file]() -> std::optional<std::string> {
    std::string piece(kPieceBytes, '\0');
    file->read(piece.data(), static_cast<std::streamsize>(piece.size()));
    piece.resize(static_cast<std::size_t>(file->gcount()));
    return piece.empty() ? std::nullopt : std::optional(std::move(piece));
  };
  return response;
}

}  // namespace wanamaker::handlers
