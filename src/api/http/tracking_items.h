#pragma once
// The messages of a tracking request, as they are read and answered, whether it is answered by itself (tracking_resource.cc) or with others
// (tracking_together.h). Pure functions; where they take a base, it is held by reading() or by judging() (engine.h).

#include "api/http/call.h"
#include "api/http/event_batches.h"
#include "ingest/tracking.h"

#include <optional>
#include <string>
#include <vector>

namespace wanamaker {

struct TrackingItem {
  std::uint64_t index = 0;
  TrackingMessage message;
};
struct TrackingItems {
  std::vector<TrackingItem> items;
  std::vector<RejectedItem> rejected;
  bool is_single = false;  // one message, and no batch
};

// The messages of a body: itself, or those of its `batch`. They refer to the body. Errors: usage, when it has no such form.
Result<TrackingItems> read_tracking_items(Call& call, const ItemBody& read);

// Two ids that a message says are one person's.
struct JoinWanted {
  std::string anonymous;
  std::string user;
  bool makes = false;  // also where nobody has the anonymous id yet
};
bool is_anonymous_in(const Base& base, ContactOrdinal contact);
// As a contact has it that is known by that alone.
std::string anonymous_id_of(const std::string& previous_id);
// Nothing where no message that is taken can join anybody, since both are one already or it names one id.
std::optional<JoinWanted> join_wanted(const TrackingMessage& message, const Base& base);

// Those that are told so. The others count as duplicates: a retry carries another time of sending, and so another time of the event, and the first one counts.
std::vector<RejectedItem> refused_of(EventBatches::Outcome& outcome);

HttpResponse tracking_success(const std::vector<RejectedItem>& rejected = {});

}  // namespace wanamaker
