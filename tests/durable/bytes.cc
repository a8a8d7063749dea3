// Every byte that a database holds, as the program that wrote it reads it: keys and values of all column families, and of each table
// file by itself, also such as a newer one hides. A search for what must be gone looks through this beside the raw files.
//   wanamaker_bytes DIRECTORY-OF-THE-DATABASE      to stdout; exit status 0, or 1 when something cannot be read

#include <rocksdb/db.h>
#include <rocksdb/sst_file_reader.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace wanamaker::durable {
namespace {

// Gives whether all could be read.
bool dump(rocksdb::Iterator& at) {
  for (at.SeekToFirst(); at.Valid(); at.Next()) {
    for (const rocksdb::Slice& bytes : {at.key(), at.value()}) std::fwrite(bytes.data(), 1, bytes.size(), stdout);
    std::fputc('\n', stdout);
  }
  return at.status().ok();
}

bool dump_families(const std::string& directory) {
  std::vector<std::string> names;
  if (!rocksdb::DB::ListColumnFamilies(rocksdb::DBOptions(), directory, &names).ok()) return false;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const std::string& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions());
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  rocksdb::DBOptions options;
  options.track_and_verify_wals_in_manifest = true;  // as who wrote it; RocksDB ends the process otherwise, where logs are in the manifest
  if (!rocksdb::DB::OpenForReadOnly(options, directory, families, &handles, &opened).ok()) return false;
  const std::unique_ptr<rocksdb::DB> db(opened);
  bool good = true;
  for (rocksdb::ColumnFamilyHandle* handle : handles) {
    good = dump(*std::unique_ptr<rocksdb::Iterator>(db->NewIterator(rocksdb::ReadOptions(), handle))) && good;
    good = db->DestroyColumnFamilyHandle(handle).ok() && good;
  }
  return good;
}

bool dump_tables(const std::string& directory) {
  bool good = true;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() != ".sst") continue;
    rocksdb::SstFileReader reader{rocksdb::Options()};
    good = reader.Open(entry.path()).ok() && good;
    if (good) good = dump(*std::unique_ptr<rocksdb::Iterator>(reader.NewIterator(rocksdb::ReadOptions())));
  }
  return good;
}

}  // namespace
}  // namespace wanamaker::durable

int main(int argc, char** argv) {
  if (argc != 2) return 1;
  const bool families = wanamaker::durable::dump_families(argv[1]);
  const bool tables = wanamaker::durable::dump_tables(argv[1]);
  return families && tables ? 0 : 1;
}
