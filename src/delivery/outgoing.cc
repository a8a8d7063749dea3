#include "delivery/outgoing.h"

#include "base/check.h"
#include "delivery/public_address.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <openssl/x509_vfy.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <mutex>

namespace wanamaker {
namespace {

constexpr long kWholeMs = 15'000;
constexpr long kConnectMs = 5'000;
constexpr std::size_t kAnswerBytesMax = 64 << 10;

using Easy = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using Headers = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;
using Address = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

struct Exchange {
  HouseAddresses house;
  const std::atomic<bool>& stops;
  bool was_refused = false;
  std::size_t answered = 0;
  std::string* kept = nullptr;  // where the answer goes, if anywhere
};

// The address that is connected to, and no other one.
curl_socket_t open_socket(void* given, curlsocktype, curl_sockaddr* to) {
  auto& exchange = *static_cast<Exchange*>(given);
  if (exchange.house == HouseAddresses::are_refused && !is_public(to->addr)) {
    exchange.was_refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

// What is said is dropped unless it was asked for; what says too much is cut off.
std::size_t take(char* bytes, std::size_t size, std::size_t count, void* given) {
  auto& exchange = *static_cast<Exchange*>(given);
  exchange.answered += size * count;
  if (exchange.answered > kAnswerBytesMax) {
    if (exchange.kept != nullptr) exchange.kept->clear();
    return 0;
  }
  if (exchange.kept != nullptr) exchange.kept->append(bytes, size * count);
  return size * count;
}

int ends(void* given, curl_off_t, curl_off_t, curl_off_t, curl_off_t) { return static_cast<Exchange*>(given)->stops ? 1 : 0; }

std::string part_of(CURLU* address, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(address, part, &text, 0) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

void start_library() {
  static std::once_flag once;
  std::call_once(once, [] { CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK, "the library of outgoing requests starts"); });
}

enum class Verb : std::uint8_t { get, post };

void prepare(CURL* easy, Verb verb, const OutgoingRequest& request, curl_slist* headers, Exchange& exchange) {
  curl_easy_setopt(easy, CURLOPT_URL, request.address.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, exchange.house == HouseAddresses::are_allowed ? "http,https" : "https");
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, kWholeMs);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, kConnectMs);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &exchange);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, ends);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &exchange);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "wanamaker");
  if (verb == Verb::get) return;
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
}

// Why a certificate was not taken, as OpenSSL tells it; empty where it does not.
std::string_view certificate_fault(long verified) {
  switch (verified) {
    case X509_V_ERR_CERT_HAS_EXPIRED: return "its certificate is out of date";
    case X509_V_ERR_CERT_NOT_YET_VALID: return "its certificate is not valid yet";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: return "its certificate is for another name";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE: return "its certificate is signed by nobody who is trusted here, or comes without the ones between";
    default: return {};
  }
}

// Without what the other side said: it would be shown to whoever sets up webhooks.
std::string words_of(CURLcode code, CURL* easy) {
  long verified = X509_V_OK;
  curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &verified);
  const std::string fault(certificate_fault(verified));
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST: return "the name is not known";
    case CURLE_COULDNT_CONNECT: return "nobody answers at the address";
    case CURLE_OPERATION_TIMEDOUT: return "it took too long";
    // A name that does not fit is found after the chain was verified.
    case CURLE_PEER_FAILED_VERIFICATION: return !fault.empty() ? fault : verified == X509_V_OK ? "its certificate is for another name" : "its certificate is not good";
    case CURLE_SSL_CONNECT_ERROR: return !fault.empty() ? fault : "no TLS could be agreed on with it: it speaks none, or none that is taken here";
    case CURLE_GOT_NOTHING: return "it closed the connection without an answer";
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL: return "what it answers is no HTTP";
    default: return "the connection broke";
  }
}

}  // namespace

Result<void> check_outgoing_address(const std::string& address, HouseAddresses house) {
  const Address parts(curl_url(), curl_url_cleanup);
  const bool reads = parts && curl_url_set(parts.get(), CURLUPART_URL, address.c_str(), 0) == CURLUE_OK;
  if (address.find_first_of(" \t") != std::string::npos) return fail(ErrorCode::invalid, "the address holds a blank", "write it as %20");
  if (!reads) return fail(ErrorCode::invalid, "the address cannot be read: expected https://, a host, perhaps a port up to 65535, and a path", "such as https://crm.example/changes");
  const std::string scheme = part_of(parts.get(), CURLUPART_SCHEME);
  if (scheme != "https" && !(scheme == "http" && house == HouseAddresses::are_allowed)) return fail(ErrorCode::invalid, "the address does not begin with https://", "such as https://crm.example/changes");
  if (part_of(parts.get(), CURLUPART_HOST).empty()) return fail(ErrorCode::invalid, "the address names no host");
  if (!part_of(parts.get(), CURLUPART_USER).empty() || !part_of(parts.get(), CURLUPART_PASSWORD).empty()) return fail(ErrorCode::invalid, "the address holds a name or password: the signature says who sends", "leave them out");
  return {};
}

namespace {

Result<OutgoingAnswer> exchanged(Verb verb, const OutgoingRequest& request, Exchange exchange) {
  WM_CHECK_OK(check_outgoing_address(request.address, exchange.house));
  start_library();
  const Easy easy(curl_easy_init(), curl_easy_cleanup);
  CHECK(easy != nullptr, "a request can be made");
  Headers headers(nullptr, curl_slist_free_all);
  for (const std::string& header : request.headers) {
    curl_slist* longer = curl_slist_append(headers.get(), header.c_str());
    CHECK(longer != nullptr, "there is memory for a header");
    std::ignore = headers.release();
    headers.reset(longer);
  }
  prepare(easy.get(), verb, request, headers.get(), exchange);
  const CURLcode code = curl_easy_perform(easy.get());
  if (exchange.was_refused && code != CURLE_OK) return fail(ErrorCode::not_allowed, "the address is one of the house: private, local, or of no use outside", "allow such addresses with: wanamaker serve --allow-private-webhooks");
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  const bool said_too_much = code == CURLE_WRITE_ERROR && exchange.answered > kAnswerBytesMax;
  if ((code != CURLE_OK && !said_too_much) || status == 0) return fail(ErrorCode::failure, words_of(code, easy.get()));
  OutgoingAnswer answer{.status = static_cast<int>(status)};
  curl_off_t after = 0;
  if (curl_easy_getinfo(easy.get(), CURLINFO_RETRY_AFTER, &after) == CURLE_OK && after > 0) answer.retry_after = std::chrono::seconds(after);
  return answer;
}

}  // namespace

Result<OutgoingAnswer> post(const OutgoingRequest& request, HouseAddresses house, const std::atomic<bool>& stops) { return exchanged(Verb::post, request, {.house = house, .stops = stops}); }

Result<std::string> fetch(const std::string& address, HouseAddresses house, const std::atomic<bool>& stops) {
  std::string body;
  WM_TRY(const OutgoingAnswer answer, exchanged(Verb::get, {.address = address, .headers = {}, .body = {}}, {.house = house, .stops = stops, .kept = &body}));
  if (answer.status != 200) return fail(ErrorCode::failure, fmt::format("it answered {}", answer.status));
  if (body.empty()) return fail(ErrorCode::failure, "what it answered has no length that is taken here");
  return body;
}

}  // namespace wanamaker
