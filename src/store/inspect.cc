#include "store/inspect.h"

#include "store/database.h"
#include "store/frames.h"
#include "store/remains.h"

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
    const auto mark = Mark::check(directory);
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
void read_through(Remains& remains, const std::string& directory, Inspection& inspection) {
  std::size_t read = 0;
  const auto loaded = remains.pages().load([&](std::string_view, std::string_view) -> Result<void> {
    ++read;
    return {};
  });
  const PageCatalog& catalog = remains.pages().catalog();
  inspection.pages = fmt::format("{} of {} can be read; they stand for the commands up to {}", read, catalog.entries.size(), catalog.link.sequence);
  if (!loaded) inspection.pages += "; " + loaded.error().message;
  const Remains::End end = remains.replay([](Command&&) {});
  inspection.log = fmt::format("commands up to {} can be read", end.last_command);
  if (const auto mark = Mark::read(machine_files(), directory)) inspection.log += fmt::format("; up to {} were acknowledged", mark->sequence);
  if (end.fault) inspection.log += "; " + end.fault->message;
}

}  // namespace

rocksdb::FileSystem& machine_files() { return *rocksdb::FileSystem::Default(); }

Result<void> verify_files(Store& store) {
  Database& database = store.database();
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  const rocksdb::Status status = database.db().VerifyChecksum(options);
  if (!status.ok()) return fail(database.error_of(status, "a file of the store is damaged"));
  return {};
}

Result<Inspection> inspect(const std::string& directory) {
  auto remains = Remains::open(directory);
  if (!remains && remains.error().code != ErrorCode::failure) return fail(std::move(remains).error());
  Inspection inspection;
  std::error_code fault;
  for (fs::recursive_directory_iterator entry(directory, fault), end; !fault && entry != end; entry.increment(fault)) {
    if (!entry->is_regular_file(fault)) continue;
    inspection.files.push_back({.name = fs::relative(entry->path(), directory).string(),
                                .bytes = entry->file_size(fault),
                                .fault = fault_of(entry->path(), directory)});
  }
  std::ranges::sort(inspection.files, {}, &Inspection::File::name);
  if (remains) read_through(**remains, directory, inspection);
  else inspection.pages = inspection.log = remains.error().message;
  return inspection;
}

}  // namespace wanamaker
