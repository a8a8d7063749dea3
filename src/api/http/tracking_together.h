#pragma once
// Events that come one a request, of several requests at a time, written as one batch. Key idea: what one event costs is mostly waking threads, judging and
// the log, and these are the same for a hundred. Only what is plain goes together: a message that is refused, names an event or property for the
// first time, tells attributes or may join two contacts is left to be answered by itself. Single-threaded.

#include "api/http/call.h"
#include "api/http/tracking_items.h"

#include <cstddef>
#include <utility>
#include <vector>

namespace wanamaker {

class TrackedTogether {
 public:
  explicit TrackedTogether(Service& service) : service_(service) {}

  // The message of a request of whoever was let in. The call outlives this.
  void add(std::size_t request, Call& call);

  struct Answer {
    std::size_t request;
    const Call* call;
    HttpResponse response;
  };
  // What was taken is durable when it returns. Of requests that it says nothing about nothing was written.
  std::vector<Answer> submit();

 private:
  struct One {
    std::size_t request;
    Call* call;
    TrackingMessage message;
  };
  Service& service_;
  std::vector<One> all_;
};

}  // namespace wanamaker
