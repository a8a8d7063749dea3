#include "server/connection.h"

#include "api/http/network.h"
#include "api/http/problem.h"
#include "server/gzip.h"
#include "server/hung_up.h"

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/http/read.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace wanamaker {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using namespace std::chrono_literals;

constexpr std::uint32_t kHeaderBytesMax = 32 << 10;
constexpr std::size_t kBufferBytesMax = 96 << 10;
constexpr std::size_t kBufferBytesKept = 16 << 10;
constexpr std::size_t kStrangersBodyMax = 64 << 10;  // of a request without a key in its header, but for tracking
constexpr std::size_t kHeaderStep = 4 << 10;
constexpr std::size_t kPackedFrom = 1'024;           // smaller answers are not worth packing
constexpr std::size_t kWriteBytes = 1'024;           // what a write costs beside its body
constexpr std::size_t kBatchBytes = 64 << 10;        // to read so much takes a millisecond, in which others may ask
constexpr std::size_t kUnpackedTimes = 16;           // JSON packs to about a tenth
constexpr auto kHeaderWait = 10s;
constexpr auto kBodyWait = 30s;

Method method_of(http::verb verb) {
  switch (verb) {
    case http::verb::get: return Method::get;
    case http::verb::put: return Method::put;
    case http::verb::post: return Method::post;
    case http::verb::patch: return Method::patch;
    case http::verb::delete_: return Method::remove;
    case http::verb::options: return Method::options;
    default: return Method::other;
  }
}

std::string text_of(beast::string_view text) { return {text.data(), text.size()}; }

// Two readings of where a request ends are how one is smuggled behind another: what can be read in two ways is refused.
template <typename Fields>
std::string_view framing_fault(const Fields& request, unsigned version) {
  const auto lengths = request.count(http::field::content_length);
  const auto codings = request.count(http::field::transfer_encoding);
  if (version != 10 && version != 11) return "the version is neither HTTP/1.1 nor HTTP/1.0";
  if (lengths > 1 || text_of(request[http::field::content_length]).find(',') != std::string::npos) return "Content-Length stands twice";
  if (lengths > 0 && codings > 0) return "Content-Length and Transfer-Encoding exclude each other";
  if (codings > 1 || (codings == 1 && !beast::iequals(request[http::field::transfer_encoding], "chunked"))) return "the Transfer-Encoding is not plain chunked";
  if (codings > 0 && version == 10) return "this version has no Transfer-Encoding";
  if (version == 11 && request.count(http::field::host) != 1) return "exactly one Host is expected";
  return {};
}

bool is_folded(std::string_view header) { return header.find("\n ") != std::string_view::npos || header.find("\n\t") != std::string_view::npos; }

// A name or address with an optional port; another Host could be told to others as an address.
std::string clean_host(std::string host) {
  const bool is_clean = std::ranges::all_of(host, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' || c == '[' || c == ']'; });
  return is_clean ? host : std::string();
}

// The answer of the service, to a body that is unpacked first and an answer that is packed. Runs in a worker.
HttpResponse answered(Service& service, HttpRequest request, bool says_packed, bool takes_packed) {
  if (says_packed || looks_packed(request.body)) {
    auto unpacked = unpack(request.body, Service::body_bytes_max(request.target));
    if (!unpacked && unpacked.error() == UnpackFault::too_large) {
      HttpResponse refused = problem(HttpFault::too_large, "the body is larger than is taken here once it is unpacked", request.id);
      refused.body = refused.json->dump();
      return refused;
    }
    if (!unpacked) {
      HttpResponse refused = bad_request(400, "the body is no whole gzip", request.id);
      refused.body = refused.json->dump();
      return refused;
    }
    request.body = *std::move(unpacked);
  }
  HttpResponse response = service.answer(std::move(request));
  if (takes_packed && !response.more && response.body.size() >= kPackedFrom) {
    response.body = pack(response.body);
    response.headers.emplace_back("Content-Encoding", "gzip");
  }
  return response;
}

}  // namespace

std::string Hub::request_id() { return fmt::format("{:016x}", next_id++ * 0x9E37'79B9'7F4A'7C15); }

Connection::Connection(boost::asio::ip::tcp::socket socket, Hub& hub) : hub_(hub), stream_(std::move(socket), hub.tls), buffer_(kBufferBytesMax), timer_(hub.io) {
  beast::error_code ignored;
  const auto peer = stream_.tcp().socket().remote_endpoint(ignored);
  if (!ignored) {
    peer_ = peer.address().to_string();
    address_ = network_of(peer_);
  }
  hub_.open.insert(this);
  ++hub_.service.metrics().open_connections;
}

Connection::~Connection() {
  give_back_body();
  if (streams_) --hub_.streams;
  hub_.open.erase(this);
  --hub_.service.metrics().open_connections;
  if (hub_.open.empty() && hub_.on_last_closed) hub_.on_last_closed();
}

void Connection::start() {
  ClientStream::Secure* secure = stream_.secure();
  if (secure == nullptr) return wait_for_request(std::chrono::duration_cast<std::chrono::seconds>(kHeaderWait));
  stream_.tcp().expires_after(kHeaderWait);
  secure->async_handshake(boost::asio::ssl::stream_base::server, [self = shared_from_this()](beast::error_code failed) {
    if (!failed) return self->wait_for_request(std::chrono::duration_cast<std::chrono::seconds>(kHeaderWait));
    ++self->hub_.service.metrics().bad_requests;
    self->close();
  });
}

void Connection::drain() {
  keeps_alive_ = false;
  if (is_idle_) close();
}

// The first byte may take long on a connection that is kept; a header that has begun may not.
void Connection::wait_for_request(std::chrono::seconds at_most) {
  is_idle_ = true;
  if (hub_.is_draining) return close();
  if (buffer_.size() > 0) return read_header();
  if (buffer_.capacity() > kBufferBytesKept) buffer_.shrink_to_fit();  // thousands may wait
  stream_.tcp().expires_after(at_most);
  stream_.with([&](auto& stream) {
    stream.async_read_some(buffer_.prepare(4096), [self = shared_from_this()](beast::error_code failed, std::size_t bytes) {
      if (failed) return self->close();
      self->buffer_.commit(bytes);
      self->read_header();
    });
  });
}

void Connection::read_header() {
  is_idle_ = false;
  started_ = Clock::now();
  request_id_ = hub_.request_id();
  method_ = Method::other;
  is_head_ = false;
  is_for_browsers_ = false;
  parser_.emplace();
  parser_->header_limit(kHeaderBytesMax);
  parser_->body_limit(boost::none);  // it depends on the header
  stream_.tcp().expires_after(kHeaderWait);
  header_seen_ = 0;
  parse_header();
}

// By hand, since the parser joins a header that goes on in the next line: others may read it as two, or as the end.
void Connection::parse_header() {
  const auto data = buffer_.data();
  const std::string_view bytes(static_cast<const char*>(data.data()), data.size());
  const std::size_t from = header_seen_ - std::min<std::size_t>(header_seen_, 3);  // what was looked at is not looked at again
  const std::size_t end = bytes.find("\r\n\r\n", from);
  if (is_folded(bytes.substr(from, end == std::string_view::npos ? end : end - from))) return refuse(400, "a header goes on in the next line, which is read in more than one way");
  beast::error_code failed;
  const std::size_t taken = parser_->put(data, failed);
  buffer_.consume(taken);
  header_seen_ = bytes.size() - taken;
  if (failed == http::error::need_more) failed = {};
  if (failed || parser_->is_header_done()) return on_header(failed);
  stream_.with([&](auto& stream) {
    stream.async_read_some(buffer_.prepare(kHeaderStep), [self = shared_from_this()](beast::error_code not_read, std::size_t read) {
      if (not_read) return self->refuse(not_read);
      self->buffer_.commit(read);
      self->parse_header();
    });
  });
}

void Connection::on_header(beast::error_code failed) {
  if (failed) return refuse(failed);
  const auto& request = parser_->get();
  version_ = request.version();
  keeps_alive_ = request.keep_alive() && !hub_.is_draining;
  method_ = method_of(request.method());
  is_head_ = request.method() == http::verb::head;
  if (const std::string_view fault = framing_fault(request, version_); !fault.empty()) return refuse(400, fault);
  read_head();
  if (Service::is_upload(method_, head_.request.target)) return begin_upload();
  const std::size_t limit = Service::body_bytes_max({request.target().data(), request.target().size()});
  parser_->body_limit(limit);
  const auto length = parser_->content_length();
  if (length && *length > limit) return refuse(413, "the body is larger than is taken here");
  if (!pay_for_body(parser_->chunked() ? limit : static_cast<std::size_t>(length.value_or(0)))) return;
  if (!beast::iequals(request[http::field::expect], "100-continue")) return read_body();
  send_go_on(&Connection::read_body);
}

// False: it is refused. The key is looked at before anything is kept for a body, unless it may stand in the body.
bool Connection::pay_for_body(std::size_t bytes) {
  payer_ = bytes > 0 && hub_.service.is_known(head_.request) ? BodyBudget::Payer::keyholder : BodyBudget::Payer::stranger;
  if (payer_ == BodyBudget::Payer::stranger && bytes > kStrangersBodyMax && !Service::may_show_key_later(head_.request.target)) {
    refuse(problem(HttpFault::no_key, "this needs a key that counts, before so large a body is read", request_id_, "send it as: Authorization: Bearer KEY"));
    return false;
  }
  switch (hub_.bodies.take(address_, payer_, bytes)) {
    case BodyBudget::Answer::paid: body_bytes_ = bytes; return true;
    case BodyBudget::Answer::address_has_too_much: refuse(429, "too many bodies are being read from this address"); break;
    case BodyBudget::Answer::all_is_taken: refuse(503, "too many bodies are being read"); break;
  }
  ++hub_.service.metrics().overloads;
  return false;
}

// A proxy puts the address that it saw last; what stands before it was said by whoever asked.
std::string Connection::sender_of(const std::string& forwarded_for) const {
  std::string last = forwarded_for.substr(forwarded_for.rfind(',') + 1);
  std::erase(last, ' ');
  beast::error_code failed;
  const auto address = boost::asio::ip::make_address(last, failed);
  return failed ? peer_ : address.to_string();
}

// Before the body: what stands behind it, in a trailer, counts for nothing.
void Connection::read_head() {
  const auto& message = parser_->get();
  const auto header = [&](auto field) { return text_of(message[field]); };
  head_.coding = header(http::field::content_encoding);
  head_.takes_packed = header(http::field::accept_encoding).find("gzip") != std::string::npos;
  head_.request = {.id = request_id_,
                   .method = method_,
                   .target = text_of(message.target()),
                   .authorization = header(http::field::authorization),
                   .if_match = header(http::field::if_match),
                   .if_none_match = header(http::field::if_none_match),
                   .accept = header(http::field::accept),
                   .host = clean_host(header(http::field::host)),
                   .last_event_id = header("Last-Event-ID"),
                   .content_type = header(http::field::content_type),
                   .idempotency_key = header("Idempotency-Key"),
                   .cookie = header(http::field::cookie),
                   .origin = header(http::field::origin),
                   .csrf = header("X-CSRF-Token"),
                   .from = sender_of(hub_.is_behind_proxy ? header("X-Forwarded-For") : std::string()),
                   .signature = header("X-Twilio-Email-Event-Webhook-Signature"),
                   .signature_time = header("X-Twilio-Email-Event-Webhook-Timestamp")};
  is_for_browsers_ = Service::is_tracking_target(head_.request.target);
}

void Connection::read_body() {
  stream_.tcp().expires_after(kBodyWait);
  stream_.with([&](auto& stream) {
    http::async_read(stream, buffer_, *parser_, [self = shared_from_this()](beast::error_code failed, std::size_t) { self->on_body(failed); });
  });
}

void Connection::on_body(beast::error_code failed) {
  if (failed) return refuse(failed);
  auto message = parser_->release();
  if (!head_.coding.empty() && !beast::iequals(head_.coding, "gzip") && !beast::iequals(head_.coding, "identity")) return refuse(415, "the only Content-Encoding that is taken is gzip");
  HttpRequest request = std::move(head_.request);
  request.body = std::move(message.body());
  dispatch(std::move(request), beast::iequals(head_.coding, "gzip"), head_.takes_packed);
}

void Connection::dispatch(HttpRequest request, bool says_packed, bool takes_packed) {
  const Lane lane = hub_.service.lane_of(request);
  stream_.tcp().expires_never();
  if (lane == Lane::at_once) return send(hub_.service.answer(std::move(request)));
  const std::string holder = hub_.service.asker_of(request);
  if (const std::int64_t wait = hub_.service.wait_of(holder); wait > 0) return turn_away(too_often(wait, request_id_));
  asker_ = holder.empty() ? "from " + network_of(request.from) : holder;
  if (lane == Lane::writes && !take_in_hand(request, says_packed)) return;
  head_.takes_packed = takes_packed;
  if (lane == Lane::writes && !says_packed && Service::may_go_together(request)) {
    if (!hub_.together.add(asker_, {shared_from_this(), std::move(request)})) turn_away_from_queue();
    return;
  }
  hand_over(lane, std::move(request), says_packed);
}

// To a worker of its own.
void Connection::hand_over(Lane lane, HttpRequest request, bool says_packed) {
  const int socket = stream_.tcp().socket().native_handle();  // open as long as somebody works for this connection
  request.asker = {.whose = asker_, .is_gone = [socket] { return has_hung_up(socket, HungUp::sends_no_more); }};
  auto work = [self = shared_from_this(), request = std::move(request), says_packed, takes_packed = head_.takes_packed]() mutable {
    HttpResponse response = answered(self->hub_.service, std::move(request), says_packed, takes_packed);
    boost::asio::io_context& io = self->hub_.io;
    boost::asio::post(io, [self = std::move(self), response = std::move(response)]() mutable { self->send(std::move(response)); });
  };
  WorkerPool& pool = lane != Lane::writes ? hub_.reads : in_hand_ >= kBatchBytes ? hub_.batches : hub_.writes;
  if (!pool.post(std::move(work), asker_)) turn_away_from_queue();
}

// To one worker, who sends them back together: a wake-up and a sync for all. What cannot be answered beside others gets a worker of its own then.
bool Connection::begin_together(Hub& hub, const std::string& asker, std::vector<Gathered>&& gathered) {
  auto all = std::make_shared<std::vector<Gathered>>(std::move(gathered));  // work is copied, its parts are not
  const bool posted = hub.writes.post([&hub, asker, all] {
    std::vector<HttpRequest*> requests;
    for (Gathered& one : *all) requests.push_back(&one.request);
    auto answers = hub.service.answer_together(requests);
    boost::asio::post(hub.io, [&hub, asker, all, answers = std::move(answers)]() mutable {
      for (std::size_t i = 0; i < all->size(); ++i) {
        Gathered& one = all->at(i);
        if (answers[i]) one.connection->send(*std::move(answers[i]));
        else one.connection->hand_over(Lane::writes, std::move(one.request), false);
      }
      hub.together.ended(asker);
    });
  }, asker);
  if (!posted) for (Gathered& one : *all) one.connection->turn_away_from_queue();
  return posted;
}

// False: it is refused. A body that is packed counts as what it may well become.
bool Connection::take_in_hand(const HttpRequest& request, bool says_packed) {
  const bool is_packed = says_packed || looks_packed(request.body);
  const std::size_t body = is_packed ? std::min(request.body.size() * kUnpackedTimes, Service::body_bytes_max(request.target)) : request.body.size();
  const std::size_t bytes = body + kWriteBytes;
  switch (hub_.writes_in_hand.take(asker_, bytes)) {
    case WritesInHand::Answer::taken: in_hand_ = bytes; return true;
    case WritesInHand::Answer::asker_has_too_much: turn_away(problem(HttpFault::too_many, "too much of this sender is being written already", request_id_, "try again after what Retry-After says, with less at once")); break;
    case WritesInHand::Answer::all_is_taken: turn_away(problem(HttpFault::busy, "more comes than can be written now; nothing of this is acknowledged", request_id_, "try again after what Retry-After says")); break;
  }
  return false;
}

void Connection::turn_away_from_queue() { turn_away(problem(HttpFault::busy, "too many requests wait already", request_id_, "try again after what Retry-After says")); }

void Connection::turn_away(HttpResponse response) {
  ++hub_.service.metrics().overloads;
  response.body = response.json->dump();
  send(std::move(response));
}

void Connection::refuse(beast::error_code failed) {
  if (failed == http::error::header_limit) return refuse(431, "the header is larger than 32 KiB");
  if (failed == http::error::body_limit) return refuse(413, "the body is larger than is taken here");
  if (failed == beast::error::timeout || failed == http::error::end_of_stream || failed == http::error::partial_message || failed.category() != make_error_code(http::error::bad_method).category()) return close();
  refuse(400, "these bytes are no HTTP request");
}

void Connection::refuse(int status, std::string_view why) {
  if (status < 500) ++hub_.service.metrics().bad_requests;
  refuse(bad_request(status, why, request_id_));
}

void Connection::refuse(HttpResponse response) {
  keeps_alive_ = false;
  has_unread_ = true;
  response.body = response.json->dump();
  send(std::move(response));
}

}  // namespace wanamaker
