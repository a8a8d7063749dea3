#include "server/connection.h"

// How it answers: whole or in pieces, and what comes after an answer.

#include "api/http/problem.h"

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/write.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace wanamaker {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using namespace std::chrono_literals;

constexpr std::size_t kStreamsMax = 1'000;
constexpr auto kSendWait = 30s;
constexpr auto kLetGoWait = 5s;
constexpr std::size_t kDiscardStep = 64 << 10;
constexpr std::size_t kDiscardMax = 8U << 20;
constexpr auto kAskAgain = 500ms;
constexpr auto kSignOfLife = 15s;
constexpr auto kIdleWait = 60s;

template <typename Body>
void set_head(http::response<Body>& message, const HttpResponse& response, const std::string& request_id) {
  for (const auto& [name, value] : response.headers) message.set(name, value);
  message.set("X-Request-Id", request_id);
  message.set("X-Content-Type-Options", "nosniff");
  message.set("X-Frame-Options", "DENY");
  if (message.find("Content-Security-Policy") == message.end()) message.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  message.set(http::field::vary, "Accept-Encoding");
  if (message.find(http::field::cache_control) == message.end()) message.set(http::field::cache_control, "no-store");
  if (!response.content_type.empty()) message.set(http::field::content_type, response.content_type);
}

}  // namespace

void Connection::send(HttpResponse response) {
  give_back_body();
  if (is_for_browsers_) {
    response.headers.emplace_back("Access-Control-Allow-Origin", "*");
    response.headers.emplace_back("Access-Control-Expose-Headers", "Retry-After, X-Request-Id");
  }
  if (response.more && (version_ != 11 || hub_.streams >= kStreamsMax)) {
    response = version_ != 11 ? bad_request(505, "an answer in pieces needs HTTP/1.1", request_id_) : problem(HttpFault::too_many, "too many answers in pieces are open", request_id_);
    response.body = response.json->dump();
  }
  if (hub_.is_draining) keeps_alive_ = false;
  if (response.more) send_head(std::move(response));
  else send_whole(std::move(response));
}

void Connection::send_whole(HttpResponse response) {
  auto message = std::make_shared<http::response<http::string_body>>(static_cast<http::status>(response.status), version_);
  set_head(*message, response, request_id_);
  message->keep_alive(keeps_alive_);
  message->body() = std::move(response.body);
  message->prepare_payload();
  if (is_head_) message->body().clear();  // its length is told all the same
  note(response, message->body().size());
  stream_.tcp().expires_after(kSendWait);
  stream_.with([&](auto& stream) {
    http::async_write(stream, *message, [self = shared_from_this(), message](beast::error_code failed, std::size_t) { self->on_sent(failed); });
  });
}

// ---- answers in pieces ----

void Connection::send_head(HttpResponse response) {
  using Message = http::response<http::empty_body>;
  auto message = std::make_shared<Message>(static_cast<http::status>(response.status), version_);
  set_head(*message, response, request_id_);
  message->keep_alive(keeps_alive_);
  message->chunked(true);
  note(response, 0);
  more_ = std::move(response.more);
  streams_ = true;
  ++hub_.streams;
  last_piece_ = Clock::now();
  auto serializer = std::make_shared<http::response_serializer<http::empty_body>>(*message);
  stream_.tcp().expires_after(kSendWait);
  stream_.with([&](auto& stream) {
    http::async_write_header(stream, *serializer, [self = shared_from_this(), message, serializer](beast::error_code failed, std::size_t) {
      if (failed) return self->close();
      self->ask_for_piece();
    });
  });
}

void Connection::ask_for_piece() {
  stream_.tcp().expires_never();
  const bool asked = hub_.reads.post([self = shared_from_this()]() mutable {
    std::optional<std::string> piece = self->more_();
    boost::asio::io_context& io = self->hub_.io;
    boost::asio::post(io, [self = std::move(self), piece = std::move(piece)]() mutable { self->send_piece(std::move(piece)); });
  }, asker_);
  if (!asked) ask_later(kAskAgain);
}

void Connection::ask_later(std::chrono::milliseconds after) {
  timer_.expires_after(after);
  timer_.async_wait([self = shared_from_this()](beast::error_code failed) {
    if (!failed) self->ask_for_piece();
  });
}

void Connection::send_piece(std::optional<std::string> piece) {
  if (piece && piece->empty()) {
    if (Clock::now() - last_piece_ < kSignOfLife) return ask_later(kAskAgain);
    piece = ": \n\n";  // nothing, as server-sent events say it: a reader that is gone is found out
  }
  last_piece_ = Clock::now();
  stream_.tcp().expires_after(kSendWait);
  if (!piece) {
    more_ = {};
    streams_ = false;
    --hub_.streams;
    return stream_.with([&](auto& stream) {
      boost::asio::async_write(stream, http::make_chunk_last(), [self = shared_from_this()](beast::error_code failed, std::size_t) { self->on_sent(failed); });
    });
  }
  piece_ = *std::move(piece);
  stream_.with([&](auto& stream) {
    boost::asio::async_write(stream, http::make_chunk(boost::asio::buffer(piece_)), [self = shared_from_this()](beast::error_code failed, std::size_t) {
      if (failed) return self->close();
      self->ask_for_piece();
    });
  });
}

// ---- afterwards ----

void Connection::on_sent(beast::error_code failed) {
  if (failed) return close();
  if (!keeps_alive_) return has_unread_ ? let_go() : say_goodbye();
  wait_for_request(std::chrono::duration_cast<std::chrono::seconds>(kIdleWait));
}

// Through TLS an end that is not said could be somebody's who cut the line.
void Connection::say_goodbye() {
  ClientStream::Secure* secure = stream_.secure();
  if (secure == nullptr) return close();
  stream_.tcp().expires_after(kLetGoWait);
  secure->async_shutdown([self = shared_from_this()](beast::error_code) { self->close(); });
}

// A client that is still sending would lose the answer with a connection that is cut: it is read on for a while, and what comes is dropped.
void Connection::let_go() {
  beast::error_code ignored;
  if (stream_.secure() == nullptr) stream_.tcp().socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
  stream_.tcp().expires_after(kLetGoWait);
  buffer_.consume(buffer_.size());
  discard();
}

void Connection::discard() {
  stream_.with([&](auto& stream) {
    stream.async_read_some(buffer_.prepare(kDiscardStep), [self = shared_from_this()](beast::error_code failed, std::size_t bytes) {
      self->discarded_ += bytes;
      if (failed || self->discarded_ > kDiscardMax) return self->close();
      self->discard();
    });
  });
}

void Connection::give_back_body() {
  hub_.bodies.give_back(address_, payer_, body_bytes_);
  hub_.writes_in_hand.give_back(asker_, in_hand_);
  body_bytes_ = 0;
  in_hand_ = 0;
}

void Connection::note(const HttpResponse& response, std::size_t bytes) {
  ++hub_.service.metrics().requests_by_class[static_cast<std::size_t>(std::clamp(response.status / 100, 0, 5))];
  const double milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - started_).count();
  Json line = Json::object().set("id", request_id_).set("method", name_of(method_)).set("route", response.route).set("status", response.status)
                                         .set("ms", Json(Json::Number{fmt::format("{:.2f}", milliseconds)})).set("bytes", std::uint64_t{bytes}).set("key", response.key_id);
  if (!response.why.empty()) line.set("why", response.why);
  hub_.log.answered(response.status, std::move(line));
}

void Connection::close() {
  beast::error_code ignored;
  stream_.tcp().socket().shutdown(boost::asio::ip::tcp::socket::shutdown_both, ignored);
  stream_.tcp().close();
}

}  // namespace wanamaker
