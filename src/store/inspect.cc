#include "store/inspect.h"

#include "store/database.h"
#include "store/frames.h"

#include <fmt/format.h>
#include <rocksdb/convenience.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace wanamaker {
namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return std::move(text).str();
}

std::string fault_of(const fs::path& file, const std::string& directory) {
  const std::string name = file.filename();
  if (name == "MARK") {
    const auto mark = Mark::read(machine_files(), directory);
    return mark ? std::string() : mark.error().message;
  }
  if (name == "ERASED") {
    const auto ledger = Erasures::read(machine_files(), file.string());
    return ledger ? std::string() : ledger.error().message;
  }
  if (name.starts_with("MANIFEST-") || name.ends_with(".log")) {
    const auto offset = first_fault(contents(file));
    return offset ? fmt::format("damaged at offset {}", *offset) : std::string();
  }
  if (name.ends_with(".sst")) {
    const rocksdb::Status status = rocksdb::VerifySstFileChecksum(rocksdb::Options(), rocksdb::EnvOptions(), file.string());
    return status.ok() ? std::string() : status.ToString();
  }
  return {};
}

// How far pages and log can be read, whatever the mark says.
void read_through(Database& database, const Result<ChainLink>& mark, Inspection& inspection) {
  Pages pages(database);
  Log log(database);
  if (const auto opened = pages.open(); !opened) {
    inspection.pages = opened.error().message;
  } else {
    std::size_t read = 0;
    const auto loaded = pages.load([&](std::string_view, std::string_view) -> Result<void> {
      ++read;
      return {};
    });
    inspection.pages = fmt::format("{} of {} can be read; they stand for the commands up to {}", read, pages.catalog().entries.size(),
                                   pages.catalog().link.sequence);
    if (!loaded) inspection.pages += "; " + loaded.error().message;
  }
  std::uint64_t last = pages.catalog().link.sequence;
  auto replayed = log.find_last(pages.catalog().link);
  if (replayed) {
    replayed = log.replay([&](Command&&) -> Result<void> {
      ++last;
      return {};
    });
  }
  inspection.log = fmt::format("commands up to {} can be read", last);
  if (mark) inspection.log += fmt::format("; up to {} were acknowledged", mark->sequence);
  if (!replayed) inspection.log += "; " + replayed.error().message;
}

}  // namespace

rocksdb::FileSystem& machine_files() { return *rocksdb::FileSystem::Default(); }

Result<void> sync_parent(const std::string& path) {
  std::unique_ptr<rocksdb::FSDirectory> directory;
  const std::string parent = fs::absolute(path).parent_path();
  rocksdb::IOStatus status = machine_files().NewDirectory(parent, rocksdb::IOOptions(), &directory, nullptr);
  if (status.ok()) status = directory->Fsync(rocksdb::IOOptions(), nullptr);
  if (status.ok()) return {};
  return fail(Error{.code = ErrorCode::failure, .message = fmt::format("cannot sync {}: {}", parent, status.ToString()), .where = parent});
}

Result<void> verify_files(Store& store) {
  Database& database = store.database();
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  const rocksdb::Status status = database.db().VerifyChecksum(options);
  if (!status.ok()) return fail(database.error_of(status, "a file of the store is damaged"));
  return {};
}

Result<Inspection> inspect(const std::string& directory) {
  std::error_code fault;
  if (!fs::exists(directory + "/db", fault)) {
    return fail(Error{.code = ErrorCode::not_found, .message = fmt::format("there is no store in {}", directory), .where = directory});
  }
  Inspection inspection;
  for (fs::recursive_directory_iterator entry(directory, fault), end; !fault && entry != end; entry.increment(fault)) {
    if (!entry->is_regular_file(fault)) continue;
    inspection.files.push_back({.name = fs::relative(entry->path(), directory).string(),
                                .bytes = entry->file_size(fault),
                                .fault = fault_of(entry->path(), directory)});
  }
  std::ranges::sort(inspection.files, {}, &Inspection::File::name);
  const auto mark = Mark::read(machine_files(), directory);
  auto database = Database::open_for_reading(directory + "/db", {}, Database::Presence::must_be_there);
  if (database) read_through(**database, mark, inspection);
  else inspection.pages = inspection.log = database.error().message;
  return inspection;
}

}  // namespace wanamaker
