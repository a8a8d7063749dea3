#include "live/touches.h"

#include <algorithm>

namespace wanamaker {
namespace {

class Toucher {
 public:
  Toucher(const Base& base, Timestamp at, TouchOptions options, Touches& touches) : base_(base), at_(at), options_(options), touches_(touches) {}

  void operator()(const ImportBatch& batch) {
    switch (batch.kind) {
      case BatchKind::contacts: return contacts(batch);
      case BatchKind::accounts: return accounts(batch);
      case BatchKind::contact_records:
      case BatchKind::account_records: return records(batch);
      case BatchKind::events: return events(batch);
    }
  }
  void operator()(const AddToList& command) { list(command.key, command.contact_ids); }
  void operator()(const RemoveFromList& command) { list(command.key, command.contact_ids); }
  void operator()(const MergeContacts& command) {
    touches_.cause = Cause::merge;
    whole(command.from_id);
    whole(command.into_id);
  }
  void operator()(const EraseContact& command) {
    touches_.cause = Cause::erasure;
    whole(command.contact_id);
  }
  // These change what rules say, not a contact; they are looked at as a whole (live.cc).
  void operator()(const DeclareEvent&) {}
  void operator()(const DeclareRecordType&) {}
  void operator()(const DeclareAttribute&) {}
  void operator()(const AlterAttribute&) { touches_.cause = Cause::setting; }
  void operator()(const SetZone&) { touches_.cause = Cause::setting; }
  void operator()(const PutSet&) { touches_.cause = Cause::setting; }
  void operator()(const PutSegment&) { touches_.cause = Cause::definition; }
  void operator()(const DeleteSegment&) { touches_.cause = Cause::definition; }
  void operator()(const PutList&) {}
  void operator()(const PutSnapshot&) {}
  void operator()(const LockList&) {}
  void operator()(const DeleteList&) {}
  void operator()(const AddKey&) {}
  void operator()(const RevokeKey&) {}
  void operator()(const TrackAttribute&) {}
  void operator()(const PutProvider&) {}
  void operator()(const DeleteProvider&) {}
  void operator()(const PutWebhook&) {}
  void operator()(const DeleteWebhook&) {}
  void operator()(const MoveWebhook&) {}
  void operator()(const KeepAnswer&) {}
  void operator()(const PutUser&) {}
  void operator()(const DeleteUser&) {}
  void operator()(const BeginSession&) {}
  void operator()(const EndSessions&) {}
  void operator()(const NoteAudit&) {}
  void operator()(const MarkPersonal&) {}
  void operator()(const SpendIds&) {}
  void operator()(const AdvanceTime&) { touches_.cause = Cause::time; }
  void operator()(const OverrideMembership& command) {
    list(command.key, command.contact_ids);
    touches_.cause = Cause::by_hand;
  }

 private:
  std::uint32_t topic(Topic topic) {
    const auto found = std::ranges::find(touches_.topics, topic);
    if (found != touches_.topics.end()) return static_cast<std::uint32_t>(found - touches_.topics.begin());
    touches_.topics.push_back(std::move(topic));
    return static_cast<std::uint32_t>(touches_.topics.size() - 1);
  }

  void touch(ContactOrdinal contact, std::uint32_t topic, Timestamp own_at) { touches_.all.push_back({contact, topic, own_at}); }

  void colleagues_of(ContactOrdinal contact, Timestamp own_at) {
    if (!options_.with_colleagues) return;
    const auto account = base_.account_of(contact);
    if (account) each_of(*account, topic({.kind = TopicKind::colleagues}), own_at);
  }
  void each_of(AccountOrdinal account, std::uint32_t topic, Timestamp own_at) {
    for (const ContactOrdinal contact : base_.contacts_of(account)) touch(contact, topic, own_at);
  }

  void contacts(const ImportBatch& batch) {
    touches_.cause = Cause::attribute;
    std::vector<std::uint32_t> written;
    for (const BatchColumn& column : batch.columns) {
      if (const auto attribute = base_.schema.contact.find(column.name)) written.push_back(topic({.kind = TopicKind::attribute, .id = attribute->value}));
    }
    const std::uint32_t account = topic({.kind = TopicKind::account});
    for (const BatchRow& row : batch.rows) {
      const auto contact = base_.find_contact(row.id);
      if (!contact) continue;
      for (const std::uint32_t attribute : written) touch(*contact, attribute, at_);
      if (row.owner) touch(*contact, account, at_);
      colleagues_of(*contact, at_);
    }
  }

  void accounts(const ImportBatch& batch) {
    touches_.cause = Cause::account;
    if (!options_.with_groups) return;
    const std::uint32_t account = topic({.kind = TopicKind::account});
    for (const BatchRow& row : batch.rows) if (const auto found = base_.find_account(row.id)) each_of(*found, account, at_);
  }

  void records(const ImportBatch& batch) {
    touches_.cause = Cause::record;
    const auto type = base_.schema.find_record(batch.record_type);
    if (!type) return;
    const RecordTable& table = base_.records[type->value];
    const std::uint32_t of_contact = topic({.kind = TopicKind::record, .id = type->value});
    const std::uint32_t of_account = topic({.kind = TopicKind::account_record, .id = type->value});
    for (const BatchRow& row : batch.rows) {
      const auto record = table.find(row.id);
      if (!record) continue;
      const RecordTable::Owner owner = table.owner(*record);
      if (owner.kind == OwnerKind::contact) {
        touch({owner.ordinal}, of_contact, at_);
        colleagues_of({owner.ordinal}, at_);
      } else if (owner.kind == OwnerKind::account && options_.with_groups) {
        each_of({owner.ordinal}, of_account, at_);
        if (options_.with_colleagues) each_of({owner.ordinal}, topic({.kind = TopicKind::colleagues}), at_);
      }
    }
  }

  // The contacts themselves are touched by what was appended (arrivals.h).
  void events(const ImportBatch& batch) {
    touches_.cause = Cause::event;
    if (!options_.with_colleagues) return;
    for (const BatchRow& row : batch.rows) if (const auto contact = base_.find_contact(row.id)) colleagues_of(*contact, *row.at);
  }

  void list(const std::string& key, const std::vector<std::string>& ids) {
    touches_.cause = Cause::list;
    const std::uint32_t list = topic({.kind = TopicKind::list, .key = key});
    for (const std::string& id : ids) {
      const auto contact = base_.find_contact(id);
      if (!contact) continue;
      touch(*contact, list, at_);
      colleagues_of(*contact, at_);
    }
  }

  void whole(const std::string& id) {
    const auto contact = base_.find_contact(id);
    if (!contact) return;
    touch(*contact, topic({}), at_);
    colleagues_of(*contact, at_);
  }

  const Base& base_;
  Timestamp at_;
  TouchOptions options_;
  Touches& touches_;
};

}  // namespace

void add_touches(const Command& command, Timestamp at, const Base& base, TouchOptions options, Touches& touches) {
  std::visit(Toucher(base, at, options, touches), command.body);
}

}  // namespace wanamaker
