#include "cli/beside.h"
#include "cli/commands.h"
#include "cli/settings.h"
#include "server/local_door.h"
#include "server/local_sign.h"
#include "server/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace wanamaker {
namespace {

std::string figures(Service& service) {
  Workspace& workspace = service.store();
  const Base& base = workspace.base();
  std::uint64_t events = 0;
  for (const EventTable& table : base.events) events += table.live_rows();
  return fmt::format("{} contacts, {} events, {} segments", base.contacts(), events, base.catalog.segments.size());
}

// Told before anybody connects, so the workspace is nobody else's yet.
std::string key_note(Service& service) {
  const auto& keys = service.store().base().catalog.keys;
  const bool has_key = std::ranges::any_of(keys, [](const auto& entry) { return !entry.second.revoked_at; });
  return has_key ? "" : "  No key counts yet, so no program gets in. Make one, beside it: wanamaker key add --role admin\n";
}

std::string setup_note(Service& service, std::string_view origin) {
  const std::string link = service.first_admin_link();
  return link.empty() ? "" : fmt::format("  Setup   {}{}   (makes the first admin; good once, for 15 minutes)\n", origin, link);
}

}  // namespace

Result<int> run_serve(const Arguments& arguments, Timestamp now, Streams streams) {
  const auto started = std::chrono::steady_clock::now();
  ServiceOptions service_options{.directory = arguments.data, .backups = arguments.backups, .webhooks_to_house = arguments.private_webhooks ? HouseAddresses::are_allowed : HouseAddresses::are_refused, .requests_per_key = arguments.requests_per_key, .question_most = std::chrono::seconds(arguments.question_seconds), .is_behind_tls = arguments.behind_proxy || !arguments.tls_cert.empty()};
  if (!arguments.now.empty()) service_options.start_at = now;
  auto sign = LocalSign::put_up(arguments.data);
  WM_TRY(const std::unique_ptr<Service> service, Service::open(service_options));
  if (!sign) sign = LocalSign::put_up(arguments.data);  // now the directory is there
  const ServerOptions options = server_options(arguments);
  auto door = LocalDoor::open(arguments.data, [&](LocalLine& line) { talk(*service, line); });
  if (!door) streams.err << "wanamaker: note: " << door.error().message << '\n';
  const std::string host = arguments.listen.substr(0, arguments.listen.rfind(':'));
  WM_CHECK_OK(serve(*service, options, [&](std::uint16_t port) {
    const std::string origin = fmt::format("{}://{}:{}", arguments.tls_cert.empty() ? "http" : "https", host, port);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    streams.out << fmt::format("wanamaker 0.1.0   data {}   {}   ready in {:.1f} s\n", arguments.data, figures(*service), seconds)
                << setup_note(*service, origin) << fmt::format("  API     {0}/api/v1\n  Events  {0}/v1/batch\n", origin) << key_note(*service) << std::flush;
  }));
  if (door) door->reset();
  std::ignore = service->store().engine().checkpoint();  // the next start has nothing to replay; a failure loses nothing
  return 0;
}

}  // namespace wanamaker
