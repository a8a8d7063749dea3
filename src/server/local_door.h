#pragma once
// The way in for commands of the same machine: a socket in the data directory, which only the user may open who runs the server (and root).
// Whoever comes through may do everything, as whoever may read the directory could without the server. Thread-safe.

#include "base/mutex.h"
#include "base/result.h"
#include "server/local_line.h"

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>

namespace wanamaker {

class LocalDoor {
 public:
  static constexpr std::size_t kTalksMax = 16;  // at once; others wait

  // Has a whole conversation, in a thread of its own.
  using Talk = std::function<void(LocalLine& line)>;
  // Shape: the store in the directory is held by this process. Errors: failure.
  static Result<std::unique_ptr<LocalDoor>> open(const std::string& directory, Talk talk);
  // Lets nobody in any more, tells who talks that nothing more comes, and waits for the answers that are being made.
  ~LocalDoor();
  LocalDoor(const LocalDoor&) = delete;
  LocalDoor& operator=(const LocalDoor&) = delete;

 private:
  LocalDoor(std::string directory, int socket, Talk talk);
  void accept_all();
  void let_in(int socket);

  std::string directory_;
  int socket_;
  Talk talk_;
  Mutex mutex_;
  std::set<const LocalLine*> open_ WM_GUARDED_BY(mutex_);
  bool is_closing_ WM_GUARDED_BY(mutex_) = false;
  std::condition_variable_any changed_;
  std::jthread thread_;
};

}  // namespace wanamaker
