#pragma once
// One connection: reads requests one after another, hands each to workers, writes its answer. All of it runs on the thread of the
// io_context. Included by connection*.cc and server.cc alone, since Boost.Beast takes long to compile.

#include "api/http/service.h"
#include "server/body_budget.h"
#include "server/client_stream.h"
#include "server/gathering.h"
#include "server/log.h"
#include "server/worker_pool.h"
#include "server/writes_in_hand.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace wanamaker {

class Connection;

// A request that goes to a worker with others.
struct Gathered {
  std::shared_ptr<Connection> connection;
  HttpRequest request;
};

// What connections share.
struct Hub {
  boost::asio::io_context& io;
  Service& service;
  WorkerPool& writes;
  WorkerPool& batches;
  WorkerPool& reads;
  Gathering<Gathered>& together;
  const ServerLog& log;
  BodyBudget bodies;
  WritesInHand writes_in_hand;
  boost::asio::ssl::context* tls = nullptr;  // where connections are secured
  std::unordered_set<Connection*> open = {};
  std::function<void()> on_last_closed = {};
  bool is_behind_proxy = false;              // which says in X-Forwarded-For who asks
  bool is_draining = false;
  std::size_t streams = 0;
  std::uint64_t next_id = 0;

  std::string request_id();
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(boost::asio::ip::tcp::socket socket, Hub& hub);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start();
  // Work for one asker; false, where it was refused.
  static bool begin_together(Hub& hub, const std::string& asker, std::vector<Gathered>&& gathered);
  // No further request; one that is being answered is finished.
  void drain();

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  using Clock = std::chrono::steady_clock;

  void say_goodbye();
  void wait_for_request(std::chrono::seconds at_most);
  void read_header();
  void parse_header();
  void on_header(boost::beast::error_code failed);
  void read_head();
  std::string sender_of(const std::string& forwarded_for) const;
  void read_body();
  void on_body(boost::beast::error_code failed);
  void begin_upload();
  void receive_upload();
  void read_piece();
  void on_piece(boost::beast::error_code failed);
  void end_upload();
  void refuse(boost::beast::error_code failed);
  void refuse(int status, std::string_view why);
  void refuse(HttpResponse response);
  bool pay_for_body(std::size_t bytes);
  void dispatch(HttpRequest request, bool says_packed, bool takes_packed);
  void hand_over(Lane lane, HttpRequest request, bool says_packed);
  bool take_in_hand(const HttpRequest& request, bool says_packed);
  void turn_away(HttpResponse response);
  void turn_away_from_queue();
  void send(HttpResponse response);
  void send_whole(HttpResponse response);
  void send_head(HttpResponse response);
  void on_head_sent(boost::beast::error_code failed);
  void send_bytes(std::string bytes, void (Connection::*then)(boost::beast::error_code failed));
  void send_go_on(void (Connection::*then)());
  void ask_for_piece();
  void send_piece(std::optional<std::string> piece);
  void ask_later(std::chrono::milliseconds after);
  void on_sent(boost::beast::error_code failed);
  void let_go();
  void discard();
  void give_back_body();
  void note(const HttpResponse& response, std::size_t bytes);
  void close();

  Hub& hub_;
  ClientStream stream_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::buffer_body>> upload_parser_;  // of a body that goes to disk as it comes
  std::string upload_piece_;
  boost::asio::steady_timer timer_;
  HttpResponse::More more_;
  std::string piece_;
  std::string sent_;  // an answer, while it is sent
  std::string request_id_;
  struct Head {
    HttpRequest request;  // but for its body
    std::string coding;   // Content-Encoding
    bool takes_packed = false;
  };
  Head head_;
  bool is_head_ = false;  // HEAD: the answer has no body
  bool is_for_browsers_ = false;  // of other origins
  Method method_ = Method::other;
  Clock::time_point started_;
  Clock::time_point last_piece_;
  std::string address_;         // of whoever sends, as bodies are paid for
  std::string peer_;            // likewise, as text
  std::size_t body_bytes_ = 0;  // taken from hub_.bodies
  std::string asker_;           // whose turn it takes, and for whom bytes in hand are counted
  std::size_t in_hand_ = 0;     // taken from hub_.writes_in_hand
  BodyBudget::Payer payer_ = BodyBudget::Payer::stranger;
  std::size_t header_seen_ = 0;  // bytes of the buffer
  unsigned version_ = 11;
  bool keeps_alive_ = false;
  bool is_idle_ = true;
  bool streams_ = false;
  bool has_unread_ = false;     // of the request, when it was refused
  std::size_t discarded_ = 0;
};

}  // namespace wanamaker
