#include "store/pages.h"

#include "base/bytes.h"
#include "base/check.h"
#include "store/database.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <charconv>

namespace wanamaker {
namespace {

constexpr std::string_view kCatalogKey = "catalog";
constexpr std::string_view kPagePrefix = "page/";
constexpr std::size_t kGenerationDigits = 16;  // hexadecimal
constexpr std::uint8_t kCatalogVersion = 1;
constexpr const char* kDamagedHint = "see what can be read with: wanamaker doctor; or restore a backup";

std::uint64_t checksum_of(std::string_view bytes, std::uint64_t seed) { return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed); }

// The zero byte keeps keys in the order of names.
std::string key_of(std::string_view name, std::uint64_t generation) {
  return fmt::format("{}{}{}{:016x}", kPagePrefix, name, '\0', generation);
}

// 0 where the key names none.
std::uint64_t generation_of(std::string_view key) {
  std::uint64_t generation = 0;
  if (key.size() > kGenerationDigits) std::from_chars(key.data() + key.size() - kGenerationDigits, key.data() + key.size(), generation, 16);
  return generation;
}

std::string encode_catalog(const PageCatalog& catalog) {
  ByteWriter body;
  body.fixed64(catalog.link.sequence);
  body.fixed64(catalog.link.checksum);
  body.varint(catalog.generation);
  body.varint(catalog.entries.size());
  for (const auto& [name, entry] : catalog.entries) {
    body.text(name);
    body.varint(entry.generation);
    body.fixed64(entry.checksum);
    body.varint(entry.size);
  }
  ByteWriter out;
  out.byte(kCatalogVersion);
  out.fixed64(checksum_of(body.view(), kCatalogVersion));
  out.raw(body.view());
  return out.take();
}

Result<PageCatalog> decode_catalog(std::string_view bytes) {
  ByteReader in(bytes);
  const std::uint8_t version = in.byte();
  const std::uint64_t checksum = in.fixed64();
  if (!in.ok() || checksum != checksum_of(bytes.substr(bytes.size() - in.remaining()), version)) {
    return fail(ErrorCode::failure, "the catalog of pages is damaged: its checksum does not match", kDamagedHint);
  }
  if (version != kCatalogVersion) {
    return fail(ErrorCode::not_allowed, fmt::format("the catalog of pages has format {}; this version reads {}", version, kCatalogVersion),
                "open the store with a newer wanamaker");
  }
  PageCatalog catalog;
  catalog.link.sequence = in.fixed64();
  catalog.link.checksum = in.fixed64();
  catalog.generation = in.varint();
  for (std::size_t count = in.count(); count > 0 && in.ok(); --count) {
    const std::string_view name = in.text();
    PageCatalog::Entry entry;
    entry.generation = in.varint();
    entry.checksum = in.fixed64();
    entry.size = in.varint();
    catalog.entries.emplace(name, entry);
  }
  WM_CHECK_OK(in.finish());
  return catalog;
}

}  // namespace

Result<void> Pages::open() {
  const auto at = database_.iterator(Family::pages);
  at->Seek(rocksdb::Slice(kCatalogKey.data(), kCatalogKey.size()));
  if (!at->status().ok()) return fail(database_.error_of(at->status(), "the catalog of pages cannot be read"));
  if (!at->Valid() || view_of(at->key()) != kCatalogKey) return {};
  auto catalog = decode_catalog(view_of(at->value()));
  if (!catalog) {
    Error error = std::move(catalog).error();
    error.where = database_.path();
    return fail(std::move(error));
  }
  catalog_ = *std::move(catalog);
  return {};
}

Result<void> Pages::load(const std::function<Result<void>(std::string_view name, std::string_view bytes)>& visit) {
  const auto damaged = [&](std::string_view name, std::string_view what) {
    return fail(Error{.code = ErrorCode::failure,
                      .message = fmt::format("page {} {}", name, what),
                      .hint = kDamagedHint,
                      .where = database_.path()});
  };
  left_over_.clear();
  auto expected = catalog_.entries.begin();
  const auto at = database_.iterator(Family::pages);
  for (at->Seek(rocksdb::Slice(kPagePrefix.data(), kPagePrefix.size())); at->Valid(); at->Next()) {
    const std::string_view key = view_of(at->key());
    if (!key.starts_with(kPagePrefix)) break;
    if (expected == catalog_.entries.end() || key != key_of(expected->first, expected->second.generation)) {
      left_over_.emplace_back(key);
      fresh_.generation = std::max(fresh_.generation, generation_of(key));
      continue;
    }
    const std::string_view bytes = view_of(at->value());
    const PageCatalog::Entry& entry = expected->second;
    if (bytes.size() != entry.size || checksum_of(bytes, entry.generation) != entry.checksum) {
      return damaged(expected->first, "is damaged: its checksum does not match");
    }
    WM_CHECK_OK(visit(expected->first, bytes));
    ++expected;
  }
  if (!at->status().ok()) return fail(database_.error_of(at->status(), "the pages cannot be read"));
  if (expected != catalog_.entries.end()) return damaged(expected->first, "is missing");
  return {};
}

void Pages::begin(ChainLink link) {
  for (const auto& [name, entry] : fresh_.entries) left_over_.push_back(key_of(name, entry.generation));  // never committed
  const std::uint64_t generation = std::max(fresh_.generation, catalog_.generation) + 1;
  fresh_ = {.link = link, .generation = generation, .entries = {}};
}

// Without the write-ahead log: nothing counts before the flush in commit(), and a catalog written last makes it whole.
Result<void> Pages::put(std::string_view name, std::string_view bytes) {
  const std::uint64_t generation = fresh_.generation;
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  const rocksdb::Status status = database_.db().Put(options, database_.family(Family::pages), key_of(name, generation),
                                                    rocksdb::Slice(bytes.data(), bytes.size()));
  if (!status.ok()) return fail(database_.error_of(status, fmt::format("page {} could not be written", name)));
  fresh_.entries.insert_or_assign(std::string(name),
                                  PageCatalog::Entry{.generation = generation, .checksum = checksum_of(bytes, generation), .size = bytes.size()});
  return {};
}

Result<void> Pages::commit(const std::vector<std::string>& names) {
  PageCatalog next{.link = fresh_.link, .generation = fresh_.generation, .entries = {}};
  for (const std::string& name : names) {
    const auto put = fresh_.entries.find(name);
    const auto kept = catalog_.entries.find(name);
    CHECK(put != fresh_.entries.end() || kept != catalog_.entries.end(), "a page that is named was written now or before");
    next.entries.emplace(name, put != fresh_.entries.end() ? put->second : kept->second);
  }
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  rocksdb::ColumnFamilyHandle* family = database_.family(Family::pages);
  rocksdb::Status status = database_.db().Put(options, family, rocksdb::Slice(kCatalogKey.data(), kCatalogKey.size()), encode_catalog(next));
  if (status.ok()) status = database_.db().Flush(rocksdb::FlushOptions(), family);
  if (!status.ok()) return fail(database_.error_of(status, "the checkpoint could not be completed"));
  std::vector<std::string> old = std::move(left_over_);
  left_over_.clear();
  for (const auto& [name, entry] : catalog_.entries) {
    const auto now = next.entries.find(name);
    if (now == next.entries.end() || now->second.generation != entry.generation) old.push_back(key_of(name, entry.generation));
  }
  fresh_.entries.clear();
  catalog_ = std::move(next);
  WM_CHECK_OK(drop(old));
  return database_.compact_if_due(Family::pages);
}

Result<void> Pages::drop(const std::vector<std::string>& keys) {
  if (keys.empty()) return {};
  rocksdb::WriteBatch batch;
  for (const std::string& key : keys) batch.Delete(database_.family(Family::pages), key);
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  const rocksdb::Status status = database_.db().Write(options, &batch);
  if (!status.ok()) return fail(database_.error_of(status, "pages that are no longer needed could not be dropped"));
  return {};
}

Result<void> Pages::compact() {
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  options.exclusive_manual_compaction = true;
  for (const Family which : {Family::pages, Family::log}) {
    rocksdb::DB& db = database_.db();
    rocksdb::Status status = db.Flush(rocksdb::FlushOptions(), database_.family(which));
    if (status.ok()) status = db.CompactRange(options, database_.family(which), nullptr, nullptr);
    if (!status.ok()) return fail(database_.error_of(status, "the files of the store could not be rewritten"));
  }
  return {};
}

}  // namespace wanamaker
