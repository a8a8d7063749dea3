#include "base/json.h"

#include <gtest/gtest.h>

namespace wanamaker {
namespace {

TEST(JsonValue, KeepsNumbersAsWritten) {
  const auto value = Json::parse(R"({"a": [1.10, -0, 123456789012345678], "b": {"c": null, "d": true, "e": "\u017eltý"}})");
  ASSERT_TRUE(value.has_value()) << value.error().message;
  EXPECT_EQ(value->dump(), R"({"a":[1.10,-0,123456789012345678],"b":{"c":null,"d":true,"e":"žltý"}})");
}

TEST(JsonValue, RefusesWhatIsNoSingleCleanValue) {
  for (const char* text : {"", "{", "[1,]", "{\"a\":1,\"a\":2}", "1 2", "01", "1e", "nul", "[1] 2", "1] [2", "{\"a\" 1}", "\"\xff\"", "tru", "+1"}) {
    EXPECT_FALSE(Json::parse(text).has_value()) << text;
  }
  EXPECT_TRUE(Json::parse(" 7 ").has_value());
  EXPECT_TRUE(Json::parse("\"x\"").has_value());
  EXPECT_FALSE(Json::parse(std::string(100, '[') + std::string(100, ']')).has_value());
}

}  // namespace
}  // namespace wanamaker
