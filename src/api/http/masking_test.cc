#include "api/http/masking.h"

#include <gtest/gtest.h>

namespace wanamaker {
namespace {

Json parsed(std::string_view text) {
  auto json = Json::parse(text);
  EXPECT_TRUE(json.has_value());
  return json ? *json : Json();
}

// A contact as somebody sees it who may not see what is personal.
TEST(Masking, PersonalValuesAreHiddenAndTheRestIsNot) {
  const Json contact = parsed(R"({"id":"jana@shop.example","account":"acme","attributes":{"email":"jana@shop.example","firstName":"Jana","town":"Košice","tags":["a"],"seats":3},"events":[{"event":"order","count":2}]})");
  EXPECT_EQ(masked(contact, {}).dump(), R"({"id":"•••","account":"acme","attributes":{"email":"•••","firstName":"•••","town":"Košice","tags":["a"],"seats":3},"events":[{"event":"order","count":2}]})");
}

TEST(Masking, AMarkCountsMoreThanAName) {
  const PersonalMarks marks{{"Town", PersonalMark::personal}, {"email", PersonalMark::plain}};
  EXPECT_EQ(masked(parsed(R"({"attributes":{"town":"Košice","email":"no address","name":"Jana"}})"), marks).dump(), R"({"attributes":{"town":"•••","email":"no address","name":"•••"}})");
}

TEST(Masking, AnExplanationHidesWhatItSaw) {
  EXPECT_EQ(masked(parsed(R"({"reasons":[{"condition":"name = \"Jana\"","evidence":[{"operand":"name","value":"Jana"},{"operand":"age of birth_date","value":"31"},{"operand":"town","value":"Košice"}]}]})"), {}).dump(),
            R"({"reasons":[{"condition":"name = \"Jana\"","evidence":[{"operand":"name","value":"•••"},{"operand":"age of birth_date","value":"•••"},{"operand":"town","value":"Košice"}]}]})");
  EXPECT_EQ(masked(parsed(R"({"near":[{"event":"order","properties":{"name":"Chair","phone":"+421 900 123 456"}}]})"), {}).dump(), R"({"near":[{"event":"order","properties":{"name":"Chair","phone":"•••"}}]})");
}

TEST(Masking, AddressesAreFoundInAnyText) {
  for (const auto& [text, wanted] : {std::pair("write to jana.nová+x@shop.example.", "write to •••"), {"a@b c@d", "••• •••"}, {"@home, 5@", "@home, 5@"}, {"<jana@shop.example>", "<•••>"}, {"mailto:jana@shop.example?x", "mailto:•••?x"}, {"none", "none"}, {"a@b@c", "•••@c"}})
    EXPECT_EQ(without_addresses(text), wanted) << text;
}

TEST(Masking, NobodyAsksForWhatIsHidden) {
  EXPECT_TRUE(check_asks_nothing_personal(R"(town = "name" and note contains "my \"email\" address")", {}).has_value());
  EXPECT_FALSE(check_asks_nothing_personal("`First Name` is known", {}).has_value());
  EXPECT_FALSE(check_asks_nothing_personal("did order (contact.EMAIL is known)", {}).has_value());
  EXPECT_TRUE(check_asks_nothing_personal("email is known", {{"email", PersonalMark::plain}}).has_value());
}

}  // namespace
}  // namespace wanamaker
