#pragma once
// Live memberships: every saved dynamic segment, exact at the settled instant. Key idea: one bit a contact and distinct condition, and for
// what time alone can change a promise in the agenda. A write looks again at the conditions that it touches, time at those that it ends,
// both with the probe; only flipped bits decide segments anew. What a segment gained or lost is a transition in the feed.
// All of it is a function of the log: replay makes the same transitions with the same numbers. Single writer; reads no clock.
//
// Protocol, for every command: prepare(), apply it to the base, settle(). Commands never go back in time: one that is older than what
// is settled counts as of the settled instant.

#include "evaluate/sweep/sweep.h"
#include "live/agenda.h"
#include "live/condition_bits.h"
#include "live/contact_bits.h"
#include "live/feed.h"
#include "live/flip_search.h"
#include "live/graph.h"
#include "live/touches.h"

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace wanamaker {

struct LiveSegment {
  std::string key;
  std::uint32_t version = 1;                     // of its definition, counted from the first one ever saved under this key
  bool is_deleted = false;                       // its number stays, for the feed
  std::optional<Timestamp> invalid_since = {};   // its members are those of that instant
  ContactBits members = {};
};

// What a checkpoint keeps. Conditions go by identity (live/graph.h); promises are made anew.
struct LiveImage {
  Timestamp settled_at = kTimestampMin;
  Timestamp ranked_at = kTimestampMin;
  std::vector<LiveSegment> segments;             // by SegmentNumber
  std::map<std::string, ContactBits> loaded;         // as a checkpoint had them, until they stand in rows
  std::map<std::string, ConditionNumber> conditions;  // those in rows
  ConditionBits rows;
  Feed feed;
};

class Live {
 public:
  static constexpr std::int64_t kRankingRefreshMs = 60'000;
  static constexpr std::uint64_t kFeedEntriesKept = 64'000'000;
  static constexpr std::size_t kManyLooks = 20'000;  // some milliseconds

  // Serves time up to the command's instant, so that what time alone ends then has ended before, and notes what the command is about to touch. The base is as it was before.
  void prepare(const Command& command, Base& base, const Zone& zone);
  // After the command was applied: all memberships as of its instant. `appended`: the events that it added.
  void settle(const Command& command, std::span<const Base::NewEvent> appended, Base& base, const Zone& zone);

  // ---- reads ----
  Timestamp settled_at() const { return settled_at_; }
  Timestamp ranked_at() const { return ranked_at_; }  // the instant that segments over rankings read them at
  bool ranks() const { return graph_.ranks(); }
  // Whether advancing time to `t` would do anything. Makes itself ready, as prepare() does.
  bool is_due(Timestamp t, Base& base, const Zone& zone);
  // Whether a command of that instant may take long whatever it is: much has come due, rankings are old, or all has to be made ready.
  bool takes_long(Timestamp t) const;
  const Feed& feed() const { return feed_; }
  const std::vector<LiveSegment>& segments() const { return segments_; }  // by SegmentNumber
  // Nothing: no such segment is live.
  std::optional<SegmentNumber> find(std::string_view key) const;
  // All that ever had the key, deleted ones too, oldest first.
  std::vector<SegmentNumber> find_all(std::string_view key) const;
  std::string why_invalid(SegmentNumber segment) const { return graph_.why_invalid(segment); }  // empty where it is valid
  std::size_t conditions() const { return graph_.condition_count(); }
  const Graph& graph() const { return graph_; }
  std::size_t memory_bytes() const;  // of bits, members and promises; the feed apart
  // Contacts of which time alone may change a condition of the segment by then, sorted, each once. Likewise.
  std::vector<ContactOrdinal> promised(SegmentNumber segment, Timestamp until, Base& base, const Zone& zone);

  // ---- checkpoint ----
  LiveImage image() const;
  void saved(const LiveImage& image);
  void load(LiveImage image);

 private:
  struct Flip {
    SegmentNumber segment;
    ContactOrdinal contact;
    bool holds;
    Cause cause;
    Timestamp effective_at;
  };
  struct Shown {
    SegmentNumber segment;
    ContactOrdinal contact;
    bool holds;
  };
  static constexpr Timestamp kNoDatum{INT64_MIN};
  // A reason to look at a condition of a contact again: a datum with its own time, or time alone.
  struct Want {
    ContactOrdinal contact = {};
    ConditionNumber condition = {};
    Timestamp own_at = kNoDatum;
    QuickLook::News::Kind news = QuickLook::News::Kind::anything;  // one_event: of own_at
    bool has_arrived = false;                                      // by an event that the condition is over
  };
  struct Task {  // one contact, and all that it is looked at again for
    ContactOrdinal contact;
    std::span<const Want> wants;
    bool is_new = false;
    Timestamp newest = kTimestampMin;  // is_new: the newest own time
    Cause cause = Cause::time;         // of what data change
  };

  bool is_idle(const Base& base) const { return base.catalog.segments.empty() && segments_.empty(); }
  void get_ready(Base& base, const Zone& zone);
  void serve_time(const Base& base, const Zone& zone, Timestamp until);
  // Up to which place each step of fetching has come, in a list whose first places were served.
  struct Fetched {
    std::size_t strips = 0;
    std::size_t rows = 0;
    std::size_t newest = 0;
  };
  template <typename FetchOne>
  void fetch_ahead(Fetched& fetched, std::size_t served, std::size_t end, FetchOne fetch_one) const;
  void fetch_upcoming(const Base& base);
  void fetch_wanted(std::size_t served, const Base& base);
  void decide(const Task& task, Probe& probe);
  void look(const Want& want, Probe& probe);
  void turn(const Task& task, SegmentNumber segment, Probe& probe);
  static Timestamp newest_datum(const Task& task, const Graph::Rule& rule);
  Timestamp effective_at(const Task& task, const Graph::Rule& rule, Timestamp own_at, const Environment& environment);
  void wake(ContactOrdinal contact);
  bool was_woken(ContactOrdinal contact) const { return contact.value < is_woken_.size() && is_woken_[contact.value]; }
  void fetch(QuickLook::Fetch step, ContactOrdinal contact, ConditionNumber number, Timestamp at, const Base& base) const;
  void drop(ContactOrdinal contact, const Base& base, Cause cause);
  void note_touches(const Command& command, const Base& base);
  void serve_command(std::span<const Base::NewEvent> appended, const Base& base, const Zone& zone);
  void want_touched();
  void want_in_time(const Look& look);
  void want_arrived(std::span<const Base::NewEvent> appended, const Base& base, Probe& probe);
  void want_arrived(const Base::NewEvent& event, const Base& base, Probe& probe);
  enum class Fetching : std::uint8_t { done, to_be_done };
  void serve_wants(Fetching fetching, const Base& base, Probe& probe);
  static std::span<Want> merged(std::span<Want> wants);
  void serve_new(const Base& base, Probe& probe);
  Cause cause_for(ContactOrdinal contact) const;
  bool is_new(ContactOrdinal contact) const { return contact.value >= first_new_; }
  void note_newest(ContactOrdinal contact, Timestamp at) { newest_of_new_[contact.value - first_new_] = std::max(newest_of_new_[contact.value - first_new_], at); }
  Probe& probe_at(Timestamp t, const Base& base, const Zone& zone);
  struct Rebuild { Cause cause; std::string_view key = {}; bool everything_changed = false; };  // key: of the only segment whose definition has changed
  void rebuild_graph(const Base& base, const Zone& zone, const Rebuild& rebuild);
  void rename_segments(const Command& command, const Base& base);
  ContactBits swept(ConditionNumber number, const Base& base, const Zone& zone);
  void build(std::span<const ConditionNumber> numbers, const Base& base, const Zone& zone);
  void promise_all(std::span<const ConditionBits::NewColumn> columns, const Environment& environment);
  void build_members(SegmentNumber segment, const Base& base, std::uint32_t end, Cause cause);
  std::vector<std::uint64_t> decide_words(const Formula& formula, std::size_t words) const;
  void refresh_rankings(const Base& base, const Zone& zone);
  void emit();
  void show();
  Sweeper& sweeper();

  Timestamp settled_at_ = kTimestampMin;
  Timestamp ranked_at_ = kTimestampMin;
  std::vector<LiveSegment> segments_;
  ConditionBits bits_;
  Graph graph_;
  Agenda agenda_;
  Feed feed_;

  bool is_ready_ = false;                               // graph, bits and agenda are made
  std::map<std::string, ContactBits> loaded_;           // bits of a checkpoint, by identity, until then
  // Of the command that is being served:
  Timestamp now_ = kTimestampMin;
  Touches touches_;
  std::uint32_t first_new_ = 0;                         // contacts from here on are new
  std::vector<Timestamp> newest_of_new_;                // beside them: of their data
  std::vector<ContactOrdinal> named_;                   // by a merge or an erasure
  std::vector<Want> wants_;
  std::vector<std::uint64_t> arrivals_;                 // contact in the upper half, place among the appended in the lower
  std::vector<ContactOrdinal> woken_;                   // whose promises were due since what was settled before
  std::vector<bool> is_woken_;                          // by ordinal: whether it is among these
  bool was_rebuilt_ = false;                            // the graph was
  std::vector<std::pair<ConditionNumber, ContactBits>> new_columns_;  // of conditions built for it, where they are few
  Timestamp quiet_since_ = kTimestampMin;               // the contact that is decided: what it was looked at for is since then as it is
  std::vector<std::uint64_t> affected_;                 // of the contact that is decided: a bit a segment
  std::vector<std::uint64_t> turned_;                   // likewise: its row, with a bit for each condition that has turned
  std::vector<ConditionNumber> turned_numbers_;         // likewise
  std::vector<Flip> flips_;
  std::vector<Shown> turns_;                            // that members do not show yet
  Fetched upcoming_fetched_;                            // of the hour that is open
  std::int64_t fetched_hour_ = 0;                       // that one
  Fetched wanted_fetched_;                              // of wants_
  std::unique_ptr<Probe> probe_;                        // with what it made ready for the conditions of the graph
  FlipSearch flips_since_;                              // at the same instant
  std::unique_ptr<Sweeper> sweeper_;
};

}  // namespace wanamaker
