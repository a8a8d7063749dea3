#pragma once
// What the process counted since its start, and its figures of now, as Prometheus reads them. Thread-safe.

#include "api/workspace.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

namespace wanamaker {

struct Metrics {
  using Counter = std::atomic<std::uint64_t>;
  std::array<Counter, 6> requests_by_class{};  // by the first digit of the status; 0: none was sent
  Counter overloads = 0;                       // answered 429 or 503 since a queue was full or a key asked too often
  Counter bad_requests = 0;                    // bytes that were no request
  Counter connections = 0;                     // accepted since the start
  Counter open_connections = 0;                // now
  Counter refused_connections = 0;             // over the cap
  Counter events_applied = 0;
  Counter events_duplicate = 0;
  Counter items_rejected = 0;                  // of tracking batches and POST /events
  Counter properties_dropped = 0;              // did not fit their declared type
  Counter waiting_writes = 0;                  // now
  Counter waiting_reads = 0;                   // now
};

// Text format 0.0.4. Shape: the workspace is beside others; figures of the base are of now.
std::string metrics_text(const Metrics& metrics, const Questions& questions, Workspace& workspace);

}  // namespace wanamaker
