#pragma once
// What people of the demo shop keep: the schema, value sets, lists and saved segments, as commands in the order they are given.

#include "demo/person.h"
#include "demo/shop.h"
#include "model/commands.h"

#include <string>
#include <vector>

namespace wanamaker::demo {

// Declarations come first, so that types and kept histories are known before the first value.
std::vector<CommandBody> schema_commands();

// Value sets, lists with their members, and the twelve saved segments; those that others name come before them.
std::vector<CommandBody> catalog_commands(const std::vector<Person>& people, const CampaignPlan& plan);

}  // namespace wanamaker::demo
