#include "outside/command_json.h"

#include "language/json_form.h"
#include "language/parser.h"

namespace wanamaker::outside {
namespace {

Json texts_json(const std::vector<std::string>& texts) {
  Json list = Json::array();
  for (const std::string& text : texts) list.push(text);
  return list;
}

Json batch_json(const ImportBatch& batch, Json step) {
  static constexpr const char* kKinds[] = {"contacts", "accounts", "contact records", "account records", "events"};
  Json columns = Json::array();
  for (const BatchColumn& column : batch.columns) columns.push(Json::Array{column.name, name_of(column.type)});
  Json rows = Json::array();
  for (const BatchRow& row : batch.rows) {
    Json values = Json::array();
    for (const Value& value : row.values) values.push(is_missing(value) ? Json() : Json(to_string(value)));
    Json entry = Json::object().set("id", row.id).set("values", values);
    if (row.owner) entry.set("owner", *row.owner);
    if (row.at) entry.set("at", row.at->ms);
    if (!row.event.empty()) entry.set("event", row.event).set("message_id", row.message_id);
    rows.push(std::move(entry));
  }
  step.set("do", kKinds[static_cast<std::size_t>(batch.kind)]).set("columns", columns).set("rows", rows);
  if (!batch.record_type.empty()) step.set("record_type", batch.record_type);
  return step;
}

struct Printer {
  Json step;
  Json operator()(const ImportBatch& batch) { return batch_json(batch, step); }
  Json operator()(const DeclareEvent& command) { return step.set("do", "declare event").set("name", command.name); }
  Json operator()(const DeclareRecordType& command) { return step.set("do", "declare record type").set("name", command.name); }
  Json operator()(const DeclareAttribute& command) { return step.set("do", "declare attribute").set("name", command.attribute.name).set("history", command.attribute.history == History::kept); }
  Json operator()(const AlterAttribute& command) {
    return step.set("do", "alter attribute").set("name", command.attribute.name).set("type", name_of(command.attribute.type));
  }
  Json operator()(const SetZone& command) { return step.set("do", "set zone").set("zone", command.zone); }
  Json operator()(const PutSet& command) {
    return step.set("do", "put set").set("key", command.key).set("values", texts_json(command.values));
  }
  Json operator()(const PutSegment& command) {
    return definition_json("put segment", command.key, command.text, command.parameters);
  }
  Json operator()(const DeleteSegment& command) { return step.set("do", "delete segment").set("key", command.key); }
  Json operator()(const PutList& command) { return step.set("do", "put list").set("key", command.key); }
  Json operator()(const AddToList& command) {
    return step.set("do", "add to list").set("key", command.key).set("ids", texts_json(command.contact_ids));
  }
  Json operator()(const RemoveFromList& command) {
    return step.set("do", "remove from list").set("key", command.key).set("ids", texts_json(command.contact_ids));
  }
  Json operator()(const MergeContacts& command) {
    return step.set("do", "merge").set("from", command.from_id).set("into", command.into_id);
  }
  Json operator()(const EraseContact& command) { return step.set("do", "erase").set("id", command.contact_id); }
  Json operator()(const AdvanceTime&) { return step.set("do", "advance time"); }
  Json operator()(const OverrideMembership& command) {
    static constexpr const char* kWhat[] = {"add", "remove", "reset"};
    step.set("do", "override").set("key", command.key).set("what", kWhat[static_cast<std::size_t>(command.what)]);
    return step.set("ids", texts_json(command.contact_ids));
  }
  Json operator()(const PutSnapshot& command) {
    return definition_json("put snapshot", command.key, command.text, command.parameters);
  }
  Json operator()(const LockList& command) { return step.set("do", "lock list").set("key", command.key); }
  // Keys change no answer.
  Json operator()(const AddKey&) { return step.set("do", "keys"); }
  Json operator()(const RevokeKey&) { return step.set("do", "keys"); }
  Json operator()(const TrackAttribute&) { return step.set("do", "keys"); }
  Json operator()(const PutProvider&) { return step.set("do", "keys"); }
  Json operator()(const DeleteProvider&) { return step.set("do", "keys"); }
  Json operator()(const PutWebhook&) { return step.set("do", "keys"); }
  Json operator()(const DeleteWebhook&) { return step.set("do", "keys"); }
  Json operator()(const MoveWebhook&) { return step.set("do", "keys"); }
  Json operator()(const KeepAnswer&) { return step.set("do", "keys"); }
  Json operator()(const PutUser&) { return step.set("do", "keys"); }
  Json operator()(const DeleteUser&) { return step.set("do", "keys"); }
  Json operator()(const BeginSession&) { return step.set("do", "keys"); }
  Json operator()(const EndSessions&) { return step.set("do", "keys"); }
  Json operator()(const NoteAudit&) { return step.set("do", "keys"); }
  Json operator()(const MarkPersonal&) { return step.set("do", "keys"); }
  Json operator()(const SpendIds&) { return step.set("do", "keys"); }
  Json operator()(const DeleteList& command) { return step.set("do", "delete list").set("key", command.key); }

 private:
  Json definition_json(const char* what, const std::string& key, const std::string& text, const std::vector<SegmentParameter>& parameters) {
    step.set("do", what).set("key", key);
    if (const auto rule = parse_expression(text)) step.set("tree", to_json(*rule));
    Json list = Json::array();
    for (const SegmentParameter& parameter : parameters) list.push(Json::Array{parameter.name, name_of(parameter.type), to_string(parameter.value)});
    return step.set("parameters", list);
  }
};

}  // namespace

Json command_json(const Command& command) { return std::visit(Printer{Json::object().set("at", command.accepted_at.ms)}, command.body); }

}  // namespace wanamaker::outside
