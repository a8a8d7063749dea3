// Live memberships of the whole base at once: at a start, for a new definition, after a change of what definitions say, for rankings.

#include "base/check.h"
#include "base/give_way.h"
#include "base/mutex.h"
#include "live/live.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <optional>
#include <thread>
#include <utility>

namespace wanamaker {
namespace {

constexpr std::uint32_t kContactsForTwoThreads = 20'000;  // some milliseconds of work
constexpr std::uint32_t kContactsAtOnce = 16'384;
// Between two looks at who is waited for: some ten to a hundred microseconds.
constexpr std::size_t kWordsAtOnce = 32;
constexpr std::size_t kLooksAtOnce = 1'024;
constexpr std::size_t kColumnsAtOnce = 64;                // an eighth of a megabyte each for a million contacts

struct ContactRange {
  std::uint32_t first;
  std::uint32_t end;
};

// A new condition that time alone can change, and what it says.
struct Ahead {
  const LiveCondition* condition;
  ConditionBits::NewColumn column;
  bool is_where_met = false;  // of nobody but those for whom it holds without its `not`
};

// Looks of one thread for another one to write down. Thread-safe.
class SeenLooks {
 public:
  void add(std::vector<Look>&& looks) {
    const MutexLock lock(mutex_);
    seen_.push_back(std::move(looks));
  }
  // False: there are none just now. What `looks` had room for is given back.
  bool take(std::vector<Look>& looks) {
    const MutexLock lock(mutex_);
    if (seen_.empty()) return false;
    room_.push_back(std::exchange(looks, std::move(seen_.back())));
    seen_.pop_back();
    return true;
  }
  // For the next ones.
  std::vector<Look> room() {
    const MutexLock lock(mutex_);
    if (room_.empty()) return {};
    std::vector<Look> room = std::move(room_.back());
    room_.pop_back();
    return room;
  }

 private:
  Mutex mutex_;
  std::vector<std::vector<Look>> seen_ WM_GUARDED_BY(mutex_);
  std::vector<std::vector<Look>> room_ WM_GUARDED_BY(mutex_);
};

// The conditions of which time alone can change something, and for whom.
std::vector<Ahead> to_be_promised(std::span<const ConditionBits::NewColumn> columns, const Graph& graph, const Environment& environment) {
  std::vector<Ahead> all;
  for (const ConditionBits::NewColumn& column : columns) {
    const LiveCondition& condition = *graph.condition(column.number);
    if (!condition.next_edge.is_timed() || condition.ranks()) continue;
    Ahead ahead{.condition = &condition, .column = column};
    if (condition.quick && !condition.quick->awaits_events(environment.t, environment.base)) {
      const QuickLook::Timed timed = condition.quick->timed();
      if (timed == QuickLook::Timed::nobody) continue;
      ahead.is_where_met = timed == QuickLook::Timed::where_met;
    }
    all.push_back(ahead);
  }
  return all;
}

void look_ahead(std::span<const Ahead> all, const Graph& graph, const Environment& environment, ContactRange range, std::vector<Look>& looks) {
  Probe probe(environment, nullptr);
  EventReads reads = graph.reads();
  for (std::uint32_t first = range.first; first < range.end; first += 64) {
    if (first % (kWordsAtOnce * 64) == 0) give_way();
    for (const auto& [condition, column, is_where_met] : all) {
      std::uint64_t left = ~std::uint64_t{0};
      if (is_where_met) left = column.bits->word(first / 64) ^ (condition->quick->is_negated() ? left : 0);
      for (; left != 0; left &= left - 1) {
        const ContactOrdinal contact{first + static_cast<std::uint32_t>(std::countr_zero(left))};
        if (contact.value >= range.end || !environment.base.is_contact(contact)) continue;
        reads.turn_to(contact, environment.t, environment.base);
        QuickLook::Answer answer;
        if (condition->quick && condition->quick->look(contact, {.kind = QuickLook::News::Kind::time}, reads, probe, answer)) {
          if (answer.next != QuickLook::kNever) looks.push_back({answer.next, contact, column.number});
        } else if (const auto next = condition->next_edge.after(contact, column.bits->has(contact), probe)) {
          looks.push_back({*next, contact, column.number});
        }
      }
    }
  }
}

}  // namespace

Sweeper& Live::sweeper() {
  if (!sweeper_) sweeper_ = std::make_unique<Sweeper>();
  return *sweeper_;
}

void Live::get_ready(Base& base, const Zone& zone) {
  if (is_ready_) return;
  base.settle();
  if (settled_at_ == kTimestampMin) settled_at_ = now_;  // the first instant that is ever settled
  const Timestamp now = std::exchange(now_, settled_at_);
  for (const auto& [key, segment] : base.catalog.segments)
    if (!find(key)) segments_.push_back({.key = key, .version = segment.version});
  is_ready_ = true;
  rebuild_graph(base, zone, {.cause = Cause::definition});
  emit();
  loaded_.clear();
  now_ = now;
}

void Live::rename_segments(const Command& command, const Base& base) {
  if (const auto* put = std::get_if<PutSegment>(&command.body)) {
    const std::uint32_t version = base.catalog.segments.at(put->key).version;
    if (const auto live = find(put->key)) segments_[live->value].version = version;
    else segments_.push_back({.key = put->key, .version = version});
  }
  for (std::uint32_t i = 0; i < segments_.size(); ++i) {
    LiveSegment& segment = segments_[i];
    if (segment.is_deleted || base.catalog.segments.contains(segment.key)) continue;
    segment.is_deleted = true;
    segment.members.for_each([&](ContactOrdinal contact) { flips_.push_back({{i}, contact, false, Cause::definition, now_}); });
    segment.members = {};
  }
}

void Live::rebuild_graph(const Base& base, const Zone& zone, const Rebuild& rebuild) {
  std::vector<Graph::Member> members;
  for (std::uint32_t i = 0; i < segments_.size(); ++i) if (!segments_[i].is_deleted) members.push_back({{i}, segments_[i].key});
  const bool had_rankings = graph_.ranks();
  probe_.reset();
  was_rebuilt_ = true;
  const bool is_one = !rebuild.key.empty() && !rebuild.everything_changed;
  auto [fresh, changed] = is_one ? graph_.renew(members, rebuild.key, base.schema, base.catalog) : graph_.rebuild(members, base.schema, base.catalog);
  bits_.make_room(graph_.condition_slots());
  turned_.assign(bits_.words(), 0);
  affected_.assign((segments_.size() + 63) / 64, 0);
  for (std::uint32_t i = 0; i < graph_.condition_slots(); ++i) if (graph_.condition({i}) == nullptr) bits_.forget({i});
  if (rebuild.everything_changed) {
    agenda_.clear();
    fresh.clear();
    for (std::uint32_t i = 0; i < graph_.condition_slots(); ++i) if (graph_.condition({i}) != nullptr) fresh.push_back({i});
  }
  if (graph_.ranks() && !had_rankings && ranked_at_ == kTimestampMin) ranked_at_ = now_;
  build(fresh, base, zone);
  for (const Graph::Member& member : members) {
    const bool stays = graph_.rule(member.number) != nullptr && !segments_[member.number.value].invalid_since && !std::ranges::binary_search(changed, member.number);
    if (rebuild.everything_changed || !stays) build_members(member.number, base, first_new_, rebuild.cause);
  }
  new_columns_.clear();
}

// By the sweep: the probe would do, but slower.
ContactBits Live::swept(ConditionNumber number, const Base& base, const Zone& zone) {
  const SweepResult result = sweeper().sweep(graph_.condition(number)->definition, base, zone, now_);
  ContactBits bits;
  for (std::size_t i = 0; i < result.members.size(); ++i) bits.set_word(i, result.members[i]);
  return bits;
}

// What a checkpoint had, or anew, and what time alone can change of it. Some at a time: the columns of all are larger than the rows.
void Live::build(std::span<const ConditionNumber> numbers, const Base& base, const Zone& zone) {
  for (std::size_t first = 0; first < numbers.size(); first += kColumnsAtOnce) {
    new_columns_.clear();
    std::vector<bool> are_durable;
    for (const ConditionNumber number : numbers.subspan(first, std::min(kColumnsAtOnce, numbers.size() - first))) {
      const auto kept = loaded_.find(graph_.condition(number)->identity);
      are_durable.push_back(kept != loaded_.end());
      new_columns_.emplace_back(number, kept != loaded_.end() ? std::move(kept->second) : swept(number, base, zone));
    }
    std::vector<ConditionBits::NewColumn> put;
    for (std::size_t i = 0; i < new_columns_.size(); ++i) put.push_back({.number = new_columns_[i].first, .bits = &new_columns_[i].second, .is_durable = are_durable[i]});
    bits_.put(put, base.ordinals());
    promise_all(put, {base, zone, now_});
  }
}

// Both threads look, some contacts at a time, and one writes down what has been seen: all looks of all are larger than the promises.
void Live::promise_all(std::span<const ConditionBits::NewColumn> columns, const Environment& environment) {
  const std::vector<Ahead> all = to_be_promised(columns, graph_, environment);
  if (all.empty()) return;
  const std::uint32_t ordinals = environment.base.ordinals();
  std::atomic<std::uint64_t> next = 0;
  SeenLooks seen;
  const auto look_at_some = [&](std::vector<Look>& looks) {
    const std::uint64_t first = next.fetch_add(kContactsAtOnce);
    if (first >= ordinals) return false;
    const std::uint64_t end = std::min<std::uint64_t>(first + kContactsAtOnce, ordinals);
    look_ahead(all, graph_, environment, {static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(end)}, looks);
    return true;
  };
  const auto write_down = [&](std::vector<Look>& looks) {
    for (std::size_t i = 0; i < looks.size(); ++i) {
      if (i % kLooksAtOnce == 0) give_way();
      agenda_.promise(looks[i]);
    }
    looks.clear();
  };
  std::vector<Look> looks;
  {
    std::optional<std::jthread> second;
    if (ordinals >= kContactsForTwoThreads) second.emplace([&] { for (std::vector<Look> some = seen.room(); look_at_some(some); some = seen.room()) seen.add(std::move(some)); });
    while (look_at_some(looks)) {
      write_down(looks);
      while (seen.take(looks)) write_down(looks);
    }
  }
  while (seen.take(looks)) write_down(looks);
}

// Of contacts below `end`; those from there on have not been looked at yet.
void Live::build_members(SegmentNumber number, const Base& base, std::uint32_t end, Cause cause) {
  LiveSegment& segment = segments_[number.value];
  const Graph::Rule* rule = graph_.rule(number);
  if (rule == nullptr) {
    if (!segment.invalid_since) segment.invalid_since = now_;
    return;
  }
  segment.invalid_since.reset();
  const std::vector<std::uint64_t> decided = decide_words(rule->formula, (end + std::size_t{63}) / 64);
  for (std::size_t i = 0; i < decided.size(); ++i) {
    if (i % kWordsAtOnce == 0) give_way();
    const std::uint64_t before = segment.members.word(i);
    std::uint64_t after = decided[i];
    for (std::uint64_t left = after & ~before; left != 0; left &= left - 1) {
      const ContactOrdinal contact{static_cast<std::uint32_t>(i * 64) + static_cast<std::uint32_t>(std::countr_zero(left))};
      if (contact.value >= end || !base.is_contact(contact)) after &= ~(left & -left);
    }
    for (std::uint64_t left = after ^ before; left != 0; left &= left - 1) {
      const ContactOrdinal contact{static_cast<std::uint32_t>(i * 64) + static_cast<std::uint32_t>(std::countr_zero(left))};
      flips_.push_back({number, contact, (after & left & -left) != 0, cause, now_});
    }
    segment.members.set_word(i, after);
  }
}

// What the rule says of everybody, 64 contacts a word. Bits out of rows are slow: those of new conditions are at hand as columns.
std::vector<std::uint64_t> Live::decide_words(const Formula& formula, std::size_t words) const {
  std::vector<std::uint64_t> decided(words);
  const auto word_of = [&](ConditionNumber condition, std::size_t i) {
    for (const auto& [number, column] : new_columns_) if (number == condition) return column.word(i);
    return bits_.word(condition, i);
  };
  const auto decide_some = [&](std::size_t first, std::size_t end) {
    for (std::size_t i = first; i < end; ++i) {
      if (i % kWordsAtOnce == 0) give_way();
      decided[i] = formula.decide_word([&](ConditionNumber condition) { return word_of(condition, i); });
    }
  };
  const std::size_t half = words * 64 < kContactsForTwoThreads ? words : words / 2;
  {
    std::optional<std::jthread> second;
    if (half < words) second.emplace(decide_some, half, words);
    decide_some(0, half);
  }
  return decided;
}

void Live::refresh_rankings(const Base& base, const Zone& zone) {
  ranked_at_ = now_;
  std::vector<SegmentNumber> affected;
  for (std::uint32_t i = 0; i < graph_.condition_slots(); ++i) {
    const LiveCondition* condition = graph_.condition({i});
    if (condition == nullptr || !condition->ranks()) continue;
    build(std::array{ConditionNumber{i}}, base, zone);
    affected.insert(affected.end(), condition->segments.begin(), condition->segments.end());
  }
  std::ranges::sort(affected);
  affected.erase(std::ranges::unique(affected).begin(), affected.end());
  for (const SegmentNumber segment : affected) build_members(segment, base, base.ordinals(), Cause::ranking);
  new_columns_.clear();
}

std::vector<ContactOrdinal> Live::promised(SegmentNumber segment, Timestamp until, Base& base, const Zone& zone) {
  get_ready(base, zone);
  const Graph::Rule* rule = graph_.rule(segment);
  std::vector<ContactOrdinal> contacts;
  if (rule == nullptr) return contacts;
  agenda_.for_each(until, [&](const Look& look) {
    if (std::ranges::binary_search(rule->formula.conditions(), look.condition)) contacts.push_back(look.contact);
  });
  std::ranges::sort(contacts);
  contacts.erase(std::ranges::unique(contacts).begin(), contacts.end());
  return contacts;
}

std::size_t Live::memory_bytes() const {
  std::size_t bytes = bits_.memory_bytes() + agenda_.memory_bytes();
  for (const LiveSegment& segment : segments_) {
    const auto& chunks = segment.members.chunks();
    for (std::size_t i = 0; i < chunks.size(); ++i) bytes += chunks.find(i) != nullptr ? sizeof(ContactBits::Chunk) : 0;
  }
  return bytes;
}

// ---- checkpoint ----

LiveImage Live::image() const {
  LiveImage image{.settled_at = settled_at_, .ranked_at = ranked_at_, .segments = segments_, .loaded = loaded_, .conditions = {}, .rows = bits_, .feed = feed_};
  for (std::uint32_t i = 0; i < graph_.condition_slots(); ++i) {
    if (const LiveCondition* condition = graph_.condition({i})) image.conditions.emplace(condition->identity, ConditionNumber{i});
  }
  return image;
}

void Live::saved(const LiveImage& image) {
  for (std::size_t i = 0; i < image.segments.size(); ++i) segments_[i].members.saved(image.segments[i].members);
  for (const auto& [identity, number] : image.conditions) {
    const LiveCondition* condition = graph_.condition(number);
    if (condition != nullptr && condition->identity == identity) bits_.saved(image.rows, number);
  }
  for (auto& [identity, bits] : loaded_) {
    if (const auto kept = image.loaded.find(identity); kept != image.loaded.end()) bits.saved(kept->second);
  }
  feed_.saved(image.feed);
}

void Live::load(LiveImage image) {
  settled_at_ = image.settled_at;
  ranked_at_ = image.ranked_at;
  segments_ = std::move(image.segments);
  loaded_ = std::move(image.loaded);
  feed_ = std::move(image.feed);
  is_ready_ = false;
}

}  // namespace wanamaker
