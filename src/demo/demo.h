#pragma once
// The demo base: a shop for sport and travel with customers in four countries over three years, as commands like any others.
// Key idea: it is a function of the seed and the instant; nothing else is read, so a base can be made again anywhere.
// Two stories are there to be found: the customers of one source stopped buying some four months ago, and one town buys double.

#include "base/result.h"
#include "base/time.h"
#include "model/commands.h"

#include <cstdint>
#include <functional>

namespace wanamaker {

struct DemoOptions {
  std::uint64_t seed = 1;
  std::uint32_t contacts = 20'000;
  Timestamp now = {};  // no event is later
};

inline constexpr std::uint32_t kDemoContactsMax = 1'000'000;

// Submits the schema, companies, contacts, opportunities, events in the order of time, value sets, lists and twelve segments, and
// returns the number of events: some 20 a contact.
// Errors: invalid, when there are no contacts or too many; those of `submit`, which end it.
// Cost: 1 s for 20,000 contacts in a release build, beside `submit`; 24 bytes an event are held at once.
Result<std::uint64_t> make_demo(const DemoOptions& options, const std::function<Result<void>(CommandBody)>& submit);

}  // namespace wanamaker
