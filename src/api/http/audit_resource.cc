// Who did what when, in pages by the number of the last entry that was read.
#include "api/http/routes.h"

#include <algorithm>

namespace wanamaker::handlers {

Result<HttpResponse> audit(Call& call) {
  WM_TRY(const std::uint64_t limit, query_number(call.address(), "limit", kRowsOfPage, kRowsOfPageMax));
  WM_TRY(const std::uint64_t after, query_number(call.address(), "after", 0, kSequenceMax));
  if (limit == 0) return fail(ErrorCode::usage, "a page has 1 to 10000 entries");
  const std::string* contact = query_text(call.address(), "contact");
  const std::string contact_key = contact == nullptr ? std::string() : audit_key_of(*contact);
  call.workspace();  // held
  const AuditLog& log = call.workspace().engine().audit();
  Json entries = Json::array();
  std::uint64_t next = std::max(after, log.last());  // where nothing stops before the end
  std::uint64_t found = 0;
  log.read(after, [&](const AuditEntry& entry) {
    if (contact != nullptr && (entry.kind != "contact" || entry.key != contact_key)) return true;
    entries.push(Json::object().set("number", entry.number).set("at", to_string(entry.at)).set("who", entry.who).set("action", entry.action).set("kind", entry.kind).set("key", entry.key).set("from", entry.from));
    if (++found == limit) next = entry.number;
    return found < limit;
  });
  return answer_json(Json::object().set("entries", std::move(entries)).set("next", next).set("oldest", log.first()).set("last", log.last()));
}

}  // namespace wanamaker::handlers
