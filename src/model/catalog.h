#pragma once
// What people keep by key: segments, static lists, value sets. Segments and lists share one key space; keys compare exactly.

#include "base/ids.h"
#include "model/commands.h"
#include "model/overrides.h"
#include "model/static_list.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace wanamaker {

struct Segment {
  std::string text;  // canonical text of its rule
  std::vector<SegmentParameter> parameters;
  Timestamp saved_at;
  Overrides overrides = {};
};

struct StaticList {
  Timestamp created_at;
  ListMembers entries;
};

struct ValueSet {
  std::vector<std::string> values;  // first spelling of each key
};

struct Catalog {
  std::map<std::string, Segment, std::less<>> segments;
  std::map<std::string, StaticList, std::less<>> lists;
  std::map<std::string, ValueSet, std::less<>> sets;
};

}  // namespace wanamaker
