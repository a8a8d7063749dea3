#pragma once
// Commands are the only writes. Each is validated before the log and cannot fail after it: apply is pure.
// A command carries the instant of its acceptance; nothing below engine/ reads a clock.

#include "base/time.h"
#include "model/access_key.h"
#include "model/provider.h"
#include "model/schema.h"
#include "model/user.h"
#include "model/value.h"
#include "model/webhook.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace wanamaker {

// One column of an import batch: a name in the batch's table and its type. For events the table is each row's event name.
struct BatchColumn {
  std::string name;
  ValueType type = ValueType::text;
};

// One row. `values` stands beside the batch's columns; a missing value clears (contacts, accounts, records) or is absent (events).
struct BatchRow {
  std::string id;                            // contact, account or record id; for events: the contact's id
  std::optional<std::string> owner = {};     // contacts: account id ("" clears the link); records: contact or account id
  std::optional<Timestamp> at = {};          // events: its time; contacts with --changed-at: the instant of change
  std::string event = {};                    // events: the event name
  std::string message_id = {};               // events: "" where missing
  std::vector<Value> values = {};
};

enum class BatchKind : std::uint8_t { contacts, accounts, contact_records, account_records, events };

// How far a file has been taken in: the ledger that makes repeating and resuming harmless.
struct ImportMark {
  std::string import_key;          // hash of what is imported and how (kind, mapping)
  std::uint64_t rows_done = 0;     // data rows of the file, rejects included
  std::uint64_t bytes_done = 0;    // decoded bytes up to the end of that row
  std::string prefix_hash;         // XXH3-128 of these bytes, hexadecimal
  std::string previous_hash = {};  // prefix_hash of the mark of the same run that this one supersedes; empty for the first
};

struct ImportBatch {
  BatchKind kind = BatchKind::contacts;
  std::string record_type = {};
  bool keeps_history = false;      // contacts with --changed-at: all columns keep their history
  std::vector<BatchColumn> columns;
  std::vector<BatchRow> rows;
  std::optional<ImportMark> mark = {};
};

struct DeclareEvent { std::string name; };
struct DeclareRecordType { std::string name; };
struct DeclareAttribute { TableName table; Attribute attribute; };
// Changes type or history of an attribute that is there; values that do not convert become missing (a dry run lists them).
struct AlterAttribute { TableName table; Attribute attribute; };
struct SetZone { std::string zone; };
struct PutSet { std::string key; std::vector<std::string> values; };

struct SegmentParameter {
  std::string name;
  ValueType type = ValueType::number;
  Value value;                     // the default
};
// Each one is a version of the definition, with its author and why.
struct PutSegment { std::string key; std::string text; std::vector<SegmentParameter> parameters; std::string by = {}; std::string note = {}; };
struct DeleteSegment { std::string key; };
struct PutList { std::string key; };
struct AddToList { std::string key; std::vector<std::string> contact_ids; std::string by; std::string note; };
struct RemoveFromList { std::string key; std::vector<std::string> contact_ids; };
struct MergeContacts { std::string from_id; std::string into_id; };
struct EraseContact { std::string contact_id; };
// What people decide about a contact against the rule of a dynamic segment.
enum class Override : std::uint8_t { added, removed, none };
struct OverrideMembership { std::string key; Override what = Override::added; std::vector<std::string> contact_ids; std::string by; std::string note; };
// A new list of those for whom the rule holds at the instant of acceptance: decided once, when it is applied.
struct PutSnapshot { std::string key; std::string text; std::vector<SegmentParameter> parameters; std::string by; std::string note; };
enum class ListLock : std::uint8_t { locked, unlocked };
struct LockList { std::string key; ListLock what = ListLock::locked; std::string by; std::string note; };
struct DeleteList { std::string key; };
// A key of a program: its id and its hash, never itself.
struct AddKey { std::string id; KeyRole role = KeyRole::read; std::string name; std::string hash; std::string by; };
struct RevokeKey { std::string id; std::string by; };
// Whether an attribute of contacts may be set by whoever holds a write key.
enum class Tracking : std::uint8_t { allowed, refused };
struct TrackAttribute { std::string name; Tracking what = Tracking::allowed; std::string by; };
// A service that sends e-mail and tells what became of it.
struct PutProvider { std::string name; ProviderKind kind = ProviderKind::other; std::string secret; std::string attribute; std::string by; };
struct DeleteProvider { std::string name; std::string by; };
// Where changes are sent to. A webhook that is there keeps its place; a new one begins behind `after`. `secret`: empty keeps what is there.
struct PutWebhook { std::string key; std::string address; std::string secret; std::vector<std::string> segments; std::uint64_t after = 0; std::string by; };
struct DeleteWebhook { std::string key; std::string by; };
// A webhook is at another place of the feed, or in another state. `from`: where it is now; one that is elsewhere by then stays there.
struct MoveWebhook { std::string key; WebhookPlace from; WebhookPlace to; WebhookState state = WebhookState::active; std::string why; };
// What was answered to a request that may come again under its own key; it stands beside the change that was answered. `asker`: the id of a key or user.
struct KeepAnswer { std::string id; std::string request; std::string sealed; std::string subjects; std::string asker = {}; };
// Somebody who logs in; `password` as crypto_pwhash_str made it, empty keeps what is there. A new password or another role ends their sessions.
struct PutUser { std::string id; std::string login; std::string name; UserRole role = UserRole::viewer; std::string password; std::string by; };
struct DeleteUser { std::string id; std::string by; };
// `id`: the hash of the session's token.
struct BeginSession { std::string id; std::string user; };
// `session`: empty for all of them.
struct EndSessions { std::string user; std::string session; };
// What was done by whom; it stands beside the change.
struct NoteAudit { std::string who; std::string action; std::string kind; std::string key; std::string from; };
// Whether an attribute of contacts is masked for those who may not see what is personal.
struct MarkPersonal { std::string name; PersonalMark what = PersonalMark::personal; std::string by; };
// Tokens that are good once; they stand beside what came under them.
struct SpendIds { std::vector<std::string> ids; };
// It is now the instant of acceptance: what time alone changes up to then happens.
struct AdvanceTime {};

using CommandBody = std::variant<ImportBatch, DeclareEvent, DeclareRecordType, DeclareAttribute, AlterAttribute, SetZone, PutSet,
                                 PutSegment, DeleteSegment, PutList, AddToList, RemoveFromList, MergeContacts, EraseContact, AdvanceTime,
                                 OverrideMembership, PutSnapshot, LockList, DeleteList, AddKey, RevokeKey, TrackAttribute, PutProvider, DeleteProvider, PutWebhook,
                                 DeleteWebhook, MoveWebhook, KeepAnswer, PutUser, DeleteUser, BeginSession, EndSessions, NoteAudit, MarkPersonal, SpendIds>;

struct Command {
  Timestamp accepted_at;
  CommandBody body;
};

}  // namespace wanamaker
