// Static lists.
#include "api/http/routes.h"
#include "api/lists.h"

#include <set>

namespace wanamaker::handlers {
namespace {

constexpr std::size_t kIdsOfARequest = 10'000;

struct ListChange {
  std::vector<std::string> ids;
  std::string by;
  std::string note;
};

Result<ListChange> read_change(Call& call) {
  WM_TRY(const Json* body, call.body());
  WM_TRY(Fields fields, Fields::of(*body));
  WM_TRY(std::vector<std::string> ids, fields.texts("contacts", kIdsOfARequest));
  WM_TRY(const std::optional<std::string> by, fields.text("by"));
  WM_TRY(const std::optional<std::string> note, fields.text("note"));
  WM_CHECK_OK(fields.finish());
  WM_TRY(std::string author, call.author(by));
  return ListChange{.ids = std::move(ids), .by = std::move(author), .note = note.value_or("")};
}

enum class Ids : std::uint8_t { come, go };

// The size that the list will have.
HttpResponse size_after(Call& call, const std::vector<std::string>& ids, Ids what) {
  const Base& base = call.workspace().base();
  const auto list = base.catalog.lists.find(call.part(0));
  const ListMembers* members = list == base.catalog.lists.end() ? nullptr : &list->second.entries;
  std::set<std::uint32_t> moved;      // contacts that come or go
  std::set<std::string_view> made;    // ids that nobody has yet
  for (const std::string& id : ids) {
    const auto contact = base.find_contact(id);
    if (!contact) made.insert(id);
    else if ((members != nullptr && members->contains(*contact)) == (what == Ids::go)) moved.insert(contact->value);
  }
  const std::size_t size = members == nullptr ? 0 : members->size();
  return answer_json(Json::object().set("key", call.part(0)).set("size", std::uint64_t{what == Ids::go ? size - moved.size() : size + moved.size() + made.size()}));
}

}  // namespace

Result<HttpResponse> list_lists(Call& call) { return answer_json(lists_json(call.workspace())); }

Result<HttpResponse> show_list(Call& call) {
  WM_TRY(Json list, list_json(call.workspace(), call.part(0)));
  return answer_json(std::move(list));
}

Result<HttpResponse> put_list(Call& call) {
  return call.change(PutList{.key = call.part(0)}, size_after(call, {}, Ids::come));
}

Result<HttpResponse> delete_list(Call& call) {
  return call.change(DeleteList{.key = call.part(0)}, answer_json(Json::object().set("key", call.part(0)).set("deleted", true)));
}

Result<HttpResponse> add_to_list(Call& call) {
  WM_TRY(ListChange change, read_change(call));
  MutexLock edit(call.service().edits());
  const HttpResponse answer = size_after(call, change.ids, Ids::come);
  return call.change(AddToList{.key = call.part(0), .contact_ids = std::move(change.ids), .by = std::move(change.by), .note = std::move(change.note)}, answer);
}

Result<HttpResponse> remove_from_list(Call& call) {
  WM_TRY(ListChange change, read_change(call));
  MutexLock edit(call.service().edits());
  const HttpResponse answer = size_after(call, change.ids, Ids::go);
  return call.change(RemoveFromList{.key = call.part(0), .contact_ids = std::move(change.ids)}, answer);
}

}  // namespace wanamaker::handlers
