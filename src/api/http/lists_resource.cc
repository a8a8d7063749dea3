// Static lists.
#include "api/http/routes.h"
#include "api/lists.h"

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
  return ListChange{.ids = std::move(ids), .by = call.author(by), .note = note.value_or("")};
}

HttpResponse size_of(Call& call) {
  const auto& lists = call.workspace().base().catalog.lists;
  const auto list = lists.find(call.part(0));  // another may have deleted it meanwhile
  return answer_json(Json::object().set("key", call.part(0)).set("size", std::uint64_t{list == lists.end() ? 0 : list->second.entries.size()}));
}

}  // namespace

Result<HttpResponse> list_lists(Call& call) { return answer_json(lists_json(call.workspace())); }

Result<HttpResponse> show_list(Call& call) {
  WM_TRY(Json list, list_json(call.workspace(), call.part(0)));
  return answer_json(std::move(list));
}

Result<HttpResponse> put_list(Call& call) {
  WM_CHECK_OK(call.workspace().submit(PutList{.key = call.part(0)}));
  return size_of(call);
}

Result<HttpResponse> delete_list(Call& call) {
  WM_CHECK_OK(call.workspace().submit(DeleteList{.key = call.part(0)}));
  return answer_json(Json::object().set("key", call.part(0)).set("deleted", true));
}

Result<HttpResponse> add_to_list(Call& call) {
  WM_TRY(ListChange change, read_change(call));
  WM_CHECK_OK(call.workspace().submit(AddToList{.key = call.part(0), .contact_ids = std::move(change.ids), .by = std::move(change.by), .note = std::move(change.note)}));
  return size_of(call);
}

Result<HttpResponse> remove_from_list(Call& call) {
  WM_TRY(ListChange change, read_change(call));
  WM_CHECK_OK(call.workspace().submit(RemoveFromList{.key = call.part(0), .contact_ids = std::move(change.ids)}));
  return size_of(call);
}

}  // namespace wanamaker::handlers
