#include "server/connection.h"

// How it answers: whole or in pieces, and what comes after an answer.

#include "api/http/problem.h"

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/status.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

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

// How the end of an answer is told.
struct Framing {
  std::optional<std::size_t> length = {};  // else it comes in chunks
  unsigned version = 11;
  bool keeps_alive = false;
};

// Written by hand into one buffer: an answer is one call of the system, and templates of Beast's serializer are neither compiled nor run.
std::string head_of(const HttpResponse& response, const std::string& request_id, const Framing& framing) {
  const auto reason = http::obsolete_reason(static_cast<http::status>(response.status));
  std::string head = fmt::format("HTTP/1.{} {} {}\r\n", framing.version == 10 ? 0 : 1, response.status, std::string_view(reason.data(), reason.size()));
  const auto add = [&head](std::string_view name, std::string_view value) { head.append(name).append(": ").append(value).append("\r\n"); };
  const auto has = [&response](std::string_view name) { return std::ranges::find(response.headers, name, [](const auto& header) { return std::string_view(header.first); }) != response.headers.end(); };
  for (const auto& [name, value] : response.headers) add(name, value);
  add("X-Request-Id", request_id);
  add("X-Content-Type-Options", "nosniff");
  add("X-Frame-Options", "DENY");
  if (!has("Content-Security-Policy")) add("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  add("Vary", "Accept-Encoding");
  if (!has("Cache-Control")) add("Cache-Control", "no-store");
  if (!response.content_type.empty()) add("Content-Type", response.content_type);
  if (framing.keeps_alive == (framing.version == 10)) add("Connection", framing.keeps_alive ? "keep-alive" : "close");
  const bool has_no_body = response.status == 204 || response.status == 304;
  if (!framing.length) add("Transfer-Encoding", "chunked");
  else if (!has_no_body || *framing.length > 0) add("Content-Length", std::to_string(*framing.length));
  return head += "\r\n";
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
  const std::size_t length = response.body.size();
  if (is_head_) response.body.clear();  // its length is told all the same
  note(response, response.body.size());
  send_bytes(head_of(response, request_id_, {.length = length, .version = version_, .keeps_alive = keeps_alive_}) + response.body, &Connection::on_sent);
}

void Connection::send_bytes(std::string bytes, void (Connection::*then)(beast::error_code)) {
  sent_ = std::move(bytes);
  stream_.tcp().expires_after(kSendWait);
  stream_.with([&](auto& stream) {
    boost::asio::async_write(stream, boost::asio::buffer(sent_), [self = shared_from_this(), then](beast::error_code failed, std::size_t) { (self.get()->*then)(failed); });
  });
}

void Connection::send_go_on(void (Connection::*then)()) {
  static constexpr std::string_view kGoOn = "HTTP/1.1 100 Continue\r\n\r\n";
  stream_.with([&](auto& stream) {
    boost::asio::async_write(stream, boost::asio::buffer(kGoOn.data(), kGoOn.size()), [self = shared_from_this(), then](beast::error_code failed, std::size_t) {
      if (failed) return self->close();
      (self.get()->*then)();
    });
  });
}

// ---- answers in pieces ----

void Connection::send_head(HttpResponse response) {
  note(response, 0);
  more_ = std::move(response.more);
  streams_ = true;
  ++hub_.streams;
  last_piece_ = Clock::now();
  send_bytes(head_of(response, request_id_, {.length = {}, .version = version_, .keeps_alive = keeps_alive_}), &Connection::on_head_sent);
}

void Connection::on_head_sent(beast::error_code failed) {
  if (failed) return close();
  ask_for_piece();
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
