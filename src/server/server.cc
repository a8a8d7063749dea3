#include "server/server.h"

#include "server/connection.h"
#include "server/tls.h"

#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/resource.h>

#include <atomic>
#include <charconv>
#include <csignal>

namespace wanamaker {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Failed = boost::system::error_code;
using namespace std::chrono_literals;

constexpr unsigned kWriters = 32;            // as many commits may share one sync
constexpr unsigned kBatchWriters = 8;        // who sends much at once waits for reading it, not for the disk
constexpr unsigned kReaders = 4;
constexpr unsigned kWritersOfOne = 28;       // some are left for whoever comes while all of these wait for the base
constexpr unsigned kBatchWritersOfOne = 6;
constexpr unsigned kReadersOfOne = 2;        // the base is read by one at a time; the other reads its request meanwhile, or writes its answer
constexpr unsigned kGroupsOfOne = 2;         // of events that come one by one: one is made while the other waits for the disk
constexpr std::size_t kWritesWaitingMax = 1'024;
constexpr std::size_t kBatchesWaitingMax = 256;
constexpr std::size_t kReadsWaitingMax = 256;
constexpr auto kTick = 200ms;
constexpr auto kDrainAtMost = 15s;
constexpr auto kAcceptAgain = 100ms;         // after the machine had no descriptor left
constexpr std::string_view kFull = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

Result<tcp::endpoint> endpoint_of(const ServerOptions& options) {
  const std::size_t colon = options.listen.rfind(':');
  std::string host = options.listen.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  Failed failed;
  const auto address = asio::ip::make_address(host, failed);
  std::uint16_t port = 0;
  const char* begin = colon == std::string::npos ? nullptr : options.listen.data() + colon + 1;
  const char* end = options.listen.data() + options.listen.size();
  const bool has_port = begin != nullptr && begin != end && std::from_chars(begin, end, port).ptr == end;
  if (failed || !has_port) return fail(ErrorCode::usage, fmt::format("--listen {}: expected an address and a port", options.listen), "such as 127.0.0.1:8080");
  if (!address.is_loopback() && !options.is_behind_proxy && options.tls_certificate.empty()) {
    return fail(ErrorCode::not_allowed, fmt::format("--listen {}: others can reach this address, and keys would go over the network in the clear", options.listen), "give --tls-cert and --tls-key, or put a proxy with TLS in front and say so with --behind-proxy, or listen on 127.0.0.1");
  }
  return tcp::endpoint(address, port);
}

// Each connection takes a descriptor; many systems give a process 1,024 unless it asks for more.
void raise_descriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

class HttpServer {
 public:
  HttpServer(Service& service, const ServerOptions& options)
      : options_(options), service_(service), log_(options.log), hub_{.io = io_, .service = service, .writes = writes_, .batches = batches_, .reads = reads_, .together = together_, .log = log_,
             .bodies = BodyBudget(options.is_behind_proxy ? BodyBudget::Addresses::are_a_proxy : BodyBudget::Addresses::are_peers),
             .writes_in_hand = WritesInHand(options.writes_in_hand_bytes), .is_behind_proxy = options.is_behind_proxy},
        together_(kGroupsOfOne, kWritesWaitingMax, {.soon = [this] { asio::post(io_, [this] { together_.begin(); }); },
                                                    .begin = [this](const std::string& asker, std::vector<Gathered>&& gathered) { return Connection::begin_together(hub_, asker, std::move(gathered)); }}),
        writes_(kWriters, kWritersOfOne, kWritesWaitingMax), batches_(kBatchWriters, kBatchWritersOfOne, kBatchesWaitingMax), reads_(kReaders, kReadersOfOne, kReadsWaitingMax),
        acceptor_(io_), signals_(io_), tick_timer_(io_), accept_timer_(io_), drain_timer_(io_) {
    randombytes_buf(&hub_.next_id, sizeof hub_.next_id);
  }

  Result<void> listen() {
    if (const TlsFiles files{.certificate = options_.tls_certificate, .key = options_.tls_key}; files.is_given()) {
      WM_TRY(tls_, make_tls(files));
      hub_.tls = tls_.get();
    }
    WM_TRY(const tcp::endpoint endpoint, endpoint_of(options_));
    Failed failed;
    acceptor_.open(endpoint.protocol(), failed);
    if (!failed) acceptor_.set_option(tcp::acceptor::reuse_address(true), failed);
    if (!failed) acceptor_.bind(endpoint, failed);
    if (!failed) acceptor_.listen(asio::socket_base::max_listen_connections, failed);
    if (failed) return fail(ErrorCode::conflict, fmt::format("--listen {}: {}", options_.listen, failed.message()), "another process may have the port; give another one");
    signals_.add(SIGTERM);  // from before it is said to be ready
    signals_.add(SIGINT);
    return {};
  }

  std::uint16_t port() { return acceptor_.local_endpoint().port(); }

  void run() {
    signals_.async_wait([this](Failed failed, int) {
      if (!failed) drain();
    });
    accept();
    tick();
    io_.run();
    hub_.on_last_closed = {};
  }

 private:
  void accept() {
    acceptor_.async_accept([this](Failed failed, tcp::socket socket) {
      if (failed == asio::error::operation_aborted) return;
      if (failed) return accept_later();
      ++service_.metrics().connections;
      if (hub_.open.size() >= options_.connections_max) {
        turn_away(std::move(socket));
      } else {
        Failed ignored;
        socket.set_option(tcp::no_delay(true), ignored);
        std::make_shared<Connection>(std::move(socket), hub_)->start();
      }
      accept();
    });
  }

  void accept_later() {
    accept_timer_.expires_after(kAcceptAgain);
    accept_timer_.async_wait([this](Failed failed) {
      if (!failed && acceptor_.is_open()) accept();
    });
  }

  // Never waits: what does not fit into the socket's buffer at once is not sent. Through TLS it would take a handshake to say so.
  void turn_away(tcp::socket socket) {
    ++service_.metrics().refused_connections;
    Failed ignored;
    socket.non_blocking(true, ignored);
    if (!tls_) socket.write_some(asio::buffer(kFull), ignored);
    socket.shutdown(tcp::socket::shutdown_send, ignored);
  }

  void tick() {
    service_.metrics().waiting_writes = writes_.waiting() + batches_.waiting();
    service_.metrics().waiting_reads = reads_.waiting();
    if (!is_ticking_.exchange(true)) {
      const bool posted = writes_.post([this] {
        service_.tick();
        is_ticking_ = false;
      });
      if (!posted) is_ticking_ = false;
    }
    say_clock();
    tick_timer_.expires_after(kTick);
    tick_timer_.async_wait([this](Failed failed) {
      if (!failed) tick();
    });
  }

  void say_clock() {
    const bool is_held = !service_.clock_note().empty();
    if (is_held != was_held_) log_.say("clock", Json::object().set("note", is_held ? service_.clock_note() : "the clock runs again"));
    was_held_ = is_held;
  }

  void drain() {
    log_.say("stopping", Json::object().set("connections", std::uint64_t{hub_.open.size()}));
    service_.close();
    hub_.is_draining = true;
    Failed ignored;
    acceptor_.close(ignored);
    accept_timer_.cancel();
    tick_timer_.cancel();
    hub_.on_last_closed = [this] { drain_timer_.cancel(); };
    const std::vector<Connection*> open(hub_.open.begin(), hub_.open.end());
    for (Connection* connection : open) connection->drain();
    if (hub_.open.empty()) return;
    drain_timer_.expires_after(kDrainAtMost);
    drain_timer_.async_wait([this](Failed failed) {
      if (!failed) io_.stop();  // who still sends or reads is cut off; what was acknowledged is durable
    });
  }

  ServerOptions options_;
  Service& service_;
  ServerLog log_;
  std::unique_ptr<asio::ssl::context> tls_;  // nothing: bytes go as they are
  Hub hub_;                 // outlives the connections, of which some may go with io_ only
  asio::io_context io_{1};  // outlives the workers, who send to it
  Gathering<Gathered> together_;  // likewise; what waits here keeps connections
  WorkerPool writes_;
  WorkerPool batches_;
  WorkerPool reads_;
  tcp::acceptor acceptor_;
  asio::signal_set signals_;
  asio::steady_timer tick_timer_;
  asio::steady_timer accept_timer_;
  asio::steady_timer drain_timer_;
  std::atomic<bool> is_ticking_ = false;
  bool was_held_ = false;
};

}  // namespace

Result<void> check_options(const ServerOptions& options) {
  WM_CHECK_OK(endpoint_of(options));
  if (const TlsFiles files{.certificate = options.tls_certificate, .key = options.tls_key}; files.is_given()) WM_CHECK_OK(make_tls(files));
  return {};
}

Result<void> serve(Service& service, const ServerOptions& options, const std::function<void(std::uint16_t port)>& on_ready) {
  raise_descriptors();
  std::signal(SIGPIPE, SIG_IGN);
  HttpServer server(service, options);
  WM_CHECK_OK(server.listen());
  on_ready(server.port());
  server.run();
  return {};
}

}  // namespace wanamaker
