#include "engine/state.h"

#include "base/bytes.h"
#include "base/check.h"
#include "columns/base_loader.h"
#include "engine/apply/apply.h"
#include "engine/import_marks.h"
#include "live/live_pages.h"

#include <xxhash.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>

namespace wanamaker {
namespace {

constexpr std::string_view kMarksPage = "marks";
constexpr std::string_view kForgottenPage = "forgotten";
constexpr std::string_view kSpentPage = "spent";
constexpr std::string_view kConnectionsPage = "connections";
constexpr std::string_view kAnswersPage = "answers";
constexpr std::string_view kAccessPage = "access";
constexpr std::string_view kAuditPage = "audit";
constexpr unsigned kDecodingThreads = 2;

struct Applier {
  EngineState& state;
  Base& base;
  const Zone& zone;
  Timestamp at;
  Timestamp counts_at;  // never before what is settled
  std::vector<Base::NewEvent>& appended;
  Connections& connections;
  void operator()(const ImportBatch& command) const { apply_import(base, command, at, appended); }
  void operator()(const DeclareEvent& command) const { apply_schema(base, command); }
  void operator()(const DeclareRecordType& command) const { apply_schema(base, command); }
  void operator()(const DeclareAttribute& command) const { apply_schema(base, command, at); }
  void operator()(const AlterAttribute& command) const { apply_schema(base, command, at); }
  void operator()(const SetZone& command) const { base.schema.zone = command.zone; }
  void operator()(const PutSet& command) const { apply_catalog(base, command); }
  void operator()(const PutSegment& command) const { apply_catalog(base, command, at); }
  void operator()(const DeleteSegment& command) const { apply_catalog(base, command); }
  void operator()(const PutList& command) const { apply_catalog(base, command, at); }
  void operator()(const AddToList& command) const { apply_catalog(base, command, at); }
  void operator()(const RemoveFromList& command) const { apply_catalog(base, command); }
  void operator()(const MergeContacts& command) const { apply_identity(base, command); }
  void operator()(const EraseContact& command) const { apply_identity(base, command); }
  void operator()(const AdvanceTime&) const {}
  void operator()(const OverrideMembership& command) const { apply_catalog(base, command, at); }
  void operator()(const PutSnapshot& command) const { apply_catalog(base, command, zone, counts_at); }
  void operator()(const LockList& command) const { apply_catalog(base, command, at); }
  void operator()(const DeleteList& command) const { apply_catalog(base, command); }
  void operator()(const AddKey& command) const { apply_catalog(base, command, at); }
  void operator()(const RevokeKey& command) const { apply_catalog(base, command, at); }
  void operator()(const TrackAttribute& command) const { apply_catalog(base, command); }
  void operator()(const PutProvider& command) const { connections.apply(command, at); }
  void operator()(const DeleteProvider& command) const { connections.apply(command); }
  void operator()(const PutWebhook& command) const { connections.apply(command, at); }
  void operator()(const DeleteWebhook& command) const { connections.apply(command); }
  void operator()(const MoveWebhook& command) const { connections.apply(command); }
  void operator()(const KeepAnswer& command) const { state.answers.apply(command, at); }
  void operator()(const PutUser& command) const { state.access.apply(command, at); }
  void operator()(const DeleteUser& command) const { state.access.apply(command); }
  void operator()(const BeginSession& command) const { state.access.apply(command, at); }
  void operator()(const EndSessions& command) const { state.access.apply(command); }
  void operator()(const NoteAudit& command) const { state.audit.apply(command, at); }
  void operator()(const MarkPersonal& command) const { state.access.apply(command); }
  void operator()(const SpendIds& command) const {
    for (const std::string& id : command.ids) state.spent.add(id, at);
  }
};

struct PageBytes {
  std::string name;
  std::string bytes;
};

std::vector<std::optional<Result<DecodedPage>>> decode_all(const std::vector<PageBytes>& pages) {
  std::vector<std::optional<Result<DecodedPage>>> decoded(pages.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < pages.size(); i = next++) decoded[i].emplace(BaseLoader::decode(pages[i].name, pages[i].bytes));
  };
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 1; i < kDecodingThreads; ++i) threads.emplace_back(work);
    work();
  }
  return decoded;
}

// A store of an older version counted versions in the pages of live memberships alone.
void count_versions(const LiveImage& live, Catalog& catalog) {
  for (const LiveSegment& segment : live.segments) {
    const auto saved = catalog.segments.find(segment.key);
    if (saved != catalog.segments.end()) saved->second.version = std::max(saved->second.version, segment.version);
    else catalog.last_versions[segment.key] = std::max(catalog.last_versions[segment.key], segment.version);
  }
}

void forget_messages(Base& base, ContactOrdinal contact, Timestamp at, ForgottenMessages& forgotten) {
  base.settle_events();
  for (const EventTable& table : base.events)
    for (const std::uint32_t row : table.rows_of(contact))
      if (const std::string_view id = table.message_id(row); !id.empty()) forgotten.add(id, at);
}

// What was answered and noted about a contact.
void forget_traces(const Base& base, ContactOrdinal contact, KeptAnswers& answers, AuditLog& audit) {
  std::vector<std::string> ids = base.aliases_of(contact);
  ids.emplace_back(base.contact_id(contact));
  for (const std::string& id : ids) {
    answers.forget(subject_of(id));
    audit.forget(audit_key_of(id));
  }
}

// Pages that a store has only where there is something in them.
std::vector<std::pair<std::string_view, std::string_view>> beside_base(const StateImage& image) {
  std::vector<std::pair<std::string_view, std::string_view>> pages;
  if (!image.forgotten.empty()) pages.emplace_back(kForgottenPage, image.forgotten);
  if (!image.spent.empty()) pages.emplace_back(kSpentPage, image.spent);
  if (!image.connections.empty()) pages.emplace_back(kConnectionsPage, image.connections);
  if (!image.answers.empty()) pages.emplace_back(kAnswersPage, image.answers);
  if (!image.access.empty()) pages.emplace_back(kAccessPage, image.access);
  if (!image.audit.empty()) pages.emplace_back(kAuditPage, image.audit);
  return pages;
}

Result<Zone> zone_of(const Base& base) { return Zone::find(base.schema.zone); }

}  // namespace

// What is too old by the command's instant, or is to be forgotten with a contact.
void EngineState::expire(const Command& command) {
  forgotten.expire(command.accepted_at);
  spent.expire(command.accepted_at);
  answers.expire(command.accepted_at);
  access.expire(command.accepted_at);
  audit.expire(command.accepted_at);
  const auto* erase = std::get_if<EraseContact>(&command.body);
  if (erase == nullptr) return;
  const ContactOrdinal contact = *base.find_contact(erase->contact_id);
  forget_messages(base, contact, command.accepted_at, forgotten);
  forget_traces(base, contact, answers, audit);
}

// The events that it added.
std::vector<Base::NewEvent> EngineState::change(const Command& command) {
  if (const auto* batch = std::get_if<ImportBatch>(&command.body); batch != nullptr && batch->mark) {
    const ImportMark& mark = *batch->mark;
    std::erase_if(marks, [&](const ImportMark& old) {
      return old.import_key == mark.import_key && !mark.previous_hash.empty() && old.prefix_hash == mark.previous_hash;
    });
    marks.push_back(mark);
  }
  std::vector<Base::NewEvent> appended;
  std::visit(Applier{*this, base, zone, command.accepted_at, std::max(live.settled_at(), command.accepted_at), appended, connections}, command.body);
  if (std::holds_alternative<SetZone>(command.body)) {
    auto found = zone_of(base);
    CHECK(found.has_value(), "a zone in the log was validated");
    zone = std::move(*found);
  }
  return appended;
}

void EngineState::apply(const Command& command) {
  expire(command);
  live.prepare(command, base, zone);
  const std::vector<Base::NewEvent> appended = change(command);
  live.settle(command, appended, base, zone);
}

StateImage image_of(const EngineState& state) {
  const auto encoded = [](const auto& part) { return part.empty() ? std::string() : part.encode(); };
  return {.base = state.base.image(), .live = state.live.image(), .marks = state.marks, .forgotten = encoded(state.forgotten), .spent = encoded(state.spent), .connections = encoded(state.connections),
          .answers = encoded(state.answers), .access = encoded(state.access), .audit = encoded(state.audit)};
}

Result<EngineState> load_state(Pages& pages) {
  EngineState state;
  std::vector<PageBytes> read;
  LiveLoader live;
  WM_CHECK_OK(pages.load([&](std::string_view name, std::string_view bytes) -> Result<void> {
    if (name.starts_with(kLivePages)) return live.place(name, bytes);
    if (name == kMarksPage) {
      WM_TRY(state.marks, decode_marks(bytes));
      return {};
    }
    if (name == kForgottenPage) {
      WM_TRY(state.forgotten, ForgottenMessages::decode(bytes, {}));
      return {};
    }
    if (name == kSpentPage) {
      WM_TRY(state.spent, ForgottenMessages::decode(bytes, EngineState::kSpentLimits));
      return {};
    }
    if (name == kConnectionsPage) {
      WM_TRY(state.connections, Connections::decode(bytes));
      return {};
    }
    if (name == kAnswersPage) {
      WM_TRY(state.answers, KeptAnswers::decode(bytes));
      return {};
    }
    if (name == kAccessPage) {
      WM_TRY(state.access, Access::decode(bytes));
      return {};
    }
    if (name == kAuditPage) {
      WM_TRY(state.audit, AuditLog::decode(bytes));
      return {};
    }
    read.push_back({std::string(name), std::string(bytes)});
    return {};
  }));
  if (read.empty()) return state;
  BaseLoader loader;
  for (std::optional<Result<DecodedPage>>& page : decode_all(read)) {
    Result<DecodedPage>& decoded = *page;
    if (!decoded) return std::unexpected(std::move(decoded).error());
    WM_CHECK_OK(loader.place(*std::move(decoded)));
  }
  WM_TRY(state.base, loader.finish());
  WM_TRY(state.zone, zone_of(state.base));
  WM_TRY(LiveImage image, live.finish());
  count_versions(image, state.base.catalog);
  state.live.load(std::move(image));
  return state;
}

Result<WrittenPages> write_state(const StateImage& image, PageFilter filter, ChainLink link, Pages& pages) {
  WrittenPages written;
  const auto put = [&](std::string_view name, std::string_view bytes) -> Result<void> {
    ++written.pages;
    written.bytes += bytes.size();
    return pages.put(name, bytes);
  };
  pages.begin(link);
  WM_CHECK_OK(put(kMarksPage, encode_marks(image.marks)));
  for (const auto& [name, bytes] : beside_base(image)) WM_CHECK_OK(put(name, bytes));
  WM_CHECK_OK(write_pages(image.base, filter, [&](std::string_view name, std::string&& bytes) { return put(name, bytes); }));
  const LivePages which = filter == PageFilter::all ? LivePages::all : LivePages::dirty;
  WM_CHECK_OK(write_live_pages(image.live, which, [&](std::string_view name, std::string&& bytes) { return put(name, bytes); }));
  std::vector<std::string> names = page_names(image.base);
  names.emplace_back(kMarksPage);
  for (const auto& [name, bytes] : beside_base(image)) names.emplace_back(name);
  std::ranges::move(live_page_names(image.live), std::back_inserter(names));
  WM_CHECK_OK(pages.commit(names));
  return written;
}

std::uint64_t hash_of(const StateImage& image) {
  const std::string marks = encode_marks(image.marks);
  std::uint64_t hash = XXH3_64bits_withSeed(marks.data(), marks.size(), state_hash(image.base));
  for (const auto& [name, bytes] : beside_base(image)) hash = XXH3_64bits_withSeed(bytes.data(), bytes.size(), hash);
  std::ignore = write_live_pages(image.live, LivePages::all, [&](std::string_view name, std::string&& bytes) -> Result<void> {
    hash = XXH3_64bits_withSeed(name.data(), name.size(), hash);
    hash = XXH3_64bits_withSeed(bytes.data(), bytes.size(), hash);
    return {};
  });
  return hash;
}

}  // namespace wanamaker
