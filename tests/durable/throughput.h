#pragma once
// The measurements of wanamaker_driver: how fast acknowledged writing is, beside how many syncs this place takes.

#include "durable/arguments.h"

namespace wanamaker::durable {

int measure_syncs(const Arguments& arguments);
int measure_throughput(const Arguments& arguments);

}  // namespace wanamaker::durable
