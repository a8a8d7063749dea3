#include "delivery/change_json.h"

namespace wanamaker {

Json change_json(const Transition& change, const Live& live, const Base& base) {
  const std::string_view id = base.contact_id(change.contact);
  return Json::object().set("number", change.number).set("segment", live.segments()[change.segment.value].key).set("version", std::uint64_t{change.version})
      .set("contact", id.empty() ? Json() : Json(id)).set("turn", name_of(change.turn)).set("cause", name_of(change.cause))
      .set("effective_at", to_string(change.effective_at)).set("recorded_at", to_string(change.recorded_at));
}

}  // namespace wanamaker
