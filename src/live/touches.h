#pragma once
// Which contacts a command writes, and about what; events apart (arrivals.h), but for the colleagues of their contacts. Asked before it is applied and again after, since what it takes away is only seen
// before, and what it adds only after. Single-threaded.

#include "columns/base.h"
#include "live/topics.h"
#include "model/commands.h"
#include "model/transition.h"

#include <vector>

namespace wanamaker {

struct Touch {
  ContactOrdinal contact;
  std::uint32_t topic = 0;  // place in Touches::topics
  Timestamp own_at;         // of the datum: an event's time, the instant of acceptance of all others
};

struct Touches {
  std::vector<Topic> topics;
  std::vector<Touch> all;
  Cause cause = Cause::event;
};

// Adds what the command touches in the base as it is now; `at` is the instant that it counts as. Contacts that are not there yet are not
// touched.
// Shape: `with_groups`: the base is settled, and what goes through accounts counts too; `with_colleagues`: so do colleagues.
// Cost: linear in the command's rows, with groups also in the contacts of their accounts.
struct TouchOptions {
  bool with_groups = false;
  bool with_colleagues = false;
};
void add_touches(const Command& command, Timestamp at, const Base& base, TouchOptions options, Touches& touches);

}  // namespace wanamaker
