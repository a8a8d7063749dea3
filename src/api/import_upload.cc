#include "api/import_upload.h"

#include "ingest/mapping.h"
#include "ingest/plan.h"
#include "ingest/rejects.h"
#include "store/private_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>

namespace wanamaker {

struct ImportUpload::Hasher {
  crypto_generichash_state state;
};

ImportUpload::ImportUpload(std::string id, std::string folder, WantedImport wanted, std::shared_ptr<std::atomic<std::size_t>> coming)
    : id_(std::move(id)), folder_(std::move(folder)), wanted_(std::move(wanted)), coming_(std::move(coming)), hasher_(std::make_unique<Hasher>()) {
  crypto_generichash_init(&hasher_->state, nullptr, 0, crypto_generichash_BYTES);
  ++*coming_;
}

ImportUpload::~ImportUpload() {
  if (file_ >= 0) ::close(file_);
  std::error_code ignored;
  if (!is_kept_) std::filesystem::remove_all(folder_, ignored);
  --*coming_;
}

std::unexpected<Error> ImportUpload::unwritable() const {
  return fail({.code = ErrorCode::failure, .message = fmt::format("the body of an import cannot be written: {}", std::generic_category().message(errno)), .detail = {}, .hint = {}, .where = folder_});
}

Result<void> ImportUpload::open() {
  std::error_code fault;
  make_private_directory(folder_, fault);
  if (fault) {
    errno = fault.value();
    return unwritable();
  }
  ImportOptions& options = wanted_.options;
  // What the importer makes of a rejects file, it makes by its name.
  options.file = folder_ + "/body" + std::string(wanted_.name.ends_with(kRejectsEnding) ? kRejectsEnding : "");
  options.rejects_file = folder_ + "/rejects.csv";
  if (!wanted_.mapping.empty()) {
    options.map_file = folder_ + "/map.json";
    std::ofstream map(options.map_file, std::ios::binary);
    if (!(map << wanted_.mapping).flush()) return unwritable();
  }
  ImportOptions with_mapping = options;
  with_mapping.rejects_file.clear();
  WM_CHECK_OK(apply_mapping(with_mapping));
  WM_CHECK_OK(check_options(with_mapping));
  if (!with_mapping.rejects_file.empty()) return fail(ErrorCode::usage, "a mapping names no file of rejects here", "leave it out");
  file_ = ::open(options.file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file_ < 0) return unwritable();
  return {};
}

Result<void> ImportUpload::add(std::string_view piece) {
  crypto_generichash_update(&hasher_->state, reinterpret_cast<const unsigned char*>(piece.data()), piece.size());
  bytes_ += piece.size();
  while (!piece.empty()) {
    const ssize_t written = ::write(file_, piece.data(), piece.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return unwritable();
    piece.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> ImportUpload::finish() {
  if (::fdatasync(file_) != 0) return unwritable();
  ::close(file_);
  file_ = -1;
  std::array<unsigned char, crypto_generichash_BYTES> hash{};
  crypto_generichash_final(&hasher_->state, hash.data(), hash.size());
  for (const unsigned char byte : hash) hash_ += fmt::format("{:02x}", byte);
  return {};
}

}  // namespace wanamaker
