#include "store/command_codec.h"

#include "base/bytes.h"
#include "store/command_text_test.h"
#include "store/value_codec.h"

#include <gtest/gtest.h>

#include <map>

namespace wanamaker {
namespace {

const Decimal kPrice = Decimal::from_parts(-1999, 2);

ImportBatch small_batch() {
  ImportBatch batch{.kind = BatchKind::contacts,
                    .keeps_history = true,
                    .columns = {{.name = "town", .type = ValueType::text}, {.name = "ltv", .type = ValueType::number}},
                    .rows = {}};
  batch.rows.push_back({.id = "c1", .owner = "", .at = Timestamp{-5}, .values = {std::string("Košice"), kPrice}});
  batch.rows.push_back({.id = "c2", .values = {Value{}, Value{}}});
  return batch;
}

std::vector<CommandBody> one_of_each() {
  const Attribute attribute{.name = "lead_stage", .type = ValueType::set, .history = History::kept};
  return {small_batch(),
          DeclareEvent{"page_viewed"},
          DeclareRecordType{"opportunity"},
          DeclareAttribute{.table = {TableKind::event, "page_viewed"}, .attribute = attribute},
          AlterAttribute{.table = {TableKind::record, "opportunity"}, .attribute = attribute},
          SetZone{"Europe/Bratislava"},
          PutSet{.key = "towns", .values = {"Košice", "Prešov"}},
          PutSegment{.key = "vip",
                     .text = "ltv > $x",
                     .parameters = {{.name = "x", .type = ValueType::number, .value = kPrice}, {.name = "y", .value = {}}}},
          DeleteSegment{"vip"},
          PutList{"press"},
          AddToList{.key = "press", .contact_ids = {"c1", "c2"}, .by = "jana", .note = "spring"},
          RemoveFromList{.key = "press", .contact_ids = {"c1"}},
          MergeContacts{.from_id = "c1", .into_id = "c2"},
          EraseContact{"c3"},
          AdvanceTime{},
          OverrideMembership{.key = "vip", .what = Override::removed, .contact_ids = {"c1", "c2"}, .by = "jana", .note = "asked by telephone"},
          PutSnapshot{.key = "august", .text = "ltv > $x", .parameters = {{.name = "x", .type = ValueType::number, .value = kPrice}}, .by = "jana", .note = "for the report"},
          LockList{.key = "press", .what = ListLock::unlocked, .by = "jana", .note = ""},
          DeleteList{"press"},
          AddKey{.id = "0123456789ab", .role = KeyRole::write, .name = "shop", .hash = std::string(kKeyHashBytes, '\x7f'), .by = "jana"},
          RevokeKey{.id = "0123456789ab", .by = "jana"},
          TrackAttribute{.name = "plan", .what = Tracking::refused, .by = "jana"},
          PutProvider{.name = "news", .kind = ProviderKind::ses, .secret = "s3cret", .attribute = "email", .by = "jana"},
          DeleteProvider{.name = "news", .by = "jana"},
          PutWebhook{.key = "crm", .address = "https://crm.example/in", .secret = "whsec_x", .segments = {"a", "b"}, .after = 70'000, .by = "jana"},
          DeleteWebhook{.key = "crm", .by = "jana"},
          MoveWebhook{.key = "crm", .from = {.cursor = 1, .until = 300}, .to = {.cursor = 300, .until = 301}, .state = WebhookState::failed, .why = "gone"},
          KeepAnswer{.id = std::string(32, 'i'), .request = std::string(32, 'r'), .sealed = "sealed", .subjects = std::string(16, 's')},
          PutUser{.id = "0123456789ab", .login = "jana@shop.example", .name = "Jana", .role = UserRole::marketer, .password = "$argon2id$", .by = "eva"},
          DeleteUser{.id = "0123456789ab", .by = "eva"},
          BeginSession{.id = std::string(32, 't'), .user = "0123456789ab"},
          EndSessions{.user = "0123456789ab", .session = std::string(32, 't')},
          NoteAudit{.who = "user 0123456789ab", .action = "set", .kind = "segment", .key = "vip", .from = "127.0.0.1"},
          MarkPersonal{.name = "town", .what = PersonalMark::plain, .by = "eva"},
          SpendIds{{"provider:news:1", "token:2"}}};
}

std::string encoded(const CommandBody& body) {
  auto bytes = encode_body(body);
  EXPECT_TRUE(bytes.has_value()) << bytes.error().message;
  return bytes ? *bytes : std::string();
}

Result<CommandBody> decoded(const CommandBody& like, std::string_view bytes) {
  return decode_body(static_cast<std::uint8_t>(kind_of(like)), bytes);
}

void expect_round_trip(const CommandBody& body) {
  const auto again = decoded(body, encoded(body));
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ(text_of(*again), text_of(body));
}

// A command becomes bytes, and the bytes with its kind become the same command.
TEST(CommandCodec, EveryKindComesBack) {
  std::map<CommandKind, int> kinds;
  for (const CommandBody& body : one_of_each()) {
    expect_round_trip(body);
    ++kinds[kind_of(body)];
  }
  EXPECT_EQ(kinds.size(), std::variant_size_v<CommandBody>);
}

TEST(CommandCodec, EveryTypeOfValueComesBackAlsoInAColumnOfAnotherType) {
  const std::vector<Value> values = {Value{},
                                     std::string("Łódź"),
                                     kPrice,
                                     true,
                                     false,
                                     Date{-719'162},
                                     kTimestampMin,
                                     kTimestampMax,
                                     TextSet{"a", "b", "a"},
                                     Location{.latitude = kPrice, .longitude = Decimal(180)},
                                     Decimal(-999'999'999'999'999'999)};
  for (const Value& parameter : values)
    expect_round_trip(PutSegment{.key = "k", .text = "t", .parameters = {{.name = "p", .value = parameter}}});
  for (int type = 0; type <= static_cast<int>(ValueType::location); ++type) {
    ImportBatch batch{.kind = BatchKind::events, .columns = {{.name = "mixed", .type = static_cast<ValueType>(type)}}, .rows = {}};
    for (const Value& value : values) batch.rows.push_back({.id = "c1", .event = "e", .values = {value}});
    expect_round_trip(batch);
  }
}

TEST(CommandCodec, EmptyBatchesComeBack) {
  expect_round_trip(ImportBatch{});
  expect_round_trip(ImportBatch{.kind = BatchKind::account_records, .record_type = "ticket", .columns = {{.name = "a"}}, .rows = {}});
  expect_round_trip(ImportBatch{.columns = {}, .rows = {{.id = "c1"}, {.id = "c2"}}});
}

TEST(CommandCodec, RandomBatchesComeBack) {
  constexpr std::uint64_t kSeed = 20'260'101;
  SCOPED_TRACE(kSeed);
  RandomBatches batches(kSeed);
  for (int i = 0; i < 300; ++i) expect_round_trip(batches.next());
}

TEST(CommandCodec, RepeatedTextsAreWrittenOnce) {
  ImportBatch batch{.kind = BatchKind::events, .columns = {{.name = "campaign"}}, .rows = {}};
  for (int i = 0; i < 5'000; ++i)
    batch.rows.push_back({.id = "c00001", .at = Timestamp{i}, .event = "email_opened", .values = {std::string("a campaign of spring")}});
  const std::string bytes = encoded(batch);
  EXPECT_LT(bytes.size(), 5'000U * 6);
  expect_round_trip(batch);
}

// What came to a command after its first form is left out where it is empty, so older bodies are read as they were.
TEST(CommandCodec, WhatCameLaterIsReadAgain) {
  expect_round_trip(PutSegment{.key = "k", .text = "t", .parameters = {}, .by = "Eva", .note = "why"});
  expect_round_trip(KeepAnswer{.id = std::string(32, 'i'), .request = std::string(32, 'r'), .sealed = "sealed", .subjects = {}, .asker = "0123456789ab"});
}

// What is cut or changed gives an error or another command, but never a crash; what is cut never passes.
TEST(CommandCodec, DamagedBytesAreRefused) {
  constexpr std::uint64_t kSeed = 7;
  SCOPED_TRACE(kSeed);
  RandomBatches batches(kSeed);
  std::vector<CommandBody> bodies = one_of_each();
  for (int i = 0; i < 6; ++i) bodies.emplace_back(batches.next(12, 5));
  for (const CommandBody& body : bodies) {
    const std::string bytes = encoded(body);
    for (std::size_t size = 0; size < bytes.size(); ++size)
      EXPECT_FALSE(decoded(body, std::string_view(bytes).substr(0, size)).has_value()) << size;
    EXPECT_FALSE(decoded(body, bytes + 'x').has_value());
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      std::string flipped = bytes;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
      const auto result = decoded(body, flipped);
      EXPECT_TRUE(result.has_value() || !result.error().message.empty());
    }
  }
}

TEST(CommandCodec, LengthsAreNotTrusted) {
  ByteWriter huge_list;
  huge_list.text("list");
  huge_list.varint(~0ULL);
  const auto list = decode_body(static_cast<std::uint8_t>(CommandKind::remove_from_list), huge_list.view());
  ASSERT_FALSE(list.has_value());
  EXPECT_EQ(list.error().message, "a count exceeds the bytes that follow, at byte 15");

  ByteWriter many_cells;
  many_cells.byte(0);
  many_cells.byte(0);
  many_cells.text("");
  many_cells.varint(kBatchColumnsMax);
  for (std::size_t i = 0; i < kBatchColumnsMax; ++i) many_cells.raw(std::string(2, '\0'));
  many_cells.varint(100'000);
  many_cells.raw(std::string(100'000, '\0'));
  const auto cells = decode_body(static_cast<std::uint8_t>(CommandKind::import_batch), many_cells.view());
  ASSERT_FALSE(cells.has_value());
  EXPECT_TRUE(cells.error().message.starts_with("a batch has too many rows")) << cells.error().message;
}

TEST(CommandCodec, AnUnknownKindIsNamed) {
  for (const int kind : {0, 200, 255}) {
    const auto result = decode_body(static_cast<std::uint8_t>(kind), "");
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().message, fmt::format("a command of kind {}, which this version does not know", kind));
  }
}

TEST(CommandCodec, ABatchThatCouldNotBeReadAgainIsNotWritten) {
  ImportBatch uneven = small_batch();
  uneven.rows[1].values.pop_back();
  EXPECT_EQ(encode_body(uneven).error().message, "the row of 'c2' has 1 values for 2 columns");
  ImportBatch wide;
  wide.columns.resize(kBatchColumnsMax + 1);
  EXPECT_EQ(encode_body(wide).error().code, ErrorCode::invalid);
  ImportBatch long_batch;
  long_batch.rows.resize(kBatchRowsMax + 1);
  EXPECT_EQ(encode_body(long_batch).error().code, ErrorCode::invalid);
}

TEST(Bytes, IntegersComeBackAndOverlongOnesAreRefused) {
  for (const std::uint64_t value : {0ULL, 1ULL, 127ULL, 128ULL, 16'383ULL, 16'384ULL, 1ULL << 63, ~0ULL}) {
    ByteWriter out;
    out.varint(value);
    out.zigzag(static_cast<std::int64_t>(value));
    ByteReader in(out.view());
    EXPECT_EQ(in.varint(), value);
    EXPECT_EQ(in.zigzag(), static_cast<std::int64_t>(value));
    EXPECT_TRUE(in.finish().has_value());
  }
  for (const std::string& bytes : {std::string(10, '\xff'), std::string(9, '\xff') + '\x02', std::string(3, '\xff')}) {
    ByteReader in(bytes);
    EXPECT_EQ(in.varint(), 0U);
    EXPECT_FALSE(in.ok());
  }
}

}  // namespace
}  // namespace wanamaker
