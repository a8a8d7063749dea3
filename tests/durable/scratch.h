#pragma once
// A directory of its own for a test, in memory where the machine has such a place, removed at the end.

#include "base/check.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <string>

namespace wanamaker::durable {

inline std::filesystem::path scratch_place() {
  const std::filesystem::path memory = "/dev/shm";
  return ::access(memory.c_str(), W_OK | X_OK) == 0 ? memory : std::filesystem::temp_directory_path();
}

inline std::string scratch_prefix(pid_t process) { return fmt::format("wanamaker-durable-{}-", process); }

// What a process that has ended left behind.
inline void remove_scratch_of(pid_t process) {
  std::error_code fault;
  for (const auto& entry : std::filesystem::directory_iterator(scratch_place(), fault))
    if (entry.path().filename().string().starts_with(scratch_prefix(process))) std::filesystem::remove_all(entry.path(), fault);
}

class Scratch {
 public:
  Scratch() {
    static std::atomic<unsigned> count = 0;
    std::error_code fault;
    path_ = scratch_place() / (scratch_prefix(::getpid()) + std::to_string(count++));
    std::filesystem::remove_all(path_, fault);
    std::filesystem::create_directories(path_, fault);
    CHECK(!fault, "a scratch directory can be made");
  }
  ~Scratch() {
    std::error_code fault;
    std::filesystem::remove_all(path_, fault);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace wanamaker::durable
