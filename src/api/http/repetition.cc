#include "api/http/repetition.h"

#include "base/bytes.h"
#include "base/check.h"
#include "engine/kept_answers.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <initializer_list>

namespace wanamaker {
namespace {

// BLAKE2b-256 of the parts, each behind its length, so that none runs into the next.
std::string hash_of(std::initializer_list<std::string_view> parts) {
  ByteWriter bytes;
  for (const std::string_view part : parts) bytes.text(part);
  std::array<unsigned char, kAnswerIdBytes> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(bytes.view().data()), bytes.view().size(), nullptr, 0);
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

// With what only the asker has: a body may hold a password, and a hash of it alone could be guessed at.
std::string request_hash(const HttpRequest& request, const std::string& secret) {
  return hash_of({"request", secret, name_of(request.method), request.target, request.if_match, request.if_none_match, request.body});
}

const unsigned char* bytes_of(const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

static_assert(crypto_secretbox_KEYBYTES == kAnswerIdBytes);

std::string sealed(const std::string& plain, const std::string& key) {
  std::string box(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + plain.size(), '\0');
  randombytes_buf(box.data(), crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy(bytes_of(box) + crypto_secretbox_NONCEBYTES, bytes_of(plain), plain.size(), bytes_of(box), bytes_of(key));
  return box;
}

std::optional<std::string> opened(const std::string& box, const std::string& key) {
  constexpr std::size_t kOver = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  if (box.size() < kOver) return std::nullopt;
  std::string plain(box.size() - kOver, '\0');
  const int good = crypto_secretbox_open_easy(bytes_of(plain), bytes_of(box) + crypto_secretbox_NONCEBYTES, box.size() - crypto_secretbox_NONCEBYTES, bytes_of(box), bytes_of(key));
  return good == 0 ? std::optional(std::move(plain)) : std::nullopt;
}

std::string text_of(const HttpResponse& response) {
  ByteWriter out;
  out.varint(static_cast<std::uint64_t>(response.status));
  out.text(response.content_type);
  out.varint(response.headers.size());
  for (const auto& [name, value] : response.headers) {
    out.text(name);
    out.text(value);
  }
  out.text(response.json ? response.json->dump() : response.body);
  return out.take();
}

std::optional<HttpResponse> response_from(const std::string& text) {
  ByteReader in(text);
  HttpResponse response;
  response.status = static_cast<int>(in.varint());
  response.content_type = in.text();
  for (std::size_t count = in.count(); count > 0 && in.ok(); --count) {
    std::string name(in.text());
    response.headers.emplace_back(std::move(name), std::string(in.text()));
  }
  response.body = in.text();
  if (response.content_type.empty()) response.content_type = "application/json";
  return in.finish() ? std::optional(std::move(response)) : std::nullopt;
}

}  // namespace

bool UnderWay::begin(const std::string& id) {
  MutexLock lock(mutex_);
  return ids_.insert(id).second;
}

void UnderWay::end(const std::string& id) {
  MutexLock lock(mutex_);
  ids_.erase(id);
}

Repetition::Repetition(UnderWay& under_way, const HttpRequest& request, const Asker& asker)
    : under_way_(under_way), request_(request), id_(hash_of({"id", asker.name, request.idempotency_key})), seal_key_(hash_of({"seal", asker.secret, request.idempotency_key})), sharer_(asker.id) {}

Repetition::~Repetition() {
  if (is_begun_) under_way_.end(id_);
}

Result<void> Repetition::begin() {
  const std::string& key = request_.idempotency_key;
  if (key.size() > kKeyBytesMax || std::ranges::any_of(key, [](char c) { return c < 0x20 || c > 0x7E; })) return fail(ErrorCode::usage, fmt::format("an Idempotency-Key has 1 to {} characters of ASCII", kKeyBytesMax), "a random UUID is a good one");
  is_begun_ = under_way_.begin(id_);
  if (!is_begun_) return fail(ErrorCode::conflict, "a request with this Idempotency-Key is being answered now", "send it again a little later");
  return {};
}

Result<std::optional<HttpResponse>> Repetition::given(const std::optional<KeptAnswer>& kept) const {
  if (!kept) return std::nullopt;
  if (kept->request != request_hash(request_, seal_key_)) return fail(ErrorCode::invalid, "this Idempotency-Key was used for another request: method, address, conditions or body differ", "take a new key for a new request");
  const auto plain = opened(kept->sealed, seal_key_);
  auto response = plain ? response_from(*plain) : std::nullopt;
  if (!response) return fail(ErrorCode::conflict, "this was done already, and what was answered is not kept: it was too large, about a contact who is erased, or there was no room for it any more", "read what is there now");
  response->headers.emplace_back("Idempotency-Replayed", "true");
  return response;
}

KeepAnswer Repetition::keep(const HttpResponse& response, const std::set<std::string>& about) const {
  CHECK(!response.more, "no change is answered in pieces");
  KeepAnswer command{.id = id_, .request = request_hash(request_, seal_key_), .sealed = {}, .subjects = {}, .asker = sharer_};
  std::string box = sealed(text_of(response), seal_key_);
  if (box.size() > kAnswerBytesMax || about.size() > kAnswerSubjectsMax) return command;
  command.sealed = std::move(box);
  for (const std::string& id : about) command.subjects += subject_of(id);
  return command;
}

}  // namespace wanamaker
