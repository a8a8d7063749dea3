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
  const Personal marks{.marks = {{"Town", PersonalMark::personal}, {"email", PersonalMark::plain}}};
  EXPECT_EQ(masked(parsed(R"({"attributes":{"town":"Košice","email":"no address","name":"Jana"}})"), marks).dump(), R"({"attributes":{"town":"•••","email":"no address","name":"•••"}})");
}

TEST(Masking, AnExplanationHidesWhatItSaw) {
  EXPECT_EQ(masked(parsed(R"({"reasons":[{"condition":"name = \"Jana\"","evidence":[{"operand":"name","value":"Jana"},{"operand":"age of birth_date","value":"31"},{"operand":"town","value":"Košice"}]}]})"), {}).dump(),
            R"({"reasons":[{"condition":"name = \"Jana\"","evidence":[{"operand":"name","value":"•••"},{"operand":"age of birth_date","value":"•••"},{"operand":"town","value":"Košice"}]}]})");
  EXPECT_EQ(masked(parsed(R"({"near":[{"event":"order","properties":{"name":"Chair","phone":"+421 900 123 456"}}]})"), {}).dump(), R"({"near":[{"event":"order","properties":{"name":"Chair","phone":"•••"}}]})");
}

// By a word within the name, however it is written and in the languages of those who use this.
TEST(Masking, NamesArePersonalByAWord) {
  for (const char* name : {"work_phone", "customerName", "mobile2", "Surname", "birth_year", "date of birth", "e-mail", "meno", "priezvisko", "Jméno", "příjmení", "telefon_domov", "adresa", "imię", "nazwisko", "ulica", "datum_narodenia", "rodne_cislo", "data_urodzenia",
                           "имя", "Фамилия", "дата_рождения", "мобильный телефон", "billing-address", "contact.name", "KontaktnyTelefon"})
    EXPECT_TRUE(is_personal_attribute(name, {})) << name;
  for (const char* name : {"town", "plan", "email_shop_count_is_plain_only_by_mark", "telling", "renamed", "seats", "mesto", "score"}) EXPECT_EQ(is_personal_attribute(name, {}), std::string_view(name).starts_with("email")) << name;
  for (const char* name : {"phone", "customer_name", "delivery_address", "clientEmail", "jmeno"}) EXPECT_TRUE(is_personal_property(name)) << name;
  for (const char* name : {"name", "address", "product_name", "shop_address", "amount"}) EXPECT_FALSE(is_personal_property(name)) << name;
}

TEST(Masking, EventsAreNoValues) {
  const Personal personal{.marks = {}, .plain_names = {"email_opened"}};
  EXPECT_TRUE(check_asks_nothing_personal("did Email_Opened at least 2 times", personal).has_value());
  EXPECT_FALSE(check_asks_nothing_personal("did email_opened (contact.email is known)", personal).has_value());
}

TEST(Masking, AddressesAreFoundInAnyText) {
  for (const auto& [text, wanted] : {std::pair("write to jana.nová+x@shop.example.", "write to •••"), {"a@b c@d", "••• •••"}, {"@home, 5@", "@home, 5@"}, {"<jana@shop.example>", "<•••>"}, {"mailto:jana@shop.example?x", "mailto:•••?x"}, {"none", "none"}, {"a@b@c", "•••@c"}})
    EXPECT_EQ(without_addresses(text), wanted) << text;
}

TEST(Masking, NobodyAsksForWhatIsHidden) {
  EXPECT_TRUE(check_asks_nothing_personal(R"(town = "name" and note contains "my \"email\" address")", {}).has_value());
  EXPECT_FALSE(check_asks_nothing_personal("`First Name` is known", {}).has_value());
  EXPECT_FALSE(check_asks_nothing_personal("did order (contact.EMAIL is known)", {}).has_value());
  EXPECT_TRUE(check_asks_nothing_personal("email is known", {.marks = {{"email", PersonalMark::plain}}}).has_value());
}

}  // namespace
}  // namespace wanamaker
