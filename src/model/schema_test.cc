#include "model/schema.h"

#include <gtest/gtest.h>

namespace wanamaker {
namespace {

// Names keep their spelling and ids are positions.
TEST(Schema, FindsByExactName) {
  Schema schema;
  const AttributeId country = schema.contact.add({.name = "country", .type = ValueType::text});
  schema.contact.add({.name = "Country", .type = ValueType::number});
  schema.events.push_back({.name = "order_completed", .properties = {}});
  schema.records.push_back({.name = "opportunity", .fields = {}});

  EXPECT_EQ(schema.contact.find("country"), country);
  EXPECT_EQ(schema.contact.at(AttributeId{1}).type, ValueType::number);
  EXPECT_EQ(schema.contact.find("COUNTRY"), std::nullopt);
  EXPECT_EQ(schema.find_event("order_completed"), EventTypeId{0});
  EXPECT_EQ(schema.find_event("opportunity"), std::nullopt);
  EXPECT_EQ(schema.find_record("opportunity"), RecordTypeId{0});
}

TEST(Schema, ChecksNames) {
  const TableName contacts{.kind = TableKind::contact};
  EXPECT_TRUE(check_name(contacts, "Město"));
  EXPECT_TRUE(check_name(contacts, std::string(kNameBytesMax, 'n')));
  EXPECT_FALSE(check_name(contacts, std::string(kNameBytesMax + 1, 'n')));
  EXPECT_FALSE(check_name(contacts, ""));
  EXPECT_FALSE(check_name(contacts, "id"));
  EXPECT_FALSE(check_name(contacts, "\xc3"));
  EXPECT_FALSE(check_name({.kind = TableKind::record, .name = "opportunity"}, "ID"));
  EXPECT_TRUE(check_name({.kind = TableKind::event, .name = "order_completed"}, "id"));
}

}  // namespace
}  // namespace wanamaker
