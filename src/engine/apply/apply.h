#pragma once
// Apply: commands change the base. Pure and total: what was validated cannot fail here. One file a family.

#include "calendar/zone.h"
#include "columns/base.h"
#include "model/commands.h"

#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

// Adds its events to `appended`, in their order.
void apply_import(Base& base, const ImportBatch& batch, Timestamp accepted_at, std::vector<Base::NewEvent>& appended);
void apply_schema(Base& base, const DeclareEvent& command);
void apply_schema(Base& base, const DeclareRecordType& command);
void apply_schema(Base& base, const DeclareAttribute& command, Timestamp accepted_at);
void apply_schema(Base& base, const AlterAttribute& command, Timestamp accepted_at);
void apply_catalog(Base& base, const PutSet& command);
void apply_catalog(Base& base, const PutSegment& command, Timestamp accepted_at);
void apply_catalog(Base& base, const DeleteSegment& command);
void apply_catalog(Base& base, const PutList& command, Timestamp accepted_at);
void apply_catalog(Base& base, const AddToList& command, Timestamp accepted_at);
void apply_catalog(Base& base, const RemoveFromList& command);
void apply_catalog(Base& base, const OverrideMembership& command, Timestamp accepted_at);
// `at`: the instant from which the rule looks.
void apply_catalog(Base& base, const PutSnapshot& command, const Zone& zone, Timestamp at);
void apply_catalog(Base& base, const LockList& command, Timestamp accepted_at);
void apply_catalog(Base& base, const DeleteList& command);
void apply_catalog(Base& base, const AddKey& command, Timestamp accepted_at);
void apply_catalog(Base& base, const RevokeKey& command, Timestamp accepted_at);
void apply_catalog(Base& base, const TrackAttribute& command);
void apply_identity(Base& base, const MergeContacts& command);
void apply_identity(Base& base, const EraseContact& command);

// The attribute of that exact name in a table; nullptr where there is none.
Attribute* find_attribute(Schema& schema, const TableName& table, std::string_view name);
const Attribute* find_attribute(const Schema& schema, const TableName& table, std::string_view name);
EventTypeId event_type_for(Base& base, std::string_view name);
RecordTypeId record_type_for(Base& base, std::string_view name);
// Keys of the segments whose rule names this one.
std::vector<std::string> users_of_segment(const Catalog& catalog, const std::string& key);
// From now on the history of a contact attribute is kept; present values become the first entries, at that instant.
void keep_history(Base& base, AttributeId attribute, Timestamp at);

}  // namespace wanamaker
