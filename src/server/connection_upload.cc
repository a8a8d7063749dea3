// Of a connection: bodies that go to disk as they come, piece by piece.
#include "api/http/problem.h"
#include "api/import_upload.h"
#include "server/connection.h"

#include <boost/asio/post.hpp>
#include <boost/beast/http/read.hpp>

namespace wanamaker {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using namespace std::chrono_literals;

constexpr std::size_t kUploadPieceBytes = 256 << 10;
constexpr auto kPieceWait = 30s;

}  // namespace

// Whoever sends is let in before anything of it is read.
void Connection::begin_upload() {
  const auto length = parser_->content_length();
  if (length && *length > kImportBytesMax) return refuse(413, "the body is larger than is taken here");
  if (!head_.coding.empty() && !beast::iequals(head_.coding, "gzip") && !beast::iequals(head_.coding, "identity")) return refuse(415, "the only Content-Encoding that is taken is gzip");
  if (!hub_.service.is_known(head_.request)) return refuse(problem(HttpFault::no_key, "this needs a key that counts, or a session", request_id_, "send it as: Authorization: Bearer KEY"));
  stream_.tcp().expires_never();
  const bool posted = hub_.writes.post([self = shared_from_this()]() mutable {
    auto refused = self->hub_.service.begin_upload(self->head_.request);  // the connection does nothing meanwhile
    boost::asio::io_context& io = self->hub_.io;
    boost::asio::post(io, [self = std::move(self), refused = std::move(refused)]() mutable { refused ? self->refuse(*std::move(refused)) : self->receive_upload(); });
  });
  if (!posted) refuse(503, "too many requests wait already");
}

void Connection::receive_upload() {
  upload_parser_.emplace(std::move(*parser_));
  upload_parser_->body_limit(kImportBytesMax);
  upload_piece_.resize(kUploadPieceBytes);
  if (!beast::iequals(upload_parser_->get()[http::field::expect], "100-continue")) return read_piece();
  send_go_on(&Connection::read_piece);
}

void Connection::read_piece() {
  if (upload_parser_->is_done()) return end_upload();
  upload_parser_->get().body() = {.data = upload_piece_.data(), .size = upload_piece_.size(), .more = true};
  stream_.tcp().expires_after(kPieceWait);
  stream_.with([&](auto& stream) {
    http::async_read(stream, buffer_, *upload_parser_, [self = shared_from_this()](beast::error_code failed, std::size_t) { self->on_piece(failed); });
  });
}

// A worker writes it; the next one is read when that is done, so nothing piles up here.
void Connection::on_piece(beast::error_code failed) {
  if (failed == http::error::need_buffer) failed = {};
  if (failed) {
    head_.request.upload.reset();
    return refuse(failed);
  }
  stream_.tcp().expires_never();
  const std::size_t bytes = upload_piece_.size() - upload_parser_->get().body().size;
  const bool posted = hub_.writes.post([self = shared_from_this(), bytes]() mutable {
    auto written = self->head_.request.upload->add({self->upload_piece_.data(), bytes});
    boost::asio::io_context& io = self->hub_.io;
    boost::asio::post(io, [self = std::move(self), written = std::move(written)]() {
      if (written) return self->read_piece();
      self->head_.request.upload.reset();
      self->refuse(problem(written.error(), self->request_id_));
    });
  });
  if (posted) return;
  head_.request.upload.reset();
  refuse(503, "too many requests wait already");
}

void Connection::end_upload() {
  upload_parser_.reset();
  upload_piece_ = {};
  const bool posted = hub_.writes.post([self = shared_from_this()]() mutable {
    HttpRequest request = std::move(self->head_.request);
    auto finished = request.upload->finish();
    request.body = request.upload->hash();
    boost::asio::io_context& io = self->hub_.io;
    boost::asio::post(io, [self = std::move(self), request = std::move(request), finished = std::move(finished)]() mutable {
      if (!finished) return self->refuse(problem(finished.error(), self->request_id_));
      const bool takes_packed = self->head_.takes_packed;
      self->dispatch(std::move(request), false, takes_packed);
    });
  });
  if (posted) return;
  head_.request.upload.reset();
  refuse(503, "too many requests wait already");
}

}  // namespace wanamaker
