#pragma once
// What came from providers of e-mail since the start: counts, and raw the last of what was not understood. It holds addresses of people,
// so it is in memory alone, bounded, shown to admins only, and emptied when anybody is erased. Thread-safe.

#include "base/json.h"
#include "base/mutex.h"
#include "base/time.h"
#include "ingest/providers/provider_events.h"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

class ProviderInbox {
 public:
  static constexpr std::size_t kRawMax = 100;  // of each provider; of at most 8 KiB each

  struct Arrival {
    Timestamp at;
    std::uint64_t applied = 0;
    std::uint64_t duplicates = 0;
    std::uint64_t nobody = 0;              // events of an address that nobody has
    std::uint64_t rejected = 0;            // events that could not be taken
    std::vector<UnreadItem> unread = {};
    std::string confirm_url = {};
  };
  void note(const std::string& provider, Arrival arrival);
  void note_refused(const std::string& provider);
  void forget_raw();
  void forget(std::string_view provider);
  // {applied, duplicates, nobody, rejected, refused, unread, last_at, confirm_url, raw: [{at, reason, item}]}; `unread` counts all of them.
  Json to_json(std::string_view provider);

 private:
  struct Raw {
    Timestamp at;
    UnreadItem item;
  };
  struct Counts {
    Arrival sum = {};
    std::uint64_t refused = 0;  // without the proof of who sent it
    std::uint64_t unread = 0;
    std::deque<Raw> raw = {};
  };
  Mutex mutex_;
  std::map<std::string, Counts, std::less<>> counts_ WM_GUARDED_BY(mutex_);
};

}  // namespace wanamaker
