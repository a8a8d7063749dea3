#pragma once
// A step as JSON, for programs outside: {"number", "at" (ms), "do": KIND, …}; values are the text of a CSV cell, or null where missing.

#include "base/json.h"
#include "durable/workload.h"

namespace wanamaker::durable {

Json plan_json(const Step& step);

}  // namespace wanamaker::durable
