#include "server/tls.h"

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <unistd.h>

namespace wanamaker {
namespace {

namespace ssl = boost::asio::ssl;

Result<void> check_readable(const std::string& option, const std::string& file) {
  if (access(file.c_str(), R_OK) == 0) return {};
  return fail(ErrorCode::not_found, fmt::format("{} {}: there is no such file that can be read", option, file));
}

// The one protocol that is spoken behind TLS; clients that name others only are told so.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered, unsigned int offered_size, void*) {
  static constexpr unsigned char kSpoken[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* selected = nullptr;
  if (SSL_select_next_proto(&selected, size, kSpoken, sizeof kSpoken, offered, offered_size) != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = selected;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

Result<std::unique_ptr<ssl::context>> make_tls(const TlsFiles& files) {
  if (files.certificate.empty() || files.key.empty()) return fail(ErrorCode::usage, "--tls-cert and --tls-key belong together", "give both files, in PEM");
  WM_CHECK_OK(check_readable("--tls-cert", files.certificate));
  WM_CHECK_OK(check_readable("--tls-key", files.key));
  auto tls = std::make_unique<ssl::context>(ssl::context::tls_server);
  SSL_CTX* native = tls->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);  // thousands may wait
  SSL_CTX_set_alpn_select_cb(native, choose_protocol, nullptr);
  // A key with a password would be asked for on the terminal.
  boost::system::error_code failed;
  tls->set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); }, failed);
  tls->use_certificate_chain_file(files.certificate, failed);
  if (failed) return fail(ErrorCode::invalid, fmt::format("--tls-cert {}: no certificate in PEM", files.certificate), "it begins with -----BEGIN CERTIFICATE-----");
  tls->use_private_key_file(files.key, ssl::context::pem, failed);
  if (failed) return fail(ErrorCode::invalid, fmt::format("--tls-key {}: no private key in PEM that needs no password and belongs to the certificate", files.key));
  if (SSL_CTX_check_private_key(native) != 1) return fail(ErrorCode::invalid, fmt::format("--tls-key {}: the key does not belong to the certificate", files.key));
  return tls;
}

}  // namespace wanamaker
