#pragma once
// The server's certificate and key, ready for connections: TLS 1.2 and 1.3.

#include "base/result.h"

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>

namespace wanamaker {

struct TlsFiles {
  std::string certificate;  // PEM: its chain, the server's own first
  std::string key;          // PEM, without a password
  bool is_given() const { return !certificate.empty() || !key.empty(); }
};

// Errors: usage (one file without the other), not_found, invalid (no certificate, no key, or one that does not fit the other).
Result<std::unique_ptr<boost::asio::ssl::context>> make_tls(const TlsFiles& files);

}  // namespace wanamaker
