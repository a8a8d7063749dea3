#pragma once
// What a store must hold after a prefix of each lane: a plain model of the commands. Key idea: ordered maps of values and the rules
// of the commands written once more, naively; it shares the nouns of model/ with the product and none of its code for applying,
// keeping or reading. `lane_state` prints everything that belongs to a lane, a fact a line, sorted; `store_state` (store_state.h)
// prints the same of an open store. Equal texts, equal states.

#include "durable/workload.h"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace wanamaker::durable {

using StateLines = std::vector<std::string>;

// The state of one lane. Single-threaded.
class LaneModel {
 public:
  explicit LaneModel(std::uint32_t lane) : lane_(lane) {}
  void apply(const Step& step);
  StateLines lines() const;

 private:
  struct Event {
    std::string name;
    Timestamp at;
    std::string message_id;
    std::map<std::string, Value> properties;
  };
  struct Contact {
    std::set<std::string> aliases;
    std::map<std::string, Value> attributes;
    std::string account;
    std::vector<Event> events;
    std::map<std::string, std::vector<std::pair<Timestamp, Value>>> histories;
  };
  struct Record {
    std::string contact;
    std::map<std::string, Value> fields;
  };
  struct Column {
    ValueType type = ValueType::text;
    bool keeps_history = false;
  };

  std::string canonical(const std::string& id) const;
  Contact& contact_for(const std::string& id) { return contacts_[canonical(id)]; }
  void on(const ImportBatch& batch, Timestamp at);
  void on(const DeclareEvent& command, Timestamp) { declared_.insert("event " + command.name); }
  void on(const DeclareRecordType& command, Timestamp) { declared_.insert("record type " + command.name); }
  void on(const DeclareAttribute& command, Timestamp at);
  void on(const AlterAttribute& command, Timestamp at);
  void on(const SetZone& command, Timestamp) { zone_ = command.zone; }
  void on(const PutSet& command, Timestamp) { sets_[command.key] = command.values; }
  void on(const PutSegment& command, Timestamp at);
  void on(const DeleteSegment& command, Timestamp) { segments_.erase(command.key); }
  void on(const PutList& command, Timestamp at) { lists_.try_emplace(command.key, at); }
  void on(const AddToList& command, Timestamp at);
  void on(const RemoveFromList& command, Timestamp);
  void on(const MergeContacts& command, Timestamp);
  void on(const EraseContact& command, Timestamp);
  void on(const AdvanceTime&, Timestamp) {}
  void on(const OverrideMembership& command, Timestamp at);
  void on(const PutSnapshot&, Timestamp) {}  // the workload makes none of these
  void on(const LockList&, Timestamp) {}
  void on(const DeleteList&, Timestamp) {}
  void on(const AddKey&, Timestamp) {}
  void on(const RevokeKey&, Timestamp) {}
  void on(const TrackAttribute&, Timestamp) {}
  void on(const PutProvider&, Timestamp) {}
  void on(const DeleteProvider&, Timestamp) {}
  void on(const PutWebhook&, Timestamp) {}
  void on(const DeleteWebhook&, Timestamp) {}
  void on(const MoveWebhook&, Timestamp) {}
  void on(const KeepAnswer&, Timestamp) {}
  void on(const PutUser&, Timestamp) {}
  void on(const DeleteUser&, Timestamp) {}
  void on(const BeginSession&, Timestamp) {}
  void on(const EndSessions&, Timestamp) {}
  void on(const NoteAudit&, Timestamp) {}
  void on(const MarkPersonal&, Timestamp) {}
  void on(const SpendIds&, Timestamp) {}
  void add_event(const ImportBatch& batch, const BatchRow& row);
  void set_contact(const ImportBatch& batch, const BatchRow& row, Timestamp at);

  std::uint32_t lane_;
  std::string zone_ = "UTC";
  std::set<std::string> declared_;
  std::map<std::string, Contact> contacts_;
  std::map<std::string, std::map<std::string, Value>> accounts_;
  std::map<std::string, Record> records_;
  std::map<std::string, Column> columns_;  // of contacts
  std::set<std::string> messages_;
  std::map<std::string, std::vector<std::string>> segments_;  // their versions, oldest first
  std::map<std::string, Timestamp> lists_;
  using Entries = std::map<std::pair<std::string, std::string>, std::string>;
  static void merge(Entries& entries, const std::string& from, const std::string& into);
  Entries entries_;    // (list, contact) -> when, by whom, note
  Entries overrides_;  // (segment, contact) -> added or removed, when, by whom, note
  std::map<std::string, std::vector<std::string>> sets_;
  std::vector<ImportMark> marks_;
};

// How facts are printed; both sides use these.
std::string value_text(const Value& value);
std::string entry_text(Timestamp at, const std::string& by, const std::string& note);
std::string version_text(std::size_t number, Timestamp saved_at, const std::string& by, const std::string& text);
std::string mark_text(const ImportMark& mark);
std::uint64_t hash_of(const StateLines& lines);
// The first lines that differ, for people.
std::string difference(const StateLines& expected, const StateLines& found);

// Hashes of the state of a lane after 0, 1, 2 … of its steps.
class LaneHistory {
 public:
  explicit LaneHistory(const LaneOptions& options) : options_(options) { restart(); }
  // Cost: asked upwards, one step of the model and one printing each; downwards what is remembered, else from the start.
  std::uint64_t hash_after(std::uint64_t steps);
  StateLines lines_after(std::uint64_t steps) const;

 private:
  void restart();
  LaneOptions options_;
  std::unique_ptr<Lane> lane_;
  std::unique_ptr<LaneModel> model_;
  std::uint64_t position_ = 0;
  std::map<std::uint64_t, std::uint64_t> hashes_;
};

}  // namespace wanamaker::durable
