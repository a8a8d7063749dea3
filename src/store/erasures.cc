#include "store/erasures.h"

#include "store/io_error.h"

#include <fmt/format.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <sodium.h>
#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>

namespace wanamaker {
namespace {

constexpr std::string_view kFirstLines = "wanamaker erasures\nformat 1\nkey ";
constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kHashBytes = 16;
constexpr std::size_t kNonceBytes = 8;

std::string to_hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned>(static_cast<unsigned char>(byte)));
  return text;
}

bool from_hex(std::string_view text, std::string& bytes) {
  bytes.assign(text.size() / 2, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::uint8_t value = 0;
    const auto [end, fault] = std::from_chars(text.data() + 2 * i, text.data() + 2 * i + 2, value, 16);
    if (fault != std::errc() || end != text.data() + 2 * i + 2) return false;
    bytes[i] = static_cast<char>(value);
  }
  return text.size() % 2 == 0;
}

std::string with_check(std::string_view text) { return fmt::format("{} {:016x}\n", text, XXH3_64bits(text.data(), text.size())); }

std::string line_of(const Erasures::Entry& entry) { return with_check(fmt::format("{} {}", entry.sequence, entry.hash)); }

// The last line, given all before it.
std::string end_of(std::string_view text, std::size_t lines) {
  const std::string whole = with_check(fmt::format("{}end {}", text, lines));
  return whole.substr(text.size());
}

Result<std::string> random_bytes(std::size_t size) {
  if (::sodium_init() < 0) return fail(ErrorCode::failure, "no random numbers can be had from the system");
  std::string bytes(size, '\0');
  ::randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

std::optional<Erasures::Entry> read_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  if (first == std::string_view::npos) return std::nullopt;
  Erasures::Entry entry;
  const std::string_view digits = line.substr(0, first);
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), entry.sequence);
  if (fault != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  if (line.size() < first + 2 + 2 * (kHashBytes + kNonceBytes)) return std::nullopt;
  entry.hash = line.substr(first + 1, 2 * kHashBytes);
  entry.nonce = line.substr(first + 2 + 2 * kHashBytes, 2 * kNonceBytes);
  if (line_of(entry) != fmt::format("{}\n", line)) return std::nullopt;
  return entry;
}

}  // namespace

Result<void> Erasures::create(rocksdb::FileSystem& files, const std::string& path) {
  Erasures ledger(files, path);
  WM_TRY(ledger.key_, random_bytes(kKeyBytes));
  return ledger.write();
}

Result<void> Erasures::copy_to(const std::string& path) const {
  Erasures copy = *this;
  copy.path_ = path;
  return copy.write();
}

Result<Erasures> Erasures::read(rocksdb::FileSystem& files, const std::string& path) {
  Erasures ledger(files, path);
  std::string text;
  const rocksdb::IOStatus status = rocksdb::ReadFileToString(&files, path, &text);
  if (status.IsNotFound() || status.IsPathNotFound()) {
    return fail(Error{.code = ErrorCode::not_found, .message = fmt::format("there is no ledger of erasures {}", path), .where = path});
  }
  if (!status.ok()) return io_failure(status, "cannot read", path);
  WM_CHECK_OK(ledger.parse(text));
  return ledger;
}

Result<void> Erasures::parse(std::string_view text) {
  const auto damaged = [&](std::size_t offset) {
    return fail(Error{.code = ErrorCode::failure,
                      .message = fmt::format("{} is damaged at offset {}", path_, offset),
                      .hint = "copy an undamaged one there: the ERASED of the store, or of its newest backup",
                      .where = path_});
  };
  const std::size_t header = kFirstLines.size() + 2 * kKeyBytes;
  if (!text.starts_with(kFirstLines) || text.size() <= header || text[header] != '\n') return damaged(0);
  if (!from_hex(text.substr(kFirstLines.size(), 2 * kKeyBytes), key_)) return damaged(kFirstLines.size());
  std::size_t lines = 0;
  for (std::size_t at = header + 1;; ++lines) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("end ")) {
      if (rest != end_of(text.substr(0, at), lines)) return damaged(at);
      return {};
    }
    const std::size_t end = rest.find('\n');
    auto entry = read_line(rest.substr(0, end));
    if (end == std::string_view::npos || !entry) return damaged(at);
    entries_.insert(*std::move(entry));
    at += end + 1;
  }
}

std::string Erasures::hash_of(std::string_view id) const {
  std::string hash(kHashBytes, '\0');
  ::crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(), reinterpret_cast<const unsigned char*>(id.data()), id.size(),
                       reinterpret_cast<const unsigned char*>(key_.data()), key_.size());
  return to_hex(hash);
}

bool Erasures::contains(std::uint64_t sequence, std::string_view id) const {
  const std::string hash = hash_of(id);
  const auto at = entries_.lower_bound(Entry{.sequence = sequence, .hash = hash, .nonce = {}});
  return at != entries_.end() && at->sequence == sequence && at->hash == hash;
}

bool Erasures::contains(std::string_view id) const {
  return std::ranges::any_of(entries_, [hash = hash_of(id)](const Entry& entry) { return entry.hash == hash; });
}

Result<void> Erasures::add(std::uint64_t sequence, std::span<const std::string> ids) {
  std::set<Entry> before = entries_;
  for (const std::string& id : ids) {
    WM_TRY(const std::string nonce, random_bytes(kNonceBytes));
    entries_.insert({.sequence = sequence, .hash = hash_of(id), .nonce = to_hex(nonce)});
  }
  auto written = write();
  if (!written) entries_ = std::move(before);
  return written;
}

Result<void> Erasures::merge(const Erasures& other) {
  if (!same_key(other)) {
    return fail(Error{.code = ErrorCode::conflict,
                      .message = fmt::format("the ledgers of erasures {} and {} are of different stores", path_, other.path_),
                      .hint = "name the ledger of the store that the backup is of",
                      .where = other.path_});
  }
  entries_.insert(other.entries_.begin(), other.entries_.end());
  return write();
}

// Whole, beside the old one, which a rename replaces: a ledger is small, and never half there.
Result<void> Erasures::write() const {
  std::string text = fmt::format("{}{}\n", kFirstLines, to_hex(key_));
  for (const Entry& entry : entries_) text += line_of(entry);
  text += end_of(text, entries_.size());
  const std::string fresh = path_ + ".new";
  rocksdb::IOStatus status = rocksdb::WriteStringToFile(files_, text, fresh, true);
  if (status.ok()) status = files_->RenameFile(fresh, path_, rocksdb::IOOptions(), nullptr);
  std::unique_ptr<rocksdb::FSDirectory> directory;
  if (status.ok()) status = files_->NewDirectory(path_.substr(0, path_.rfind('/')), rocksdb::IOOptions(), &directory, nullptr);
  if (status.ok()) status = directory->Fsync(rocksdb::IOOptions(), nullptr);
  if (!status.ok()) return io_failure(status, "cannot write", path_);
  return {};
}

}  // namespace wanamaker
