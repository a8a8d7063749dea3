#include "engine/apply/apply.h"

namespace wanamaker {

void apply_identity(Base& base, const MergeContacts& command) {
  base.merge_contacts(*base.find_contact(command.from_id), *base.find_contact(command.into_id));
}

void apply_identity(Base& base, const EraseContact& command) {
  base.erase_contact(*base.find_contact(command.contact_id));
}

}  // namespace wanamaker
