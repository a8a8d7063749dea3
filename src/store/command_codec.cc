#include "store/command_codec.h"

#include "base/check.h"
#include "store/batch_codec.h"
#include "base/bytes.h"
#include "store/value_codec.h"

#include <fmt/format.h>

#include <type_traits>

namespace wanamaker {
namespace {

// The fields of each command are listed once, in fields(), for a codec that writes them and one that reads them.
class FieldWriter {
 public:
  explicit FieldWriter(ByteWriter& out) : out_(out) {}
  template <typename Struct>
  using Fields = const Struct;

  void text(const std::string& value) { out_.text(value); }
  void value(const Value& value) { write_value(out_, value); }
  void number(const std::uint64_t& value) { out_.varint(value); }
  // What came to a command after its first form: left out where all of it is empty.
  void late_texts(const std::string& first, const std::string& second) {
    if (first.empty() && second.empty()) return;
    text(first);
    text(second);
  }
  void late_text(const std::string& value) {
    if (!value.empty()) text(value);
  }
  template <typename Enum>
  void choice(Enum value, Enum) {
    out_.byte(static_cast<std::uint8_t>(value));
  }
  template <typename Element, typename Each>
  void sequence(const std::vector<Element>& elements, Each each) {
    out_.varint(elements.size());
    for (const Element& element : elements) each(element);
  }

 private:
  ByteWriter& out_;
};

class FieldReader {
 public:
  explicit FieldReader(ByteReader& in) : in_(in) {}
  template <typename Struct>
  using Fields = Struct;

  void text(std::string& value) { value = in_.text(); }
  void value(Value& value) { value = read_value(in_); }
  void number(std::uint64_t& value) { value = in_.varint(); }
  void late_texts(std::string& first, std::string& second) {
    if (in_.remaining() == 0) return;
    text(first);
    text(second);
    if (first.empty() && second.empty()) in_.refuse("what is empty is left out");
  }
  void late_text(std::string& value) {
    if (in_.remaining() == 0) return;
    text(value);
    if (value.empty()) in_.refuse("what is empty is left out");
  }
  template <typename Enum>
  void choice(Enum& value, Enum last) {
    const std::uint8_t number = in_.byte();
    if (number > static_cast<std::uint8_t>(last)) in_.refuse("a choice is unknown");
    if (in_.ok()) value = static_cast<Enum>(number);
  }
  template <typename Element, typename Each>
  void sequence(std::vector<Element>& elements, Each each) {
    for (std::size_t left = in_.count(); left > 0 && in_.ok(); --left) each(elements.emplace_back());
  }

 private:
  ByteReader& in_;
};

template <typename Codec, typename Struct>
using In = typename Codec::template Fields<Struct>;

template <typename Codec>
void texts(Codec& codec, In<Codec, std::vector<std::string>>& list) {
  codec.sequence(list, [&](auto& text) { codec.text(text); });
}

template <typename Codec, typename Declaration>
void attribute_fields(Codec& codec, Declaration& command) {
  codec.choice(command.table.kind, TableKind::record);
  codec.text(command.table.name);
  codec.text(command.attribute.name);
  codec.choice(command.attribute.type, ValueType::location);
  codec.choice(command.attribute.history, History::kept);
}

template <typename Codec>
void fields(Codec& codec, In<Codec, DeclareEvent>& command) {
  codec.text(command.name);
}
template <typename Codec>
void fields(Codec& codec, In<Codec, DeclareRecordType>& command) {
  codec.text(command.name);
}
template <typename Codec>
void fields(Codec& codec, In<Codec, DeclareAttribute>& command) {
  attribute_fields(codec, command);
}
template <typename Codec>
void fields(Codec& codec, In<Codec, AlterAttribute>& command) {
  attribute_fields(codec, command);
}
template <typename Codec>
void fields(Codec& codec, In<Codec, SetZone>& command) {
  codec.text(command.zone);
}
template <typename Codec>
void fields(Codec& codec, In<Codec, DeleteSegment>& command) {
  codec.text(command.key);
}
template <typename Codec>
void fields(Codec& codec, In<Codec, PutList>& command) {
  codec.text(command.key);
}
template <typename Codec>
void fields(Codec& codec, In<Codec, EraseContact>& command) {
  codec.text(command.contact_id);
}

template <typename Codec>
void fields(Codec&, In<Codec, AdvanceTime>&) {}

template <typename Codec>
void fields(Codec& codec, In<Codec, PutSet>& command) {
  codec.text(command.key);
  texts(codec, command.values);
}

template <typename Codec, typename Command>
void definition_fields(Codec& codec, Command& command) {
  codec.text(command.key);
  codec.text(command.text);
  codec.sequence(command.parameters, [&](auto& parameter) {
    codec.text(parameter.name);
    codec.choice(parameter.type, ValueType::location);
    codec.value(parameter.value);
  });
}

template <typename Codec>
void fields(Codec& codec, In<Codec, PutSegment>& command) {
  definition_fields(codec, command);
  codec.late_texts(command.by, command.note);
}

template <typename Codec>
void fields(Codec& codec, In<Codec, PutSnapshot>& command) {
  definition_fields(codec, command);
  codec.text(command.by);
  codec.text(command.note);
}

template <typename Codec>
void fields(Codec& codec, In<Codec, LockList>& command) {
  codec.text(command.key);
  codec.choice(command.what, ListLock::unlocked);
  codec.text(command.by);
  codec.text(command.note);
}

template <typename Codec>
void fields(Codec& codec, In<Codec, DeleteList>& command) {
  codec.text(command.key);
}

template <typename Codec>
void fields(Codec& codec, In<Codec, AddKey>& command) {
  codec.text(command.id);
  codec.choice(command.role, KeyRole::masked);
  codec.text(command.name);
  codec.text(command.hash);
  codec.text(command.by);
}

template <typename Codec>
void fields(Codec& codec, In<Codec, RevokeKey>& command) {
  codec.text(command.id);
  codec.text(command.by);
}

template <typename Codec>
void fields(Codec& codec, In<Codec, TrackAttribute>& command) {
  codec.text(command.name);
  codec.choice(command.what, Tracking::refused);
  codec.text(command.by);
}

template <typename Codec>
void fields(Codec& codec, In<Codec, PutProvider>& command) {
  codec.text(command.name);
  codec.choice(command.kind, ProviderKind::other);
  codec.text(command.secret);
  codec.text(command.attribute);
  codec.text(command.by);
}

template <typename Codec>
void fields(Codec& codec, In<Codec, DeleteProvider>& command) {
  codec.text(command.name);
  codec.text(command.by);
}

template <typename Codec>
void fields(Codec& codec, In<Codec, PutWebhook>& command) {
  codec.text(command.key);
  codec.text(command.address);
  codec.text(command.secret);
  texts(codec, command.segments);
  codec.number(command.after);
  codec.text(command.by);
}

template <typename Codec>
void fields(Codec& codec, In<Codec, DeleteWebhook>& command) {
  codec.text(command.key);
  codec.text(command.by);
}

template <typename Codec>
void fields(Codec& codec, In<Codec, MoveWebhook>& command) {
  codec.text(command.key);
  codec.number(command.from.cursor);
  codec.number(command.from.until);
  codec.number(command.to.cursor);
  codec.number(command.to.until);
  codec.choice(command.state, WebhookState::failed);
  codec.text(command.why);
}

template <typename Codec>
void fields(Codec& codec, In<Codec, KeepAnswer>& command) {
  codec.text(command.id);
  codec.text(command.request);
  codec.text(command.sealed);
  codec.text(command.subjects);
  codec.late_text(command.asker);
}

template <typename Codec>
void fields(Codec& codec, In<Codec, PutUser>& command) {
  codec.text(command.id);
  codec.text(command.login);
  codec.text(command.name);
  codec.choice(command.role, UserRole::admin);
  codec.text(command.password);
  codec.text(command.by);
}

template <typename Codec>
void fields(Codec& codec, In<Codec, DeleteUser>& command) {
  codec.text(command.id);
  codec.text(command.by);
}

template <typename Codec>
void fields(Codec& codec, In<Codec, BeginSession>& command) {
  codec.text(command.id);
  codec.text(command.user);
}

template <typename Codec>
void fields(Codec& codec, In<Codec, EndSessions>& command) {
  codec.text(command.user);
  codec.text(command.session);
}

template <typename Codec>
void fields(Codec& codec, In<Codec, NoteAudit>& command) {
  codec.text(command.who);
  codec.text(command.action);
  codec.text(command.kind);
  codec.text(command.key);
  codec.text(command.from);
}

template <typename Codec>
void fields(Codec& codec, In<Codec, MarkPersonal>& command) {
  codec.text(command.name);
  codec.choice(command.what, PersonalMark::plain);
  codec.text(command.by);
}

template <typename Codec>
void fields(Codec& codec, In<Codec, SpendIds>& command) {
  texts(codec, command.ids);
}

template <typename Codec>
void fields(Codec& codec, In<Codec, AddToList>& command) {
  codec.text(command.key);
  texts(codec, command.contact_ids);
  codec.text(command.by);
  codec.text(command.note);
}

template <typename Codec>
void fields(Codec& codec, In<Codec, RemoveFromList>& command) {
  codec.text(command.key);
  texts(codec, command.contact_ids);
}

template <typename Codec>
void fields(Codec& codec, In<Codec, OverrideMembership>& command) {
  codec.text(command.key);
  codec.choice(command.what, Override::none);
  texts(codec, command.contact_ids);
  codec.text(command.by);
  codec.text(command.note);
}

template <typename Codec>
void fields(Codec& codec, In<Codec, MergeContacts>& command) {
  codec.text(command.from_id);
  codec.text(command.into_id);
}

template <typename Struct>
CommandBody read_fields(ByteReader& in) {
  FieldReader codec(in);
  Struct command;
  fields<FieldReader>(codec, command);
  return command;
}

// The numbers of the kinds are positions in the variant, from 1: a new command is appended to both.
static_assert(std::variant_size_v<CommandBody> == static_cast<std::size_t>(CommandKind::spend_ids));
template <CommandKind kind, typename Struct>
constexpr bool stands_at = std::is_same_v<std::variant_alternative_t<static_cast<std::size_t>(kind) - 1, CommandBody>, Struct>;
static_assert(stands_at<CommandKind::import_batch, ImportBatch> && stands_at<CommandKind::declare_event, DeclareEvent> &&
              stands_at<CommandKind::declare_record_type, DeclareRecordType> &&
              stands_at<CommandKind::declare_attribute, DeclareAttribute> && stands_at<CommandKind::alter_attribute, AlterAttribute> &&
              stands_at<CommandKind::set_zone, SetZone> && stands_at<CommandKind::put_set, PutSet> &&
              stands_at<CommandKind::put_segment, PutSegment> && stands_at<CommandKind::delete_segment, DeleteSegment> &&
              stands_at<CommandKind::put_list, PutList> && stands_at<CommandKind::add_to_list, AddToList> &&
              stands_at<CommandKind::remove_from_list, RemoveFromList> && stands_at<CommandKind::merge_contacts, MergeContacts> &&
              stands_at<CommandKind::erase_contact, EraseContact> && stands_at<CommandKind::advance_time, AdvanceTime> &&
              stands_at<CommandKind::override_membership, OverrideMembership> && stands_at<CommandKind::put_snapshot, PutSnapshot> &&
              stands_at<CommandKind::lock_list, LockList> && stands_at<CommandKind::delete_list, DeleteList> &&
              stands_at<CommandKind::add_key, AddKey> && stands_at<CommandKind::revoke_key, RevokeKey> &&
              stands_at<CommandKind::track_attribute, TrackAttribute> && stands_at<CommandKind::put_provider, PutProvider> &&
              stands_at<CommandKind::delete_provider, DeleteProvider> && stands_at<CommandKind::put_webhook, PutWebhook> &&
              stands_at<CommandKind::delete_webhook, DeleteWebhook> && stands_at<CommandKind::move_webhook, MoveWebhook> &&
              stands_at<CommandKind::keep_answer, KeepAnswer> &&
              stands_at<CommandKind::put_user, PutUser> &&
              stands_at<CommandKind::delete_user, DeleteUser> &&
              stands_at<CommandKind::begin_session, BeginSession> &&
              stands_at<CommandKind::end_sessions, EndSessions> &&
              stands_at<CommandKind::note_audit, NoteAudit> &&
              stands_at<CommandKind::mark_personal, MarkPersonal> &&
              stands_at<CommandKind::spend_ids, SpendIds>);

CommandBody read_body(CommandKind kind, ByteReader& in) {
  switch (kind) {
    case CommandKind::import_batch: return read_batch(in);
    case CommandKind::declare_event: return read_fields<DeclareEvent>(in);
    case CommandKind::declare_record_type: return read_fields<DeclareRecordType>(in);
    case CommandKind::declare_attribute: return read_fields<DeclareAttribute>(in);
    case CommandKind::alter_attribute: return read_fields<AlterAttribute>(in);
    case CommandKind::set_zone: return read_fields<SetZone>(in);
    case CommandKind::put_set: return read_fields<PutSet>(in);
    case CommandKind::put_segment: return read_fields<PutSegment>(in);
    case CommandKind::delete_segment: return read_fields<DeleteSegment>(in);
    case CommandKind::put_list: return read_fields<PutList>(in);
    case CommandKind::add_to_list: return read_fields<AddToList>(in);
    case CommandKind::remove_from_list: return read_fields<RemoveFromList>(in);
    case CommandKind::merge_contacts: return read_fields<MergeContacts>(in);
    case CommandKind::erase_contact: return read_fields<EraseContact>(in);
    case CommandKind::advance_time: return AdvanceTime{};
    case CommandKind::override_membership: return read_fields<OverrideMembership>(in);
    case CommandKind::put_snapshot: return read_fields<PutSnapshot>(in);
    case CommandKind::lock_list: return read_fields<LockList>(in);
    case CommandKind::delete_list: return read_fields<DeleteList>(in);
    case CommandKind::add_key: return read_fields<AddKey>(in);
    case CommandKind::revoke_key: return read_fields<RevokeKey>(in);
    case CommandKind::track_attribute: return read_fields<TrackAttribute>(in);
    case CommandKind::put_provider: return read_fields<PutProvider>(in);
    case CommandKind::delete_provider: return read_fields<DeleteProvider>(in);
    case CommandKind::put_webhook: return read_fields<PutWebhook>(in);
    case CommandKind::delete_webhook: return read_fields<DeleteWebhook>(in);
    case CommandKind::move_webhook: return read_fields<MoveWebhook>(in);
    case CommandKind::keep_answer: return read_fields<KeepAnswer>(in);
    case CommandKind::put_user: return read_fields<PutUser>(in);
    case CommandKind::delete_user: return read_fields<DeleteUser>(in);
    case CommandKind::begin_session: return read_fields<BeginSession>(in);
    case CommandKind::end_sessions: return read_fields<EndSessions>(in);
    case CommandKind::note_audit: return read_fields<NoteAudit>(in);
    case CommandKind::mark_personal: return read_fields<MarkPersonal>(in);
    case CommandKind::spend_ids: return read_fields<SpendIds>(in);
  }
  CHECK(false, "the kind was checked before its body is read");
  return {};
}

}  // namespace

CommandKind kind_of(const CommandBody& body) { return static_cast<CommandKind>(body.index() + 1); }

Result<std::string> encode_body(const CommandBody& body) {
  ByteWriter out;
  if (const auto* batch = std::get_if<ImportBatch>(&body)) {
    WM_CHECK_OK(write_batch(out, *batch));
    return out.take();
  }
  FieldWriter codec(out);
  std::visit(
      [&]<typename Struct>(const Struct& command) {
        if constexpr (!std::is_same_v<Struct, ImportBatch>) fields<FieldWriter>(codec, command);
      },
      body);
  return out.take();
}

Result<CommandBody> decode_body(std::uint8_t kind, std::string_view bytes) {
  if (kind < 1 || kind > std::variant_size_v<CommandBody>) {
    return fail(ErrorCode::failure, fmt::format("a command of kind {}, which this version does not know", kind),
                "open the store with a newer wanamaker");
  }
  ByteReader in(bytes);
  CommandBody body = read_body(static_cast<CommandKind>(kind), in);
  WM_CHECK_OK(in.finish());
  return body;
}

}  // namespace wanamaker
