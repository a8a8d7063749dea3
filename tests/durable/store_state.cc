#include "durable/store_state.h"

#include "durable/engine_calls.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker::durable {
namespace {

class Printer {
 public:
  Printer(Engine& engine, std::uint32_t lanes) : base_(read_base(engine)), engine_(engine), lines_(lanes + 1) {}

  std::vector<StateLines> run() {
    schema();
    for (std::uint32_t i = 0; i < base_.ordinals(); ++i)
      if (base_.is_contact({i})) contact({i});
    for (std::uint32_t i = 0; i < base_.accounts(); ++i) account({i});
    for (std::uint32_t i = 0; i < base_.schema.records.size(); ++i) records({i});
    catalog();
    for (std::uint32_t lane = 1; lane < lines_.size(); ++lane)
      for (const ImportMark& mark : engine_.marks(fmt::format("k{}-0", lane))) lines_[lane].push_back(mark_text(mark));
    for (StateLines& lines : lines_) std::ranges::sort(lines);
    return std::move(lines_);
  }

 private:
  // What belongs to a lane that there is not stands with the setup and shows there as a difference.
  StateLines& of(std::string_view name) {
    const std::uint32_t lane = lane_of(name);
    return lines_[lane < lines_.size() ? lane : 0];
  }
  std::string text(const Cell& cell, ValueType type) const { return value_text(cell.known ? base_.cells.to_value(cell, type) : Value{}); }

  void schema() {
    lines_[0].push_back("zone " + base_.schema.zone);
    for (const Attribute& attribute : base_.schema.contact.all())
      of(attribute.name)
          .push_back(fmt::format("attribute {} {} {}", attribute.name, name_of(attribute.type), attribute.history == History::kept));
    for (const EventType& event : base_.schema.events) {
      lines_[0].push_back("event " + event.name);
      for (const Attribute& property : event.properties.all())
        lines_[0].push_back(fmt::format("property {} {} {}", event.name, property.name, name_of(property.type)));
    }
    for (const RecordType& record : base_.schema.records) {
      lines_[0].push_back("record type " + record.name);
      for (const Attribute& field : record.fields.all())
        lines_[0].push_back(fmt::format("property {} {} {}", record.name, field.name, name_of(field.type)));
    }
  }

  void contact(ContactOrdinal contact) {
    const std::string id(base_.contact_id(contact));
    StateLines& lines = of(id);
    const auto account = base_.account_of(contact);
    lines.push_back(fmt::format("contact {} account {} aliases [{}]", id, account ? base_.account_id(*account) : "",
                                fmt::join(base_.aliases_of(contact), ",")));
    for (std::uint32_t i = 0; i < base_.schema.contact.size(); ++i) {
      const Attribute& attribute = base_.schema.contact.at({i});
      const Cell cell = base_.attribute({i}, contact);
      if (cell.known) lines.push_back(fmt::format("value {} {} {}", id, attribute.name, text(cell, attribute.type)));
      const auto history = base_.history({i}, contact);
      if (history.empty()) continue;
      std::string line = fmt::format("history {} {}", id, attribute.name);
      for (const HistoryEntry& entry : history) line += fmt::format(" {}={}", entry.at.ms, text(entry.value, attribute.type));
      lines.push_back(std::move(line));
    }
    for (std::uint32_t i = 0; i < base_.schema.events.size(); ++i) events(contact, id, {i});
  }

  void events(ContactOrdinal contact, const std::string& id, EventTypeId type) {
    const EventTable& table = base_.events[type.value];
    const EventType& event = base_.schema.events[type.value];
    for (const std::uint32_t row : table.rows_of(contact)) {
      std::string line = fmt::format("event {} {} {} {}", id, event.name, table.at(row).ms, table.message_id(row));
      std::map<std::string, std::string> properties;
      for (std::uint32_t i = 0; i < event.properties.size(); ++i) {
        const Cell& cell = table.property({i}, row);
        if (cell.known) properties[event.properties.at({i}).name] = text(cell, event.properties.at({i}).type);
      }
      for (const auto& [name, value] : properties) line += fmt::format(" {}={}", name, value);
      of(id).push_back(std::move(line));
    }
  }

  void account(AccountOrdinal account) {
    for (std::uint32_t i = 0; i < base_.schema.account.size(); ++i) {
      const Attribute& attribute = base_.schema.account.at({i});
      lines_[0].push_back(fmt::format("account {} {} {}", base_.account_id(account), attribute.name,
                                      text(base_.account_attribute({i}, account), attribute.type)));
    }
  }

  void records(RecordTypeId type) {
    const RecordTable& table = base_.records[type.value];
    const AttributeTable& fields = base_.schema.records[type.value].fields;
    for (std::uint32_t i = 0; i < base_.ordinals(); ++i) {
      if (!base_.is_contact({i})) continue;
      for (const std::uint32_t row : table.of_contact({i})) {
        std::map<std::string, std::string> values;
        for (std::uint32_t field = 0; field < fields.size(); ++field)
          values[fields.at({field}).name] = text(table.field({field}, row), fields.at({field}).type);
        std::string line = fmt::format("record {} {}", table.id(row), base_.contact_id({i}));
        for (const auto& [name, value] : values) line += fmt::format(" {}={}", name, value);
        of(table.id(row)).push_back(std::move(line));
      }
    }
  }

  void catalog() {
    for (const auto& [key, segment] : base_.catalog.segments) {
      for (const SegmentVersion& earlier : segment.earlier)
        of(key).push_back(fmt::format("segment {} {}", key, version_text(earlier.number, earlier.saved_at, earlier.by, earlier.text)));
      of(key).push_back(fmt::format("segment {} {}", key, version_text(segment.version, segment.saved_at, segment.by, segment.text)));
      overrides(key, "added", segment.overrides.added);
      overrides(key, "removed", segment.overrides.removed);
    }
    for (const auto& [key, list] : base_.catalog.lists) {
      of(key).push_back(fmt::format("list {} {}", key, list.created_at.ms));
      list.entries.for_each([&](ContactOrdinal contact, const ListEntry& entry) {
        const std::string id(base_.contact_id(contact));
        of(id).push_back(fmt::format("entry {} {} {}", key, id, entry_text(entry.added_at, entry.by, entry.note)));
      });
    }
    for (const auto& [key, set] : base_.catalog.sets) of(key).push_back(fmt::format("set {} [{}]", key, fmt::join(set.values, ",")));
  }

  void overrides(const std::string& key, std::string_view what, const ListMembers& entries) {
    entries.for_each([&](ContactOrdinal contact, const ListEntry& entry) {
      const std::string id(base_.contact_id(contact));
      of(id).push_back(fmt::format("override {} {} {} {}", key, id, what, entry_text(entry.added_at, entry.by, entry.note)));
    });
  }

  const Base& base_;
  Engine& engine_;
  std::vector<StateLines> lines_;
};

LaneOptions of_lane(LaneOptions options, std::uint32_t lane) {
  options.lane = lane;
  return options;
}

}  // namespace

std::vector<StateLines> store_state(Engine& engine, std::uint32_t lanes) { return Printer(engine, lanes).run(); }

Judge::Judge(const LaneOptions& options, std::uint32_t lanes) {
  for (std::uint32_t lane = 0; lane <= lanes; ++lane) histories_.emplace_back(of_lane(options, lane));
  Lane setup(of_lane(options, 0));
  while (setup.next()) ++setup_steps_;
}

Judgement Judge::judge(Engine& engine, const Progress& progress) {
  const std::vector<StateLines> found = store_state(engine, static_cast<std::uint32_t>(histories_.size() - 1));
  Judgement judgement{.survived = std::vector<std::uint64_t>(histories_.size()), .complaints = {}};
  for (std::size_t lane = 0; lane < histories_.size(); ++lane) {
    const std::uint64_t hash = hash_of(found[lane]);
    const std::uint64_t least = progress.acknowledged[lane];
    const std::uint64_t most = lane == 0 ? std::min(progress.begun[lane], setup_steps_) : progress.begun[lane];
    bool is_good = false;
    for (std::uint64_t steps = least; steps <= most; ++steps) {
      if (histories_[lane].hash_after(steps) != hash) continue;
      is_good = true;
      judgement.survived[lane] = steps;
    }
    if (is_good) continue;
    std::string guess = "no prefix of it has that state";
    for (std::uint64_t fewer = least; fewer > 0; --fewer)
      if (histories_[lane].hash_after(fewer - 1) == hash) {
        guess = fmt::format("it holds only {} steps", fewer - 1);
        break;
      }
    judgement.complaints.push_back(fmt::format("lane {}: acknowledged {}, begun {}: {}; against the acknowledged: {}", lane, least, most,
                                               guess, difference(histories_[lane].lines_after(least), found[lane])));
  }
  return judgement;
}

}  // namespace wanamaker::durable
