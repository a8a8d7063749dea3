// The pages that are small and written every time: counts, schema, catalog.
#include "columns/page_codec.h"

#include <algorithm>
#include <map>
#include <set>

namespace wanamaker {
namespace {

std::uint32_t read_count(ByteReader& in) {
  const std::uint64_t count = in.varint();
  if (count > 0xFFFF'FFFF) in.refuse("a count exceeds 32 bits");
  return in.ok() ? static_cast<std::uint32_t>(count) : 0;
}

void write_attributes(ByteWriter& out, const AttributeTable& table) {
  out.varint(table.size());
  for (const Attribute& attribute : table.all()) {
    out.text(attribute.name);
    out.byte(static_cast<std::uint8_t>(attribute.type));
    out.byte(static_cast<std::uint8_t>(attribute.history));
  }
}

ValueType read_type(ByteReader& in) {
  const std::uint8_t type = in.byte();
  if (type > static_cast<std::uint8_t>(ValueType::location)) in.refuse("a type is unknown");
  return in.ok() ? static_cast<ValueType>(type) : ValueType::text;
}

void read_attributes(ByteReader& in, AttributeTable& table) {
  std::set<std::string_view> names;
  for (std::size_t left = in.count(); left > 0 && in.ok(); --left) {
    const std::string_view name = in.text();
    const ValueType type = read_type(in);
    const std::uint8_t history = in.byte();
    if (history > static_cast<std::uint8_t>(History::kept)) in.refuse("a history is neither kept nor not");
    if (!names.insert(name).second) in.refuse("two attributes have the same name");
    if (in.ok()) table.add({.name = std::string(name), .type = type, .history = static_cast<History>(history)});
  }
}

// A value as people write it: what parse_value reads comes back the same.
void write_value(ByteWriter& out, const Value& value) {
  out.byte(is_missing(value) ? 0 : 1);
  if (!is_missing(value)) out.text(to_string(value));
}

Value read_value(ByteReader& in, ValueType type) {
  const std::uint8_t known = in.byte();
  if (known > 1) in.refuse("a value is neither there nor missing");
  if (known != 1 || !in.ok()) return {};
  const std::string_view text = in.text();
  if (type == ValueType::text) return std::string(text);
  const auto value = text.empty() ? std::variant<Value, ValueError>(ValueError{}) : parse_value(text, type);
  if (const auto* good = std::get_if<Value>(&value)) return *good;
  in.refuse("a parameter's value does not have its type");
  return {};
}

void write_parameters(ByteWriter& out, const std::vector<SegmentParameter>& parameters) {
  out.varint(parameters.size());
  for (const SegmentParameter& parameter : parameters) {
    out.text(parameter.name);
    out.byte(static_cast<std::uint8_t>(parameter.type));
    write_value(out, parameter.value);
  }
}

void read_parameters(ByteReader& in, std::vector<SegmentParameter>& parameters) {
  for (std::size_t left = in.count(); left > 0 && in.ok(); --left) {
    SegmentParameter parameter{.name = std::string(in.text()), .type = read_type(in), .value = {}};
    parameter.value = read_value(in, parameter.type);
    parameters.push_back(std::move(parameter));
  }
}

void read_segment(ByteReader& in, Segment& segment) {
  segment.text = in.text();
  segment.saved_at = {in.zigzag()};
  read_parameters(in, segment.parameters);
}

// Which pages hold members.
void write_used(ByteWriter& out, const ListMembers& members) {
  const auto& chunks = members.chunks();
  std::vector<std::uint32_t> used;
  for (std::uint32_t i = 0; i < chunks.size(); ++i) if (chunks.find(i) != nullptr && !chunks.find(i)->empty()) used.push_back(i);
  out.varint(used.size());
  for (const std::uint32_t chunk : used) out.varint(chunk);
}

std::vector<std::uint32_t> read_used(ByteReader& in) {
  std::vector<std::uint32_t> chunks;
  for (std::size_t pages = in.count(); pages > 0 && in.ok(); --pages) {
    const std::uint32_t chunk = read_count(in);
    if (!chunks.empty() && chunks.back() >= chunk) in.refuse("the pages of a list are not in order");
    chunks.push_back(chunk);
  }
  return chunks;
}

// What came to the catalog after its first form: parts in the order of their tags, each left out where it has nothing to say.
enum class PartTag : std::uint8_t { overrides = 1, versions = 2, last_versions = 3, lists = 4, keys = 5, tracked = 6 };

void write_overrides(ByteWriter& out, const Catalog& catalog) {
  const auto count = std::ranges::count_if(catalog.segments, [](const auto& entry) { return !entry.second.overrides.empty(); });
  if (count == 0) return;
  out.byte(static_cast<std::uint8_t>(PartTag::overrides));
  out.varint(static_cast<std::uint64_t>(count));
  for (const auto& [key, segment] : catalog.segments) {
    if (segment.overrides.empty()) continue;
    out.text(key);
    write_used(out, segment.overrides.added);
    write_used(out, segment.overrides.removed);
  }
}

bool has_versions(const Segment& segment) { return segment.version > 1 || !segment.by.empty() || !segment.note.empty() || !segment.earlier.empty(); }

void write_versions(ByteWriter& out, const Catalog& catalog) {
  const auto count = std::ranges::count_if(catalog.segments, [](const auto& entry) { return has_versions(entry.second); });
  if (count == 0) return;
  out.byte(static_cast<std::uint8_t>(PartTag::versions));
  out.varint(static_cast<std::uint64_t>(count));
  for (const auto& [key, segment] : catalog.segments) {
    if (!has_versions(segment)) continue;
    out.text(key);
    out.varint(segment.version);
    out.text(segment.by);
    out.text(segment.note);
    out.varint(segment.earlier.size());
    for (const SegmentVersion& version : segment.earlier) {
      out.varint(version.number);
      out.zigzag(version.saved_at.ms);
      out.text(version.by);
      out.text(version.note);
      out.text(version.text);
      write_parameters(out, version.parameters);
    }
  }
}

void write_last_versions(ByteWriter& out, const Catalog& catalog) {
  if (catalog.last_versions.empty()) return;
  out.byte(static_cast<std::uint8_t>(PartTag::last_versions));
  out.varint(catalog.last_versions.size());
  for (const auto& [key, version] : catalog.last_versions) {
    out.text(key);
    out.varint(version);
  }
}

constexpr std::uint8_t kIsLocked = 1;
constexpr std::uint8_t kIsSnapshot = 2;

void write_lists(ByteWriter& out, const Catalog& catalog) {
  const auto count = std::ranges::count_if(catalog.lists, [](const auto& entry) { return entry.second.lock || entry.second.snapshot; });
  if (count == 0) return;
  out.byte(static_cast<std::uint8_t>(PartTag::lists));
  out.varint(static_cast<std::uint64_t>(count));
  for (const auto& [key, list] : catalog.lists) {
    if (!list.lock && !list.snapshot) continue;
    out.text(key);
    out.byte(static_cast<std::uint8_t>((list.lock ? kIsLocked : 0) | (list.snapshot ? kIsSnapshot : 0)));
    if (list.lock) {
      out.zigzag(list.lock->added_at.ms);
      out.text(list.lock->by);
      out.text(list.lock->note);
    }
    if (!list.snapshot) continue;
    out.text(list.snapshot->text);
    write_parameters(out, list.snapshot->parameters);
    out.zigzag(list.snapshot->at.ms);
    out.text(list.snapshot->by);
    out.text(list.snapshot->note);
  }
}

constexpr std::uint8_t kIsRevoked = 1;

void write_keys(ByteWriter& out, const Catalog& catalog) {
  if (catalog.keys.empty()) return;
  out.byte(static_cast<std::uint8_t>(PartTag::keys));
  out.varint(catalog.keys.size());
  for (const auto& [id, key] : catalog.keys) {
    out.text(id);
    out.byte(static_cast<std::uint8_t>(key.role));
    out.text(key.name);
    out.text(key.hash);
    out.zigzag(key.added_at.ms);
    out.text(key.by);
    out.byte(key.revoked_at ? kIsRevoked : 0);
    if (!key.revoked_at) continue;
    out.zigzag(key.revoked_at->ms);
    out.text(key.revoked_by);
  }
}

void write_tracked(ByteWriter& out, const Catalog& catalog) {
  if (catalog.tracked.empty()) return;
  out.byte(static_cast<std::uint8_t>(PartTag::tracked));
  out.varint(catalog.tracked.size());
  for (const std::string& name : catalog.tracked) out.text(name);
}

struct OverridePages {
  std::vector<std::uint32_t> added;
  std::vector<std::uint32_t> removed;
};

template <typename Map>
auto& read_keyed(ByteReader& in, Map& map) {
  std::string key(in.text());
  if (!map.empty() && map.rbegin()->first >= key) in.refuse("keys are not in order");
  return map[key];
}

}  // namespace

void encode_counts(ByteWriter& out, const BaseColumns& columns) {
  out.varint(columns.cells.text_count);
  out.varint(columns.cells.set_count);
  out.varint(columns.cells.location_count);
  out.varint(columns.contacts.count);
  out.varint(columns.accounts.count);
  out.varint(columns.events.size());
  for (const EventColumns& table : columns.events) out.varint(table.rows);
  out.varint(columns.records.size());
  for (const RecordColumns& table : columns.records) out.varint(table.rows);
}

void decode_page(ByteReader& in, CountsPage& page) {
  for (std::uint32_t* count : {&page.texts, &page.sets, &page.locations, &page.contacts, &page.accounts}) *count = read_count(in);
  for (std::size_t left = in.count(); left > 0 && in.ok(); --left) page.events.push_back(read_count(in));
  for (std::size_t left = in.count(); left > 0 && in.ok(); --left) page.records.push_back(read_count(in));
}

void encode_schema(ByteWriter& out, const Schema& schema) {
  out.text(schema.zone);
  write_attributes(out, schema.contact);
  write_attributes(out, schema.account);
  out.varint(schema.events.size());
  for (const EventType& type : schema.events) {
    out.text(type.name);
    write_attributes(out, type.properties);
  }
  out.varint(schema.records.size());
  for (const RecordType& type : schema.records) {
    out.text(type.name);
    write_attributes(out, type.fields);
  }
}

void decode_page(ByteReader& in, Schema& page) {
  page.zone = in.text();
  read_attributes(in, page.contact);
  read_attributes(in, page.account);
  std::set<std::string> names;
  for (std::size_t left = in.count(); left > 0 && in.ok(); --left) {
    EventType& type = page.events.emplace_back();
    type.name = in.text();
    if (!names.insert(type.name).second) in.refuse("two event types have the same name");
    read_attributes(in, type.properties);
  }
  names.clear();
  for (std::size_t left = in.count(); left > 0 && in.ok(); --left) {
    RecordType& type = page.records.emplace_back();
    type.name = in.text();
    if (!names.insert(type.name).second) in.refuse("two record types have the same name");
    read_attributes(in, type.fields);
  }
}

std::uint8_t version_of(const Catalog& catalog) {
  if (!catalog.keys.empty() || !catalog.tracked.empty()) return kCatalogWithKeysVersion;
  const bool has_parts = !catalog.last_versions.empty() || std::ranges::any_of(catalog.segments, [](const auto& entry) { return !entry.second.overrides.empty() || has_versions(entry.second); }) ||
         std::ranges::any_of(catalog.lists, [](const auto& entry) { return entry.second.lock || entry.second.snapshot; });
  return has_parts ? kCatalogWithPartsVersion : kPageVersion;
}

void encode_catalog(ByteWriter& out, const Catalog& catalog) {
  out.varint(catalog.segments.size());
  for (const auto& [key, segment] : catalog.segments) {
    out.text(key);
    out.text(segment.text);
    out.zigzag(segment.saved_at.ms);
    write_parameters(out, segment.parameters);
  }
  out.varint(catalog.sets.size());
  for (const auto& [key, set] : catalog.sets) {
    out.text(key);
    out.varint(set.values.size());
    for (const std::string& value : set.values) out.text(value);
  }
  out.varint(catalog.lists.size());
  for (const auto& [key, list] : catalog.lists) {
    out.text(key);
    out.zigzag(list.created_at.ms);
    write_used(out, list.entries);
  }
  write_overrides(out, catalog);
  write_versions(out, catalog);
  write_last_versions(out, catalog);
  write_lists(out, catalog);
  write_keys(out, catalog);
  write_tracked(out, catalog);
}

namespace {

void read_overrides(ByteReader& in, Catalog& catalog, std::map<std::string, OverridePages>& pages) {
  for (std::size_t left = in.count(); left > 0 && in.ok(); --left) {
    const std::string key(in.text());
    if (!catalog.segments.contains(key) || (!pages.empty() && pages.rbegin()->first >= key)) in.refuse("it has additions by hand to no segment, or not in order");
    OverridePages& of_segment = pages[key];
    of_segment.added = read_used(in);
    of_segment.removed = read_used(in);
    if (of_segment.added.empty() && of_segment.removed.empty()) in.refuse("it has additions by hand that are none");
  }
}

// The value of a key that is there, the keys of a part in order; nullptr, and the page refused, where it is not.
template <typename Map>
typename Map::mapped_type* next_known(ByteReader& in, Map& map, std::string& last) {
  std::string key(in.text());
  const auto found = map.find(key);
  if (found == map.end() || key <= last) {
    in.refuse("a part of it speaks of a key that is not there, or not in order");
    return nullptr;
  }
  last = std::move(key);
  return &found->second;
}

std::uint32_t read_version(ByteReader& in) {
  const std::uint32_t version = read_count(in);
  if (version == 0) in.refuse("versions count from 1");
  return version;
}

void read_versions(ByteReader& in, Catalog& catalog) {
  std::string last;
  for (std::size_t left = in.count(); left > 0 && in.ok(); --left) {
    Segment* segment = next_known(in, catalog.segments, last);
    if (segment == nullptr) return;
    segment->version = read_version(in);
    segment->by = in.text();
    segment->note = in.text();
    for (std::size_t earlier = in.count(); earlier > 0 && in.ok(); --earlier) {
      SegmentVersion version{.number = read_version(in), .saved_at = {in.zigzag()}, .by = std::string(in.text()), .note = {}, .text = {}, .parameters = {}};
      version.note = in.text();
      version.text = in.text();
      read_parameters(in, version.parameters);
      if (version.number >= segment->version || (!segment->earlier.empty() && segment->earlier.back().number >= version.number)) in.refuse("versions of a segment are not in order");
      segment->earlier.push_back(std::move(version));
    }
    if (!has_versions(*segment)) in.refuse("it has versions that say nothing");
  }
}

void read_last_versions(ByteReader& in, Catalog& catalog) {
  for (std::size_t left = in.count(); left > 0 && in.ok(); --left) {
    std::uint32_t& version = read_keyed(in, catalog.last_versions);
    version = read_version(in);
    if (catalog.segments.contains(catalog.last_versions.rbegin()->first)) in.refuse("a segment that is there is also gone");
  }
}

void read_lists(ByteReader& in, Catalog& catalog) {
  std::string last;
  for (std::size_t left = in.count(); left > 0 && in.ok(); --left) {
    StaticList* list = next_known(in, catalog.lists, last);
    if (list == nullptr) return;
    const std::uint8_t flags = in.byte();
    if (flags == 0 || flags > (kIsLocked | kIsSnapshot)) in.refuse("a flag of a list is unknown");
    if ((flags & kIsLocked) != 0) {
      list->lock = ListEntry{.added_at = {in.zigzag()}, .by = std::string(in.text()), .note = {}};
      list->lock->note = in.text();
    }
    if ((flags & kIsSnapshot) == 0) continue;
    SnapshotRule& snapshot = list->snapshot.emplace();
    snapshot.text = in.text();
    read_parameters(in, snapshot.parameters);
    snapshot.at = {in.zigzag()};
    snapshot.by = in.text();
    snapshot.note = in.text();
  }
}

void read_keys(ByteReader& in, Catalog& catalog) {
  for (std::size_t left = in.count(); left > 0 && in.ok(); --left) {
    AccessKey& key = read_keyed(in, catalog.keys);
    const std::uint8_t role = in.byte();
    if (role > static_cast<std::uint8_t>(KeyRole::masked)) in.refuse("the role of a key is unknown");
    if (in.ok()) key.role = static_cast<KeyRole>(role);
    key.name = in.text();
    key.hash = in.text();
    if (key.hash.size() != kKeyHashBytes) in.refuse("the hash of a key has another length");
    key.added_at = {in.zigzag()};
    key.by = in.text();
    const std::uint8_t flags = in.byte();
    if (flags > kIsRevoked) in.refuse("a flag of a key is unknown");
    if ((flags & kIsRevoked) == 0) continue;
    key.revoked_at = Timestamp{in.zigzag()};
    key.revoked_by = in.text();
  }
}

void read_tracked(ByteReader& in, Catalog& catalog) {
  for (std::size_t left = in.count(); left > 0 && in.ok(); --left) {
    std::string name(in.text());
    if (!catalog.tracked.empty() && *catalog.tracked.rbegin() >= name) in.refuse("tracked attributes are not in order");
    catalog.tracked.insert(std::move(name));
  }
}

void read_parts(ByteReader& in, CatalogPage& page) {
  std::map<std::string, OverridePages> overrides;
  std::uint8_t last = 0;
  while (in.ok() && in.remaining() > 0) {
    const std::uint8_t tag = in.byte();
    if (tag <= last) in.refuse("its parts are not in order");
    last = tag;
    switch (static_cast<PartTag>(tag)) {
      case PartTag::overrides: read_overrides(in, page.catalog, overrides); break;
      case PartTag::versions: read_versions(in, page.catalog); break;
      case PartTag::last_versions: read_last_versions(in, page.catalog); break;
      case PartTag::lists: read_lists(in, page.catalog); break;
      case PartTag::keys: read_keys(in, page.catalog); break;
      case PartTag::tracked: read_tracked(in, page.catalog); break;
    }
    if (tag > static_cast<std::uint8_t>(PartTag::tracked)) in.refuse("it has a part that is unknown");
  }
  for (const auto& [key, segment] : page.catalog.segments) {
    OverridePages& of_segment = overrides[key];
    page.list_chunks.push_back(std::move(of_segment.added));
    page.list_chunks.push_back(std::move(of_segment.removed));
  }
}

}  // namespace

void decode_page(ByteReader& in, CatalogPage& page) {
  for (std::size_t left = in.count(); left > 0 && in.ok(); --left) read_segment(in, read_keyed(in, page.catalog.segments));
  for (std::size_t left = in.count(); left > 0 && in.ok(); --left) {
    ValueSet& set = read_keyed(in, page.catalog.sets);
    for (std::size_t values = in.count(); values > 0 && in.ok(); --values) set.values.emplace_back(in.text());
  }
  for (std::size_t left = in.count(); left > 0 && in.ok(); --left) {
    StaticList& list = read_keyed(in, page.catalog.lists);  // first: the right side of an assignment comes before its left
    list.created_at = {in.zigzag()};
    page.list_chunks.push_back(read_used(in));
  }
  read_parts(in, page);
}

}  // namespace wanamaker
