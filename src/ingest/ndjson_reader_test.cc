#include "ingest/ndjson_reader.h"

#include "ingest/memory_target.h"

#include <gtest/gtest.h>

namespace wanamaker {
namespace {

struct Read {
  std::vector<std::string> columns;
  std::vector<RawRow> rows;
};

Read read(const std::string& text, std::optional<std::vector<std::string>> known = std::nullopt) {
  const TestDirectory directory;
  auto stream = TextStream::open(directory.write("file.ndjson", text), Encoding::utf8);
  auto reader = NdjsonReader::open(std::move(stream.value()), std::move(known), "file.ndjson");
  Read result;
  RawRow row;
  while ((*reader)->next(row).value()) result.rows.push_back(row);
  result.columns = (*reader)->columns();
  return result;
}

// Nested objects are flattened, numbers keep their text, and a key that is not there is not the same as null.
TEST(NdjsonReader, FlattensObjects) {
  const Read result = read(R"({"id": "1", "address": {"town": "Nitra", "zip": 94901}, "tags": ["a", "b"], "spent": 12.50}
{"id": "2", "address": {"town": null}, "is_vip": true}

)");
  EXPECT_EQ(result.columns, (std::vector<std::string>{"id", "address_town", "address_zip", "tags", "spent", "is_vip"}));
  ASSERT_EQ(result.rows.size(), 2U);
  EXPECT_EQ(result.rows[0].cells[2].text, "94901");
  EXPECT_EQ(result.rows[0].cells[2].form, CellForm::json_number);
  EXPECT_EQ(result.rows[0].cells[3].text, R"(["a","b"])");
  EXPECT_EQ(result.rows[0].cells[4].text, "12.50");
  EXPECT_EQ(result.rows[1].cells[1].form, CellForm::plain);
  EXPECT_TRUE(is_missing(result.rows[1].cells[1]));
  EXPECT_EQ(result.rows[1].cells[2].form, CellForm::absent);
  EXPECT_EQ(result.rows[1].cells[5].text, "true");
  EXPECT_EQ(result.rows[1].line, 2U);
}

TEST(NdjsonReader, BadLinesAreFaults) {
  constexpr std::pair<std::string_view, std::string_view> kCases[] = {
      {"{\"a\": 1", "json"}, {"[1]", "json"}, {"{\"a\": 1, \"a\": 2}", "json"}, {"{\"a\": \"\xE1\"}", "encoding"},
      {"{\"a_b\": 1, \"a\": {\"b\": 2}}", "columns"}, {R"({"a": "x\u0000y"})", "encoding"},
  };
  for (const auto& [line, code] : kCases) {
    const Read result = read(std::string(line) + "\n{\"a\": 1}\n");
    ASSERT_EQ(result.rows.size(), 2U) << line;
    ASSERT_TRUE(result.rows[0].fault) << line;
    EXPECT_EQ(result.rows[0].fault->code, code) << line;
    EXPECT_FALSE(result.rows[1].fault) << line;
  }
}

TEST(NdjsonReader, KnowsItsColumnsInTheSecondPass) {
  const Read result = read("{\"a\": 1}\n{\"b\": 2}\n", std::vector<std::string>{"a"});
  EXPECT_FALSE(result.rows[0].fault);
  EXPECT_EQ(result.rows[1].fault->code, "columns");
}

TEST(NdjsonReader, ALineThatIsTooLongIsAFault) {
  const Read result = read("{\"a\": \"" + std::string(kRowBytesMax, 'x') + "\"}\n{\"a\": 1}\n");
  ASSERT_EQ(result.rows.size(), 2U);
  EXPECT_EQ(result.rows[0].fault->code, "row_size");
  EXPECT_FALSE(result.rows[1].fault);
}

}  // namespace
}  // namespace wanamaker
