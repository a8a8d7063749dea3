#include "api/remote_import.h"

#include "base/bytes.h"
#include "engine/import_marks.h"
#include "store/command_codec.h"

#include <algorithm>

namespace wanamaker {
namespace {

enum class Question : std::uint8_t { schema = 1, marks = 2, know = 3, submit = 4 };

std::unexpected<Error> no_answer() { return fail(ErrorCode::failure, "the server's answer cannot be read", "run the same version as the server"); }

ByteWriter question_of(Question what) {
  ByteWriter out;
  out.byte(static_cast<std::uint8_t>(what));
  return out;
}

// ---- the schema, as commands that make it ----

Result<void> put(ByteWriter& out, const CommandBody& body) {
  WM_TRY(const std::string bytes, encode_body(body));
  out.byte(static_cast<std::uint8_t>(kind_of(body)));
  out.text(bytes);
  return {};
}

Result<void> put(ByteWriter& out, const TableName& table, const AttributeTable& attributes) {
  for (const Attribute& attribute : attributes.all()) WM_CHECK_OK(put(out, DeclareAttribute{.table = table, .attribute = attribute}));
  return {};
}

Result<std::string> bytes_of(const Schema& schema) {
  ByteWriter out;
  WM_CHECK_OK(put(out, SetZone{.zone = schema.zone}));
  for (const EventType& event : schema.events) WM_CHECK_OK(put(out, DeclareEvent{.name = event.name}));
  for (const RecordType& record : schema.records) WM_CHECK_OK(put(out, DeclareRecordType{.name = record.name}));
  WM_CHECK_OK(put(out, {TableKind::contact}, schema.contact));
  WM_CHECK_OK(put(out, {TableKind::account}, schema.account));
  for (const EventType& event : schema.events) WM_CHECK_OK(put(out, {TableKind::event, event.name}, event.properties));
  for (const RecordType& record : schema.records) WM_CHECK_OK(put(out, {TableKind::record, record.name}, record.fields));
  return out.take();
}

AttributeTable* table_of(Schema& schema, const TableName& table) {
  switch (table.kind) {
    case TableKind::contact: return &schema.contact;
    case TableKind::account: return &schema.account;
    case TableKind::event:
      if (const auto event = schema.find_event(table.name)) return &schema.events[event->value].properties;
      return nullptr;
    case TableKind::record:
      if (const auto record = schema.find_record(table.name)) return &schema.records[record->value].fields;
      return nullptr;
  }
  return nullptr;
}

// False: it is no part of a schema.
bool take(const CommandBody& body, Schema& schema) {
  if (const auto* zone = std::get_if<SetZone>(&body)) {
    schema.zone = zone->zone;
    return true;
  }
  if (const auto* event = std::get_if<DeclareEvent>(&body)) {
    schema.events.push_back({.name = event->name, .properties = {}});
    return true;
  }
  if (const auto* record = std::get_if<DeclareRecordType>(&body)) {
    schema.records.push_back({.name = record->name, .fields = {}});
    return true;
  }
  const auto* declared = std::get_if<DeclareAttribute>(&body);
  AttributeTable* table = declared == nullptr ? nullptr : table_of(schema, declared->table);
  if (table == nullptr || table->find(declared->attribute.name)) return false;
  table->add(declared->attribute);
  return true;
}

Result<Schema> schema_from(std::string_view bytes) {
  Schema schema;
  for (ByteReader in(bytes); in.remaining() > 0;) {
    const std::uint8_t kind = in.byte();
    const std::string_view body_bytes = in.text();
    if (!in.ok()) return no_answer();
    WM_TRY(const CommandBody body, decode_body(kind, body_bytes));
    if (!take(body, schema)) return no_answer();
  }
  return schema;
}

// ---- outcomes ----

std::string bytes_of(const SubmitOutcome& outcome) {
  ByteWriter out;
  out.varint(outcome.applied);
  out.varint(outcome.duplicates);
  out.varint(outcome.rejects.size());
  for (const RejectedRow& row : outcome.rejects) {
    out.varint(row.row_index);
    out.text(row.code);
    out.text(row.reason);
  }
  return out.take();
}

// A sign for each id.
constexpr char kKnown = '1';
constexpr char kUnknown = '0';

Result<std::string> known_of(Workspace& workspace, ByteReader& in) {
  std::string known;
  for (std::size_t count = in.count(); count > 0 && in.ok(); --count) known += workspace.engine().unsettled().find_contact(in.text()) ? kKnown : kUnknown;
  if (!in.finish()) return fail(ErrorCode::invalid, "these are no ids of contacts");
  return known;
}

Result<std::string> taken_in(Workspace& workspace, ByteReader& in) {
  const std::uint8_t kind = in.byte();
  const std::string_view bytes = in.text();
  WM_TRY(CommandBody body, decode_body(kind, bytes));
  if (!in.finish() || !std::holds_alternative<ImportBatch>(body)) return fail(ErrorCode::invalid, "this is no batch of an import");
  WM_TRY(const SubmitOutcome outcome, workspace.submit(std::move(body)));
  return bytes_of(outcome);
}

}  // namespace

Result<std::unique_ptr<RemoteImport>> RemoteImport::begin(Ask ask) {
  std::unique_ptr<RemoteImport> import(new RemoteImport(std::move(ask)));
  WM_TRY(const std::string bytes, import->ask_(question_of(Question::schema).take()));
  WM_TRY(import->schema_, schema_from(bytes));
  return import;
}

Result<std::vector<ImportMark>> RemoteImport::marks(std::string_view import_key) {
  ByteWriter question = question_of(Question::marks);
  question.text(import_key);
  WM_TRY(const std::string answer, ask_(question.take()));
  auto marks = decode_marks(answer);
  if (!marks) return no_answer();
  return *std::move(marks);
}

Result<std::vector<bool>> RemoteImport::know_contacts(std::span<const std::string_view> ids) {
  ByteWriter question = question_of(Question::know);
  question.varint(ids.size());
  for (const std::string_view id : ids) question.text(id);
  WM_TRY(const std::string answer, ask_(question.take()));
  if (answer.size() != ids.size()) return no_answer();
  std::vector<bool> known;
  for (const char sign : answer) known.push_back(sign == kKnown);
  return known;
}

Result<BatchOutcome> RemoteImport::submit(ImportBatch batch) {
  ByteWriter question = question_of(Question::submit);
  WM_CHECK_OK(put(question, std::move(batch)));
  WM_TRY(const std::string answer, ask_(question.take()));
  ByteReader in(answer);
  BatchOutcome outcome{.applied = in.varint(), .duplicates = in.varint(), .rejects = {}};
  for (std::size_t count = in.count(); count > 0 && in.ok(); --count) {
    RowReject& reject = outcome.rejects.emplace_back();
    reject.row_index = in.varint();
    reject.code = in.text();
    reject.reason = in.text();
  }
  if (!in.finish()) return no_answer();
  return outcome;
}

Result<std::string> answer_import(Workspace& workspace, std::string_view question) {
  ByteReader in(question);
  switch (static_cast<Question>(in.byte())) {
    case Question::schema: return bytes_of(workspace.engine().unsettled().schema);
    case Question::marks: return encode_marks(workspace.engine().marks(in.text()));
    case Question::know: return known_of(workspace, in);
    case Question::submit: return taken_in(workspace, in);
  }
  return fail(ErrorCode::invalid, "this is no question of an import");
}

}  // namespace wanamaker
