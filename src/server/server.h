#pragma once
// Sockets: HTTP/1.1 on one port, with limits before anything is allocated. Key idea: one thread reads and writes sockets and never
// waits; what may wait (a disk, a lock) goes to workers, for writes, for large bodies and for reads apart.
// Boost is seen by connection*.cc, server.cc and tls.cc.

#include "api/http/service.h"
#include "base/result.h"
#include "server/log.h"

#include <cstdint>
#include <functional>
#include <string>

namespace wanamaker {

struct ServerOptions {
  std::string listen = "127.0.0.1:8080";  // address:port; port 0: a free one
  bool is_behind_proxy = false;           // allows an address that others can reach
  std::string tls_certificate = {};       // PEM files; with them the server speaks TLS alone, at any address
  std::string tls_key = {};
  std::size_t connections_max = 12'000;
  std::size_t writes_in_hand_bytes = 16U << 20;  // 0: one write at a time
  LogLevel log = LogLevel::requests;
};

// Whether it can be served so, as far as that can be told without the port and the store. Errors: usage (an address, or a certificate without
// a key), not_allowed (a public address without TLS or is_behind_proxy); those of tls.h. They name what the command line does.
Result<void> check_options(const ServerOptions& options);

// Serves until SIGTERM or SIGINT; then takes nothing new, finishes what it has, and returns. `on_ready` gets the port.
// Errors: conflict (the port is taken); those of check_options().
Result<void> serve(Service& service, const ServerOptions& options, const std::function<void(std::uint16_t port)>& on_ready);

}  // namespace wanamaker
