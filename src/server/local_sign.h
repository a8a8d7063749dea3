#pragma once
// The sign of a server in its data directory: that it has the store, or opens or closes it, while no socket is there. Key idea: a lock on the
// directory, which goes with its process however that ends and leaves nothing behind; so a command can tell a server that will answer soon
// from another command that holds the store. Source: flock(2).

#include <memory>
#include <string>

namespace wanamaker {

class LocalSign {
 public:
  // Nothing where the directory is not there yet, or its file system has no such locks: then nobody waits for the server. More than one may
  // put it up; the store is one's alone all the same.
  static std::unique_ptr<LocalSign> put_up(const std::string& directory);
  static bool is_there(const std::string& directory);
  ~LocalSign();
  LocalSign(const LocalSign&) = delete;
  LocalSign& operator=(const LocalSign&) = delete;

 private:
  explicit LocalSign(int directory) : directory_(directory) {}
  int directory_;
};

}  // namespace wanamaker
