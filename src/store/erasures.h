#pragma once
// The ledger of erasures: which contacts were erased when, without a word about them. A restored backup is older than some erasures;
// the ledger makes it forget again. Key idea: ids are kept as keyed hashes; the key stays with the store and its backups.
//   DIR/ERASED = "wanamaker erasures\nformat 1\nkey " 64 hexadecimal digits "\n" { line } last
//   line       = sequence " " hash:32 hexadecimal digits " " nonce:16 " " check:16 hexadecimal digits "\n"
//   hash       = keyed BLAKE2b of the id, 16 bytes; check = XXH3-64 of the line up to the blank before it
//   last       = "end " number of lines " " check "\n"       check = XXH3-64 of everything up to the blank before it
// The key is drawn once, when the store is made; the nonce when the line is: after a restore sequences come again.
// It is written whole and renamed into place, so a ledger without its last line, or with another key, is a damaged one: it would
// forget to forget.
// Single-threaded. Source: libsodium's crypto_generichash.

#include "base/result.h"

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rocksdb {
class FileSystem;
}

namespace wanamaker {

class Erasures {
 public:
  struct Entry {
    std::uint64_t sequence = 0;  // of the command that erased, in the log of its store
    std::string hash;            // 16 bytes as hexadecimal digits
    std::string nonce;           // 8 random bytes as hexadecimal digits
    friend auto operator<=>(const Entry&, const Entry&) = default;
  };

  // Makes an empty one with a new key, for a new store. Errors: failure.
  static Result<void> create(rocksdb::FileSystem& files, const std::string& path);
  // Errors: failure, naming file and offset of what is damaged; not_found.
  static Result<Erasures> read(rocksdb::FileSystem& files, const std::string& path);
  // The same entries under the same key in another file, durably. Errors: failure.
  Result<void> copy_to(const std::string& path) const;

  std::string hash_of(std::string_view id) const;
  const std::set<Entry>& entries() const { return entries_; }
  bool same_key(const Erasures& other) const { return key_ == other.key_; }
  bool contains(std::uint64_t sequence, std::string_view id) const;
  bool contains(std::string_view id) const;
  // Adds one entry an id, durably. Errors: failure; the ledger then is as before.
  Result<void> add(std::uint64_t sequence, std::span<const std::string> ids);
  // Takes over the entries. Durable when it returns. Errors: conflict, when they are of another store; failure.
  Result<void> merge(const Erasures& other);

 private:
  Erasures(rocksdb::FileSystem& files, std::string path) : files_(&files), path_(std::move(path)) {}
  Result<void> parse(std::string_view text);
  Result<void> write() const;

  rocksdb::FileSystem* files_;
  std::string path_;
  std::string key_;  // bytes
  std::set<Entry> entries_;
};

}  // namespace wanamaker
