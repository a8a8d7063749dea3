#pragma once
// What a store is opened with. The file system is the seam for tests that record or fail what reaches the disk; every file of a
// store but LOCK goes through it.

#include <memory>

namespace rocksdb {
class FileSystem;
}

namespace wanamaker {

struct StoreOptions {
  std::shared_ptr<rocksdb::FileSystem> file_system = {};  // none: the machine's own
};

}  // namespace wanamaker
