#include "api/http/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wanamaker {
namespace {

constexpr Route kRoutes[] = {
    {Method::get, "/livez", Permission::nobody, Lane::at_once, handlers::live},
    {Method::get, "/readyz", Permission::nobody, Lane::at_once, handlers::ready},
    {Method::get, "/metrics", Permission::read, Lane::reads, handlers::metrics},
    {Method::get, "/api/v1/openapi.json", Permission::any_key, Lane::reads, handlers::openapi},
    {Method::get, "/api/v1/stats", Permission::read, Lane::reads, handlers::stats},
    {Method::post, "/api/v1/clock/confirm", Permission::change, Lane::writes, handlers::confirm_clock},

    {Method::get, "/api/v1/backups", Permission::change, Lane::reads, handlers::list_backups},
    {Method::post, "/api/v1/backups", Permission::change, Lane::writes, handlers::make_backup},

    {Method::get, "/api/v1/schema", Permission::read, Lane::reads, handlers::show_schema},
    {Method::put, "/api/v1/schema/attributes/{name}", Permission::change, Lane::writes, handlers::set_attribute},
    {Method::put, "/api/v1/schema/events/{name}", Permission::change, Lane::writes, handlers::declare_event},
    {Method::put, "/api/v1/schema/tracked/{name}", Permission::change, Lane::writes, handlers::track_attribute},
    {Method::remove, "/api/v1/schema/tracked/{name}", Permission::change, Lane::writes, handlers::untrack_attribute},

    {Method::put, "/api/v1/schema/personal/{name}", Permission::change, Lane::writes, handlers::mark_personal},

    {Method::get, "/api/v1/segments", Permission::read, Lane::reads, handlers::list_segments},
    {Method::post, "/api/v1/segments/preview", Permission::read, Lane::reads, handlers::preview},
    {Method::post, "/api/v1/segments/explain", Permission::read, Lane::reads, handlers::explain},
    {Method::post, "/api/v1/segments/overlap", Permission::read, Lane::reads, handlers::overlap, "at"},
    {Method::get, "/api/v1/segments/{key}", Permission::read, Lane::reads, handlers::show_segment},
    {Method::put, "/api/v1/segments/{key}", Permission::edit, Lane::writes, handlers::put_segment},
    {Method::remove, "/api/v1/segments/{key}", Permission::edit, Lane::writes, handlers::delete_segment},
    {Method::get, "/api/v1/segments/{key}/members", Permission::read, Lane::reads, handlers::segment_members, "limit after at"},
    {Method::get, "/api/v1/segments/{key}/due", Permission::read, Lane::reads, handlers::segment_due, "until limit after"},
    {Method::get, "/api/v1/segments/{key}/history", Permission::read, Lane::reads, handlers::segment_history},
    {Method::get, "/api/v1/segments/{key}/versions", Permission::read, Lane::reads, handlers::segment_versions},
    {Method::get, "/api/v1/segments/{key}/diff", Permission::read, Lane::reads, handlers::segment_diff, "from to"},
    {Method::post, "/api/v1/segments/{key}/impact", Permission::read, Lane::reads, handlers::segment_impact},
    {Method::get, "/api/v1/segments/{key}/usage", Permission::read, Lane::reads, handlers::segment_usage},

    {Method::get, "/api/v1/contacts/{id}", Permission::read, Lane::reads, handlers::show_contact},
    {Method::put, "/api/v1/contacts/{id}", Permission::edit, Lane::writes, handlers::put_contact},
    {Method::patch, "/api/v1/contacts/{id}", Permission::edit, Lane::writes, handlers::patch_contact},
    {Method::remove, "/api/v1/contacts/{id}", Permission::change, Lane::writes, handlers::erase_contact, "now"},
    {Method::get, "/api/v1/contacts/{id}/export", Permission::change, Lane::reads, handlers::export_contact},
    {Method::get, "/api/v1/contacts/{id}/segments", Permission::read, Lane::reads, handlers::contact_segments},

    {Method::post, "/api/v1/events", Permission::append, Lane::writes, handlers::post_events},

    {Method::get, "/api/v1/lists", Permission::read, Lane::reads, handlers::list_lists},
    {Method::get, "/api/v1/lists/{key}", Permission::read, Lane::reads, handlers::show_list},
    {Method::put, "/api/v1/lists/{key}", Permission::edit, Lane::writes, handlers::put_list},
    {Method::remove, "/api/v1/lists/{key}", Permission::edit, Lane::writes, handlers::delete_list},
    {Method::post, "/api/v1/lists/{key}/add", Permission::edit, Lane::writes, handlers::add_to_list},
    {Method::post, "/api/v1/lists/{key}/remove", Permission::edit, Lane::writes, handlers::remove_from_list},

    {Method::get, "/api/v1/webhooks", Permission::change, Lane::reads, handlers::list_webhooks},
    {Method::get, "/api/v1/webhooks/{key}", Permission::change, Lane::reads, handlers::show_webhook},
    {Method::put, "/api/v1/webhooks/{key}", Permission::change, Lane::writes, handlers::put_webhook},
    {Method::remove, "/api/v1/webhooks/{key}", Permission::change, Lane::writes, handlers::delete_webhook},
    {Method::post, "/api/v1/webhooks/{key}/rotate", Permission::change, Lane::writes, handlers::rotate_webhook},
    {Method::post, "/api/v1/webhooks/{key}/resend", Permission::change, Lane::writes, handlers::resend_webhook},
    {Method::post, "/api/v1/webhooks/{key}/test", Permission::change, Lane::writes, handlers::test_webhook},
    {Method::get, "/api/v1/webhooks/{key}/attempts", Permission::change, Lane::reads, handlers::webhook_attempts},

    {Method::get, "/api/v1/providers", Permission::change, Lane::reads, handlers::list_providers},
    {Method::get, "/api/v1/providers/{name}", Permission::change, Lane::reads, handlers::show_provider},
    {Method::put, "/api/v1/providers/{name}", Permission::change, Lane::writes, handlers::put_provider},
    {Method::remove, "/api/v1/providers/{name}", Permission::change, Lane::writes, handlers::delete_provider},

    {Method::get, "/api/v1/changes", Permission::read, Lane::reads, handlers::changes, "after limit segment"},
    {Method::get, "/api/v1/changes/stream", Permission::read, Lane::reads, handlers::change_stream, "after segment"},
};

// Who gets in: programs by keys, people by sessions; and what they did.
constexpr Route kAccessRoutes[] = {
    {Method::get, "/api/v1/keys", Permission::change, Lane::reads, handlers::list_keys},
    {Method::post, "/api/v1/keys", Permission::change, Lane::writes, handlers::add_key},
    {Method::remove, "/api/v1/keys/{id}", Permission::change, Lane::writes, handlers::revoke_key},

    {Method::get, "/api/v1/users", Permission::change, Lane::reads, handlers::list_users},
    {Method::post, "/api/v1/users", Permission::change, Lane::writes, handlers::add_user},
    {Method::get, "/api/v1/users/{id}", Permission::change, Lane::reads, handlers::show_user},
    {Method::put, "/api/v1/users/{id}", Permission::change, Lane::writes, handlers::put_user},
    {Method::remove, "/api/v1/users/{id}", Permission::change, Lane::writes, handlers::delete_user},
    {Method::put, "/api/v1/password", Permission::session, Lane::writes, handlers::put_password},
    {Method::post, "/api/v1/sessions", Permission::nobody, Lane::writes, handlers::begin_session},
    {Method::get, "/api/v1/sessions/current", Permission::session, Lane::reads, handlers::show_session},
    {Method::remove, "/api/v1/sessions/current", Permission::session, Lane::writes, handlers::end_session},
    {Method::post, "/api/v1/setup", Permission::nobody, Lane::writes, handlers::setup},
    {Method::get, "/setup", Permission::nobody, Lane::reads, handlers::setup_page, "token"},
    {Method::post, "/setup", Permission::nobody, Lane::writes, handlers::setup_form},

    {Method::get, "/api/v1/audit", Permission::change, Lane::reads, handlers::audit, "after limit contact"},
};

// What comes from outside: in files, from apps, and from services that send e-mail.
constexpr Route kIncomingRoutes[] = {
    {Method::get, "/api/v1/imports", Permission::change, Lane::reads, handlers::list_imports},
    {Method::post, "/api/v1/imports", Permission::change, Lane::writes, handlers::make_import,
     "kind record-type name map type id account contact changed-at time event event-column message-id zone date-format delimiter decimal encoding no-header columns set-separator where dry-run as-new known-contacts-only"},
    {Method::get, "/api/v1/imports/{id}", Permission::change, Lane::reads, handlers::show_import},
    {Method::post, "/api/v1/imports/{id}/cancel", Permission::change, Lane::writes, handlers::cancel_import},
    {Method::get, "/api/v1/imports/{id}/rejects", Permission::change, Lane::reads, handlers::import_rejects},

    {Method::post, "/v1/identify", Permission::append, Lane::writes, handlers::track},
    {Method::post, "/v1/track", Permission::append, Lane::writes, handlers::track},
    {Method::post, "/v1/page", Permission::append, Lane::writes, handlers::track},
    {Method::post, "/v1/screen", Permission::append, Lane::writes, handlers::track},
    {Method::post, "/v1/group", Permission::append, Lane::writes, handlers::track},
    {Method::post, "/v1/alias", Permission::append, Lane::writes, handlers::track},
    {Method::post, "/v1/batch", Permission::append, Lane::writes, handlers::track},
    {Method::post, "/v1/import", Permission::append, Lane::writes, handlers::track},
    {Method::post, "/v1/i", Permission::append, Lane::writes, handlers::track},
    {Method::post, "/v1/t", Permission::append, Lane::writes, handlers::track},
    {Method::post, "/v1/p", Permission::append, Lane::writes, handlers::track},
    {Method::post, "/v1/s", Permission::append, Lane::writes, handlers::track},
    {Method::post, "/v1/g", Permission::append, Lane::writes, handlers::track},
    {Method::post, "/v1/a", Permission::append, Lane::writes, handlers::track},
    {Method::post, "/v1/b", Permission::append, Lane::writes, handlers::track},
    // The key stands in the path, and the answer says nothing but where to send.
    {Method::get, "/v1/projects/{key}/settings", Permission::nobody, Lane::reads, handlers::tracking_settings},
    // No key of ours: a signature, or a secret, of the provider's own.
    {Method::post, "/v1/providers/{name}", Permission::nobody, Lane::writes, handlers::provider_events},
};

constexpr auto kAllRoutes = [] {
  std::array<Route, std::size(kRoutes) + std::size(kAccessRoutes) + std::size(kIncomingRoutes)> all{};
  std::ranges::copy(kIncomingRoutes, std::ranges::copy(kAccessRoutes, std::ranges::copy(kRoutes, all.begin()).out).out);
  return all;
}();

}  // namespace

std::span<const Route> routes() { return kAllRoutes; }

std::optional<std::vector<std::string>> match(std::string_view pattern, const Address& address) {
  std::vector<std::string> parts;
  std::string_view rest = pattern.substr(1);
  for (std::size_t i = 0; i < address.segments.size(); ++i) {
    const std::size_t slash = rest.find('/');
    const std::string_view wanted = rest.substr(0, slash);
    if (wanted.starts_with('{')) {
      if (address.segments[i].empty()) return std::nullopt;
      parts.push_back(address.segments[i]);
    } else if (wanted != address.segments[i]) {
      return std::nullopt;
    }
    const bool is_last = slash == std::string_view::npos;
    if (is_last) return i + 1 == address.segments.size() ? std::optional(std::move(parts)) : std::nullopt;
    rest.remove_prefix(slash + 1);
  }
  return std::nullopt;
}

Result<void> check_query(const Route& route, const Address& address) {
  if (is_tracking(address)) return {};
  std::vector<std::string> known;
  for (std::string_view rest = route.query; !rest.empty();) {
    known.emplace_back(rest.substr(0, rest.find(' ')));
    rest.remove_prefix(std::min(known.back().size() + 1, rest.size()));
  }
  for (const auto& [name, value] : address.query) {
    if (std::ranges::find(known, name) != known.end()) continue;
    return fail(ErrorCode::usage, fmt::format("'{}' in the address is not known here", name), known.empty() ? "this address takes no parameters" : fmt::format("known are {}", fmt::join(known, ", ")));
  }
  return {};
}

bool is_of_provider(const Address& address) { return address.segments.size() > 1 && address.segments[0] == "v1" && address.segments[1] == "providers"; }

bool is_tracking(const Address& address) { return !address.segments.empty() && address.segments.front() == "v1" && !is_of_provider(address); }

}  // namespace wanamaker
