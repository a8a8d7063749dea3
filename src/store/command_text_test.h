#pragma once
// What the tests of this room share: commands as text that shows every field, and random batches. Tests only.

#include "model/commands.h"

#include <fmt/format.h>

#include <random>
#include <string>
#include <vector>

namespace wanamaker {

inline std::string text_of(const Value& value) {
  if (is_missing(value)) return "missing";
  return fmt::format("{}:{}", name_of(type_of(value)), to_json_text(value));
}

inline std::string text_of(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += fmt::format("<{}>", text);
  return out;
}

inline std::string text_of(const ImportBatch& batch) {
  std::string out = fmt::format("batch {} '{}' {}\n", static_cast<int>(batch.kind), batch.record_type, batch.keeps_history);
  if (batch.mark) {
    const ImportMark& mark = *batch.mark;
    out += fmt::format("mark {} {} {} {} {}\n", mark.import_key, mark.rows_done, mark.bytes_done, mark.prefix_hash, mark.previous_hash);
  }
  for (const BatchColumn& column : batch.columns) out += fmt::format("column {} {}\n", column.name, name_of(column.type));
  for (const BatchRow& row : batch.rows) {
    out += fmt::format("row {} {} {} {} {}", row.id, row.owner ? "'" + *row.owner + "'" : "none",
                       row.at ? std::to_string(row.at->ms) : "none", row.event, row.message_id);
    for (const Value& value : row.values) out += " " + text_of(value);
    out += "\n";
  }
  return out;
}

inline std::string text_of(const TableName& table, const Attribute& attribute) {
  return fmt::format("{} {} {} {} {}", static_cast<int>(table.kind), table.name, attribute.name, name_of(attribute.type),
                     static_cast<int>(attribute.history));
}

struct CommandText {
  std::string operator()(const ImportBatch& command) const { return text_of(command); }
  std::string operator()(const DeclareEvent& command) const { return command.name; }
  std::string operator()(const DeclareRecordType& command) const { return command.name; }
  std::string operator()(const DeclareAttribute& command) const { return text_of(command.table, command.attribute); }
  std::string operator()(const AlterAttribute& command) const { return text_of(command.table, command.attribute); }
  std::string operator()(const SetZone& command) const { return command.zone; }
  std::string operator()(const PutSet& command) const { return command.key + text_of(command.values); }
  std::string operator()(const PutSegment& command) const {
    std::string out = command.key + "|" + command.text;
    for (const auto& parameter : command.parameters)
      out += fmt::format("|{} {} {}", parameter.name, name_of(parameter.type), text_of(parameter.value));
    return out + "|" + command.by + "|" + command.note;
  }
  std::string operator()(const PutSnapshot& command) const {
    return (*this)(PutSegment{.key = command.key, .text = command.text, .parameters = command.parameters, .by = command.by, .note = command.note});
  }
  std::string operator()(const LockList& command) const { return fmt::format("{} {}{}|{}", command.key, static_cast<int>(command.what), command.by, command.note); }
  std::string operator()(const DeleteList& command) const { return command.key; }
  std::string operator()(const AddKey& command) const { return fmt::format("{} {} {}|{}|{}", command.id, name_of(command.role), command.name, command.hash, command.by); }
  std::string operator()(const RevokeKey& command) const { return command.id + "|" + command.by; }
  std::string operator()(const TrackAttribute& command) const { return fmt::format("{} {}|{}", command.name, static_cast<int>(command.what), command.by); }
  std::string operator()(const PutProvider& command) const { return fmt::format("{} {} {}|{}|{}", command.name, name_of(command.kind), command.secret, command.attribute, command.by); }
  std::string operator()(const DeleteProvider& command) const { return command.name + "|" + command.by; }
  std::string operator()(const PutWebhook& command) const { return fmt::format("{} {} {}{}|{}|{}", command.key, command.address, command.secret, text_of(command.segments), command.after, command.by); }
  std::string operator()(const DeleteWebhook& command) const { return command.key + "|" + command.by; }
  std::string operator()(const MoveWebhook& command) const {
    return fmt::format("{} {} {} {} {} {}|{}", command.key, command.from.cursor, command.from.until, command.to.cursor, command.to.until, name_of(command.state), command.why);
  }
  std::string operator()(const KeepAnswer& command) const { return fmt::format("{}|{}|{}|{}|{}", command.id, command.request, command.sealed, command.subjects, command.asker); }
  std::string operator()(const PutUser& command) const { return fmt::format("{}|{}|{}|{}|{}|{}", command.id, command.login, command.name, name_of(command.role), command.password, command.by); }
  std::string operator()(const DeleteUser& command) const { return command.id + "|" + command.by; }
  std::string operator()(const BeginSession& command) const { return command.id + "|" + command.user; }
  std::string operator()(const EndSessions& command) const { return command.user + "|" + command.session; }
  std::string operator()(const NoteAudit& command) const { return fmt::format("{}|{}|{}|{}|{}", command.who, command.action, command.kind, command.key, command.from); }
  std::string operator()(const MarkPersonal& command) const { return fmt::format("{} {}|{}", command.name, static_cast<int>(command.what), command.by); }
  std::string operator()(const SpendIds& command) const { return text_of(command.ids); }
  std::string operator()(const DeleteSegment& command) const { return command.key; }
  std::string operator()(const PutList& command) const { return command.key; }
  std::string operator()(const AddToList& command) const {
    return fmt::format("{}{}{}|{}", command.key, text_of(command.contact_ids), command.by, command.note);
  }
  std::string operator()(const RemoveFromList& command) const { return command.key + text_of(command.contact_ids); }
  std::string operator()(const MergeContacts& command) const { return command.from_id + " " + command.into_id; }
  std::string operator()(const EraseContact& command) const { return command.contact_id; }
  std::string operator()(const AdvanceTime&) const { return {}; }
  std::string operator()(const OverrideMembership& command) const {
    return fmt::format("{} {}{}{}|{}", command.key, static_cast<int>(command.what), text_of(command.contact_ids), command.by, command.note);
  }
};

inline std::string text_of(const CommandBody& body) { return fmt::format("{} {}", body.index(), std::visit(CommandText{}, body)); }

class RandomBatches {
 public:
  explicit RandomBatches(std::uint64_t seed) : random_(seed) {}

  ImportBatch next(std::size_t rows_max = 60, std::size_t columns_max = 8) {
    ImportBatch batch{
        .kind = static_cast<BatchKind>(below(5)), .record_type = text(), .keeps_history = below(2) == 0, .columns = {}, .rows = {}};
    if (below(2) == 0)
      batch.mark =
          ImportMark{.import_key = text(), .rows_done = random_(), .bytes_done = random_(), .prefix_hash = text(), .previous_hash = text()};
    batch.columns.resize(below(columns_max + 1));
    for (BatchColumn& column : batch.columns) column = {.name = text(), .type = static_cast<ValueType>(below(7))};
    const std::uint64_t strangers = below(3) == 0 ? 10 : 0;  // percent of values of another type than their column
    const std::uint64_t missing = below(3) * 30;             // percent
    batch.rows.resize(below(rows_max + 1));
    for (BatchRow& row : batch.rows) {
      row.id = text();
      if (below(100) >= missing) row.owner = text();
      if (below(100) >= missing) row.at = instant();
      row.event = text();
      row.message_id = text();
      for (const BatchColumn& column : batch.columns) {
        if (below(100) < missing)
          row.values.emplace_back();
        else
          row.values.push_back(value(below(100) < strangers ? static_cast<ValueType>(below(7)) : column.type));
      }
    }
    return batch;
  }

  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

 private:
  std::string text() { return below(4) == 0 ? std::string(below(300), 'x') : fmt::format("Žilina {}", below(12)); }
  Timestamp instant() { return {below(20) == 0 ? kTimestampMin.ms : static_cast<std::int64_t>(below(2'000'000'000'000))}; }
  Decimal number() {
    const auto size = static_cast<std::int64_t>(below(static_cast<std::uint64_t>(power_of_ten(static_cast<unsigned>(below(19))))));
    return Decimal::from_parts(below(2) == 0 ? size : -size, static_cast<std::uint8_t>(below(19)));
  }
  Value value(ValueType type) {
    switch (type) {
      case ValueType::text: return text();
      case ValueType::number: return number();
      case ValueType::boolean: return below(2) == 0;
      case ValueType::date: return Date{static_cast<std::int32_t>(below(3'000'000)) - 719'162};
      case ValueType::timestamp: return instant();
      case ValueType::set: {
        TextSet set(1 + below(4));
        for (std::string& element : set) element = text();
        return set;
      }
      case ValueType::location: return Location{.latitude = Decimal::from_parts(4872, 2), .longitude = number()};
    }
    return {};
  }

  std::mt19937_64 random_;
};

}  // namespace wanamaker
