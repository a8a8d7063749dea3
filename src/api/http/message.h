#pragma once
// A request and its answer, apart from sockets: what server/ makes of bytes and back. Values; no part of them is trusted.

#include "api/questions.h"
#include "base/json.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace wanamaker {

enum class Method : std::uint8_t { get, put, post, patch, remove, options, other };
inline constexpr std::string_view kMethodNames[] = {"GET", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "?"};
inline std::string_view name_of(Method method) { return kMethodNames[static_cast<std::size_t>(method)]; }

// Limits before anything is allocated (PROMISES.md, Security).
inline constexpr std::size_t kBodyBytesMax = 1 << 20;
inline constexpr std::size_t kTrackingBytesMax = 500 << 10;
inline constexpr int kJsonDepthMax = 32;

inline constexpr std::uint64_t kImportBytesMax = std::uint64_t{16} << 30;

class ImportUpload;

struct HttpRequest {
  std::string id;              // of this request, for logs and errors
  Method method = Method::get;
  std::string target;          // path and query as sent
  std::string authorization = {};
  std::string if_match = {};
  std::string if_none_match = {};
  std::string accept = {};
  std::string host = {};
  std::string last_event_id = {};  // of a stream that is taken up again
  std::string content_type = {};
  std::string idempotency_key = {};
  std::string cookie = {};
  std::string origin = {};
  std::string csrf = {};            // what a page of ours shows beside the cookie
  std::string from = {};            // the network address of whoever asks
  Questions::Asker asker = {};      // whose turn it takes, and whether he still waits
  std::string signature = {};       // of a provider's webhook, with the instant that it signs too
  std::string signature_time = {};
  std::string body = {};       // unpacked; of an import the hash of what came
  std::shared_ptr<ImportUpload> upload = {};  // of an import: where that lies
};

struct HttpResponse {
  int status = 200;
  std::optional<Json> json = {};                                  // the body, or
  std::string body = {};                                          // the body as it is, with
  std::string content_type = {};                                  // its type; JSON where it is empty
  std::vector<std::pair<std::string, std::string>> headers = {};
  // Or a body in pieces: called until it gives nothing more; an empty piece says "nothing now, ask again in a while".
  using More = std::function<std::optional<std::string>()>;
  More more = {};
  std::string route = {};                                         // its pattern, for logs: a path may hold ids of people
  std::string key_id = {};                                        // who asked
  std::string why = {};                                           // for the log alone: what a disk said
};

}  // namespace wanamaker
