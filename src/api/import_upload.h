#pragma once
// The body of an import, which comes in pieces and goes to disk as it comes, so that its size costs no memory. Single-threaded, but by
// one thread after another.

#include "base/result.h"
#include "ingest/options.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace wanamaker {

struct WantedImport {
  ImportOptions options = {};  // but for its files
  std::string mapping = {};    // what a file of --map has, or nothing
  std::string name = {};       // of the file, as whoever sends it calls it
  std::string by = {};
};

// What is not started goes with the object.
class ImportUpload {
 public:
  // `coming`: counts uploads.
  ImportUpload(std::string id, std::string folder, WantedImport wanted, std::shared_ptr<std::atomic<std::size_t>> coming);
  ~ImportUpload();
  ImportUpload(const ImportUpload&) = delete;
  ImportUpload& operator=(const ImportUpload&) = delete;

  // Makes the folder, and looks whether the options can be. Errors: usage, invalid, failure (the disk).
  Result<void> open();
  // Errors: failure.
  Result<void> add(std::string_view piece);
  // All has come, and is durable. Errors: failure.
  Result<void> finish();

  // BLAKE2b-256 of all bytes, hexadecimal. Shape: after finish().
  const std::string& hash() const { return hash_; }
  std::uint64_t bytes() const { return bytes_; }
  const std::string& id() const { return id_; }
  const WantedImport& wanted() const { return wanted_; }
  // The folder stays: it is an import's now.
  void keep() { is_kept_ = true; }

 private:
  struct Hasher;
  std::unexpected<Error> unwritable() const;

  std::string id_;
  std::string folder_;
  WantedImport wanted_;
  std::shared_ptr<std::atomic<std::size_t>> coming_;
  std::unique_ptr<Hasher> hasher_;
  std::string hash_;
  std::uint64_t bytes_ = 0;
  int file_ = -1;
  bool is_kept_ = false;
};

}  // namespace wanamaker
