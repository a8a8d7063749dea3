#pragma once
// What people keep by key: segments, static lists, value sets; and who may get in and set what. Segments and lists share one key space; keys compare exactly.

#include "base/ids.h"
#include "model/access_key.h"
#include "model/commands.h"
#include "model/overrides.h"
#include "model/static_list.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace wanamaker {

// A definition that was replaced by a later one.
struct SegmentVersion {
  std::uint32_t number = 1;
  Timestamp saved_at;
  std::string by;
  std::string note;
  std::string text;
  std::vector<SegmentParameter> parameters;
};

struct Segment {
  static constexpr std::size_t kEarlierMax = 200;  // older ones are forgotten

  std::string text;  // canonical text of its rule
  std::vector<SegmentParameter> parameters;
  Timestamp saved_at;
  Overrides overrides = {};
  std::uint32_t version = 1;                   // counted from the first one ever saved under the key
  std::string by = {};                         // who saved it, and why
  std::string note = {};
  std::vector<SegmentVersion> earlier = {};    // oldest first
};

// What a snapshot was made of: a list whose members were decided once and do not change by hand.
struct SnapshotRule {
  std::string text;  // canonical
  std::vector<SegmentParameter> parameters;
  Timestamp at;
  std::string by;
  std::string note;
};

struct StaticList {
  Timestamp created_at;
  ListMembers entries;
  std::optional<SnapshotRule> snapshot = {};
  std::optional<ListEntry> lock = {};          // who locked it, when and why
};

struct ValueSet {
  std::vector<std::string> values;  // first spelling of each key
};

struct Catalog {
  std::map<std::string, Segment, std::less<>> segments;
  std::map<std::string, StaticList, std::less<>> lists;
  std::map<std::string, ValueSet, std::less<>> sets;
  std::map<std::string, std::uint32_t, std::less<>> last_versions;  // of segments that are deleted
  std::map<std::string, AccessKey, std::less<>> keys;                // by id, revoked ones too
  std::set<std::string, std::less<>> tracked;                        // attributes of contacts that write keys may set
};

}  // namespace wanamaker
