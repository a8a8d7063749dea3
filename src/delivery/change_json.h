#pragma once
// A change of the feed as programs read it: in pages, in streams, in webhooks. Pure.

#include "base/json.h"
#include "columns/base.h"
#include "live/live.h"

namespace wanamaker {

// {number, segment, version, contact, turn, cause, effective_at, recorded_at}; the contact of an erased person is null.
Json change_json(const Transition& change, const Live& live, const Base& base);

}  // namespace wanamaker
