// One contact: what is known, what is set, its segments.
#include "api/contact_export.h"
#include "api/contacts.h"
#include "api/http/json_value.h"
#include "api/http/routes.h"
#include "api/http/segment_fields.h"
#include "api/live.h"

#include <fmt/format.h>

namespace wanamaker::handlers {
namespace {

constexpr std::size_t kAttributesMax = 500;

// Attributes that are not there yet, and the types they shall have; what is not named there has the type of its first value.
struct NewNames {
  bool are_taken = false;
  WantedTypes types = {};
};

// Columns and values of one row. Errors: usage, naming the attribute that does not have its type.
Result<ImportBatch> batch_of(const Json& attributes, const AttributeTable& known, const NewNames& new_names, const std::string& pointer) {
  ImportBatch batch{.kind = BatchKind::contacts, .columns = {}, .rows = {}};
  BatchRow& row = batch.rows.emplace_back();
  if (attributes.as_object() == nullptr) return fail_at(pointer, "'attributes' is no object");
  if (attributes.as_object()->size() > kAttributesMax) return fail_at(pointer, fmt::format("at most {} attributes are set at once", kAttributesMax));
  for (const auto& [name, json] : *attributes.as_object()) {
    const auto id = known.find(name);
    if (!id && !new_names.are_taken && !json.is_null()) {
      return fail(Error{.code = ErrorCode::not_allowed, .message = fmt::format("there is no attribute '{}', and a new one changes the schema, which is for admins", name), .detail = {}, .hint = "ask an admin to declare it: PUT /api/v1/schema/attributes/{name}", .where = pointer + "/" + name});
    }
    const auto wanted = new_names.types.find(name);
    const auto type = id ? std::optional(known.at(*id).type) : wanted != new_names.types.end() ? std::optional(wanted->second) : natural_type(json);
    if (!type && json.is_null()) continue;  // clears what is not there
    if (!type) return fail_at(pointer + "/" + name, fmt::format("'{}' is neither text, number, boolean nor an array of texts", name));
    auto value = value_from_json(json, *type);
    if (!value) return fail_at(pointer + "/" + name, fmt::format("'{}' is {}: {}", name, name_of(*type), value.error()));
    batch.columns.push_back({.name = name, .type = *type});
    row.values.push_back(*std::move(value));
  }
  return batch;
}

// The contact as it will be. Errors: failure.
Result<Json> foreseen_json(Call& call, const ImportBatch& batch) {
  const BatchRow& row = batch.rows.front();
  Json contact = Json::object().set("id", row.id).set("aliases", Json::array()).set("account", Json()).set("attributes", Json::object()).set("events", Json::array()).set("records", Json::array()).set("lists", Json::array());
  if (call.workspace().base().find_contact(row.id)) {
    WM_TRY(contact, contact_json(call.workspace(), row.id));
  }
  Json attributes = Json::object();
  const auto column_of = [&](const std::string& name) { return std::ranges::find(batch.columns, name, &BatchColumn::name); };
  for (const auto& [name, value] : *contact.find("attributes")->as_object())
    if (column_of(name) == batch.columns.end()) attributes.set(name, value);
  for (std::size_t i = 0; i < batch.columns.size(); ++i) {
    if (is_missing(row.values[i])) continue;
    WM_TRY(Json value, Json::parse(to_json_text(row.values[i])));
    attributes.set(batch.columns[i].name, std::move(value));
  }
  Json foreseen = Json::object();
  for (const auto& [name, value] : *contact.as_object()) {
    if (name == "attributes") foreseen.set(name, attributes);
    else if (name == "account" && row.owner) foreseen.set(name, row.owner->empty() ? Json() : Json(*row.owner));
    else foreseen.set(name, value);
  }
  return foreseen;
}

enum class Rest : std::uint8_t { stays, is_cleared };

Result<HttpResponse> write_contact(Call& call, Rest rest) {
  WM_TRY(const Json* body, call.body());
  WM_TRY(Fields fields, Fields::of(*body));
  const Json* attributes = fields.any("attributes");
  const bool names_account = body->find("account") != nullptr;
  WM_TRY(const std::optional<std::string> account, fields.text("account"));
  WM_TRY(WantedTypes types, wanted_types(fields.any("types"), fields.pointer_to("types")));
  WM_CHECK_OK(fields.finish());
  MutexLock edit(call.service().edits());
  const Base& base = call.workspace().base();
  WM_TRY(ImportBatch batch, batch_of(attributes == nullptr ? Json::object() : *attributes, base.schema.contact, {.are_taken = may(call.holder().role, Permission::change), .types = std::move(types)}, fields.pointer_to("attributes")));
  BatchRow& row = batch.rows.front();
  row.id = call.part(0);
  if (names_account || rest == Rest::is_cleared) row.owner = account.value_or("");
  const auto contact = base.find_contact(row.id);
  const int status = contact ? 200 : 201;
  if (rest == Rest::is_cleared && contact) {
    for (std::uint32_t i = 0; i < base.schema.contact.size(); ++i) {
      const Attribute& attribute = base.schema.contact.at({i});
      const bool is_given = std::ranges::any_of(batch.columns, [&](const BatchColumn& column) { return column.name == attribute.name; });
      if (is_given || !base.attribute({i}, *contact).known) continue;
      batch.columns.push_back({.name = attribute.name, .type = attribute.type});
      row.values.emplace_back();
    }
  }
  WM_TRY(const Json foreseen, foreseen_json(call, batch));
  call.is_about(row.id);
  return call.change(std::move(batch), [&](const SubmitOutcome& outcome) -> Result<HttpResponse> {
    if (!outcome.rejects.empty()) return fail(ErrorCode::invalid, outcome.rejects.front().reason);
    return answer_json(foreseen, status);
  });
}

}  // namespace

Result<HttpResponse> show_contact(Call& call) {
  WM_TRY(Json contact, contact_json(call.workspace(), call.part(0)));
  return answer_json(std::move(contact));
}

Result<HttpResponse> put_contact(Call& call) { return write_contact(call, Rest::is_cleared); }
Result<HttpResponse> patch_contact(Call& call) { return write_contact(call, Rest::stays); }

// Gone from every read with the answer; from every byte of the files within hours, or with `now=true` when it answers, also where it was erased before.
Result<HttpResponse> erase_contact(Call& call) {
  WM_TRY(const bool at_once, query_flag(call.address(), "now"));
  auto answer = call.change(EraseContact{.contact_id = call.part(0)}, answer_json(Json::object().set("erased", true)));
  if (!answer && (!at_once || answer.error().code != ErrorCode::not_found)) return answer;
  Service& service = call.service();
  service.forget_erased();
  call.release();  // the rewriting reads by itself
  if (!at_once || service.store().engine().rewrite()) return answer;
  return fail(ErrorCode::failure, "erased from every read, but not yet from every byte of the store's files", "make room on the disk and ask again; the server tries by itself within 12 hours");
}

// That it was taken out is noted.
Result<HttpResponse> export_contact(Call& call) {
  WM_TRY(Json everything, contact_export_json(call.workspace(), call.part(0)));
  return call.done(answer_json(std::move(everything)));
}

Result<HttpResponse> contact_segments(Call& call) {
  WM_TRY(const Json segments, contact_segments_json(call.workspace(), call.part(0)));
  auto hidden = hidden_from(call);
  if (!hidden) return answer_json(segments);
  Json::Object seen;
  for (const auto& [name, value] : *segments.as_object()) {
    if (name != "segments") {
      seen.emplace_back(name, value);
      continue;
    }
    Json::Array entries;
    for (const Json& entry : *value.as_array()) entries.push_back(hidden->segment_reads(*entry.find("key")->as_string()) ? without_instants(entry) : entry);
    seen.emplace_back(name, std::move(entries));
  }
  return answer_json(std::move(seen));
}

}  // namespace wanamaker::handlers
