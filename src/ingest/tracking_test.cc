#include "ingest/tracking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wanamaker::tracking_test {
namespace {

using testing::HasSubstr;

const Timestamp kReceived = *parse_timestamp("2026-03-01T12:00:00Z");

struct Read {
  Json json;
  std::expected<TrackingMessage, std::string> message;
};

// `kind`: nothing for an item of a batch.
std::unique_ptr<Read> read(std::string_view text, std::optional<TrackingKind> kind = TrackingKind::track, std::optional<Timestamp> sent_at = {}) {
  auto result = std::make_unique<Read>();
  result->json = *Json::parse(text);
  result->message = read_tracking(result->json, {.kind = kind, .sent_at = sent_at, .received_at = kReceived});
  return result;
}

std::string names_of(const std::vector<TrackedProperty>& properties) {
  std::string names;
  for (const TrackedProperty& property : properties) names += property.name + "=" + property.value->dump() + " ";
  return names;
}

TEST(Tracking, ATrackMessageIsAnEventOfSomebody) {
  const auto read_one = read(R"({"userId":"u1","event":"Order Completed","messageId":"m1","properties":{"total":9.5,"address":{"town":"Nitra"},"gone":null}})");
  const TrackingMessage& message = read_one->message.value();
  EXPECT_EQ(message.contact_id(), "u1");
  EXPECT_EQ(message.event, "Order Completed");
  EXPECT_EQ(message.message_id, "m1");
  EXPECT_EQ(message.at, kReceived);
  EXPECT_EQ(names_of(message.properties), "total=9.5 address.town=\"Nitra\" ");
}

TEST(Tracking, TheTimeIsCorrectedByTheClockOfTheDevice) {
  const auto at = [](std::string_view members, std::optional<Timestamp> sent_at = {}) {
    return to_string(read(std::string(R"({"userId":"u","event":"e",)") + std::string(members) + "}", TrackingKind::track, sent_at)->message->at);
  };
  EXPECT_EQ(at(R"("timestamp":"2020-01-01T00:00:00Z","sentAt":"2020-01-01T00:00:10Z")"), "2026-03-01T11:59:50Z");
  EXPECT_EQ(at(R"("originalTimestamp":"2020-01-01T00:00:00Z","timestamp":"1999-01-01T00:00:00Z","sentAt":"2020-01-02T00:00:00Z")"), "2026-02-28T12:00:00Z");
  EXPECT_EQ(at(R"("timestamp":"2020-01-01T00:00:00Z")", parse_timestamp("2020-01-01T00:01:00Z")), "2026-03-01T11:59:00Z");
  EXPECT_EQ(at(R"("timestamp":"2025-06-01T00:00:00Z")"), "2025-06-01T00:00:00Z");
  EXPECT_EQ(at(R"("timestamp":"2025-06-01T00:00:00Z","sentAt":"soon")"), "2025-06-01T00:00:00Z");
  EXPECT_EQ(at(R"("sentAt":"2020-01-01T00:00:10Z")"), "2026-03-01T12:00:00Z");
  EXPECT_EQ(at(R"("timestamp":"0001-01-01T00:00:00Z","sentAt":"9999-12-31T23:59:59Z")"), "0001-01-01T00:00:00Z");
}

TEST(Tracking, EveryKindHasItsEvent) {
  EXPECT_EQ(names_of(read(R"({"anonymousId":"a","name":"Home","properties":{"name":"mine"}})", TrackingKind::page)->message->properties), "name=\"mine\" ");
  EXPECT_EQ(read(R"({"anonymousId":"a"})", TrackingKind::page)->message->contact_id(), "anon:a");
  EXPECT_EQ(read(R"({"userId":"u"})", TrackingKind::screen)->message->event, "screen_viewed");
  EXPECT_EQ(names_of(read(R"({"userId":"u","groupId":"g","traits":{"size":5,"group_id":"x"}})", TrackingKind::group)->message->properties), "size=5 group_id=\"g\" ");
  EXPECT_EQ(names_of(read(R"({"userId":"u","context":{"traits":{"plan":"pro"}}})", TrackingKind::identify)->message->traits), "plan=\"pro\" ");
  EXPECT_EQ(read(R"({"type":"alias","userId":"u","previousId":"p"})", std::nullopt)->message->previous_id, "p");
}

TEST(Tracking, WhatCannotBeIsRefusedWithAReason) {
  const std::pair<std::string, std::string> kCases[] = {{R"(7)", "no JSON object"},
                                                        {R"({"type":"t","userId":"u"})", "'type' is none of"},
                                                        {R"({"type":"track","userId":7})", "'userId' is no text"},
                                                        {R"({"type":"track","event":"e"})", "neither 'userId' nor 'anonymousId'"},
                                                        {R"({"type":"track","userId":"anon:x","event":"e"})", "begin with anon:"},
                                                        {R"({"type":"track","userId":"u"})", "'event' is missing"},
                                                        {R"({"type":"group","userId":"u"})", "'groupId' is missing"},
                                                        {R"({"type":"alias","userId":"u"})", "'previousId'"},
                                                        {R"({"type":"track","userId":")" + std::string(600, 'x') + R"(","event":"e"})", "more than 512 bytes"},
                                                        {R"({"type":"track","userId":"u","event":"e","p":")" + std::string(40'000, 'x') + R"("})", "more than 32768 bytes"}};
  for (const auto& [text, reason] : kCases) {
    const auto refused = read(text, std::nullopt);
    ASSERT_FALSE(refused->message.has_value()) << text;
    EXPECT_THAT(refused->message.error(), HasSubstr(reason));
  }
}

// The limit is one of the text without white space: an item of just so many bytes is taken, whatever it is made of.
TEST(Tracking, AnItemIsMeasuredAsItIsWritten) {
  const std::string_view parts[] = {R"({"userId":"u","event":"e","properties":{"empty":{},"none":[],"list":[1,-2.50,true,false,null,"a\"\\\n\u0001ž",{"x":[]}],"pad":")", R"("}})"};
  const std::string without = Json::parse(std::string(parts[0]) + std::string(parts[1]))->dump();
  for (const std::size_t bytes : {kTrackedEventBytesMax, kTrackedEventBytesMax + 1}) {
    const auto message = read(std::string(parts[0]) + std::string(bytes - without.size(), 'x') + std::string(parts[1]));
    EXPECT_EQ(message->json.dump().size(), bytes);
    EXPECT_EQ(message->message.has_value(), bytes == kTrackedEventBytesMax);
  }
}

}  // namespace
}  // namespace wanamaker::tracking_test
