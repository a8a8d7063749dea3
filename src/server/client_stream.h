#pragma once
// The bytes of one client: as they are, or through TLS. Key idea: what is done with them is written once, for both. Single-threaded.
// Included by connection.h alone, since Boost.Beast takes long to compile.

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <utility>
#include <variant>

namespace wanamaker {

class ClientStream {
 public:
  using Plain = boost::beast::tcp_stream;
  using Secure = boost::beast::ssl_stream<boost::beast::tcp_stream>;

  // `tls`: nullptr for bytes as they are; it outlives the stream.
  ClientStream(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context* tls) : stream_(std::in_place_type<Plain>, std::move(socket)) {
    if (tls == nullptr) return;
    Plain tcp = std::get<Plain>(std::move(stream_));
    stream_.emplace<Secure>(std::move(tcp), *tls);
  }

  // Where time limits and the socket are.
  Plain& tcp() {
    if (Secure* secure = this->secure()) return secure->next_layer();
    return std::get<Plain>(stream_);
  }
  Secure* secure() { return std::get_if<Secure>(&stream_); }
  // Calls use(stream), with the one or the other.
  template <typename Use>
  void with(Use use) {
    std::visit(std::move(use), stream_);
  }

 private:
  std::variant<Plain, Secure> stream_;
};

}  // namespace wanamaker
