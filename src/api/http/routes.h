#pragma once
// Every route: method, path, who may, which workers. docs/reference/openapi.json says the same, and a test compares the two.

#include "api/http/call.h"
#include "api/http/permissions.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

struct Route {
  Method method = Method::other;
  std::string_view pattern = {};   // "/api/v1/segments/{key}"
  Permission permission = Permission::change;
  Lane lane = Lane::writes;
  Result<HttpResponse> (*handler)(Call& call) = nullptr;
  std::string_view query = {};  // the parameters that it takes, with blanks between
};

std::span<const Route> routes();

// What stands for {…} in the pattern, where the path has its form.
std::optional<std::vector<std::string>> match(std::string_view pattern, const Address& address);

// Errors: usage, where the address has a parameter that the route does not take. Tracking takes any: some proxies of SDKs add theirs.
Result<void> check_query(const Route& route, const Address& address);

// The member of a tracking body that is a list of messages.
inline constexpr std::string_view kTrackingList = "batch";
// Tracking takes its key from the body too, lets browsers of other origins send, and answers as the SDKs expect.
bool is_tracking(const Address& address);
// What providers of e-mail send: they prove who they are each in a way of its own (providers_resource.cc).
bool is_of_provider(const Address& address);

// The handlers, by resource.
namespace handlers {
Result<HttpResponse> live(Call& call);
Result<HttpResponse> ready(Call& call);
Result<HttpResponse> metrics(Call& call);
Result<HttpResponse> openapi(Call& call);
Result<HttpResponse> stats(Call& call);
Result<HttpResponse> confirm_clock(Call& call);

Result<HttpResponse> list_keys(Call& call);
Result<HttpResponse> add_key(Call& call);
Result<HttpResponse> revoke_key(Call& call);

Result<HttpResponse> list_users(Call& call);
Result<HttpResponse> add_user(Call& call);
Result<HttpResponse> show_user(Call& call);
Result<HttpResponse> put_user(Call& call);
Result<HttpResponse> delete_user(Call& call);
Result<HttpResponse> put_password(Call& call);
Result<HttpResponse> begin_session(Call& call);
Result<HttpResponse> show_session(Call& call);
Result<HttpResponse> end_session(Call& call);
Result<HttpResponse> setup(Call& call);
Result<HttpResponse> setup_page(Call& call);
Result<HttpResponse> setup_form(Call& call);

Result<HttpResponse> audit(Call& call);

Result<HttpResponse> show_schema(Call& call);
Result<HttpResponse> set_attribute(Call& call);
Result<HttpResponse> declare_event(Call& call);
Result<HttpResponse> mark_personal(Call& call);
Result<HttpResponse> track_attribute(Call& call);
Result<HttpResponse> untrack_attribute(Call& call);

Result<HttpResponse> list_segments(Call& call);
Result<HttpResponse> show_segment(Call& call);
Result<HttpResponse> put_segment(Call& call);
Result<HttpResponse> delete_segment(Call& call);
Result<HttpResponse> preview(Call& call);
Result<HttpResponse> explain(Call& call);
Result<HttpResponse> segment_members(Call& call);
Result<HttpResponse> segment_due(Call& call);
Result<HttpResponse> segment_history(Call& call);
Result<HttpResponse> segment_versions(Call& call);
Result<HttpResponse> segment_diff(Call& call);
Result<HttpResponse> segment_impact(Call& call);
Result<HttpResponse> segment_usage(Call& call);
Result<HttpResponse> overlap(Call& call);

Result<HttpResponse> make_import(Call& call);
Result<HttpResponse> list_imports(Call& call);
Result<HttpResponse> show_import(Call& call);
Result<HttpResponse> cancel_import(Call& call);
Result<HttpResponse> import_rejects(Call& call);

Result<HttpResponse> list_backups(Call& call);
Result<HttpResponse> make_backup(Call& call);

Result<HttpResponse> show_contact(Call& call);
Result<HttpResponse> put_contact(Call& call);
Result<HttpResponse> patch_contact(Call& call);
Result<HttpResponse> erase_contact(Call& call);
Result<HttpResponse> contact_segments(Call& call);
Result<HttpResponse> export_contact(Call& call);

Result<HttpResponse> post_events(Call& call);

Result<HttpResponse> list_lists(Call& call);
Result<HttpResponse> show_list(Call& call);
Result<HttpResponse> put_list(Call& call);
Result<HttpResponse> delete_list(Call& call);
Result<HttpResponse> add_to_list(Call& call);
Result<HttpResponse> remove_from_list(Call& call);

Result<HttpResponse> changes(Call& call);
Result<HttpResponse> change_stream(Call& call);

Result<HttpResponse> track(Call& call);
Result<HttpResponse> tracking_settings(Call& call);

Result<HttpResponse> list_webhooks(Call& call);
Result<HttpResponse> show_webhook(Call& call);
Result<HttpResponse> put_webhook(Call& call);
Result<HttpResponse> delete_webhook(Call& call);
Result<HttpResponse> rotate_webhook(Call& call);
Result<HttpResponse> resend_webhook(Call& call);
Result<HttpResponse> test_webhook(Call& call);
Result<HttpResponse> webhook_attempts(Call& call);

Result<HttpResponse> list_providers(Call& call);
Result<HttpResponse> show_provider(Call& call);
Result<HttpResponse> put_provider(Call& call);
Result<HttpResponse> delete_provider(Call& call);
Result<HttpResponse> provider_events(Call& call);
}  // namespace handlers

}  // namespace wanamaker
