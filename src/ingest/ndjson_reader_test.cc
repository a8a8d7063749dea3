#include "ingest/ndjson_reader.h"

#include "ingest/memory_target.h"

#include <gtest/gtest.h>

#include <deque>

namespace wanamaker::ndjson_reader_test {
namespace {

struct Read {
  std::vector<std::string> columns;
  std::vector<RawRow> rows;
  std::deque<std::string> texts;  // of their cells
};

Result<Read> try_read(const std::string& text, JsonLayout layout, std::optional<std::vector<std::string>> known = std::nullopt) {
  const TestDirectory directory;
  WM_TRY(auto stream, TextStream::open(directory.write("file.ndjson", text), Encoding::utf8));
  WM_TRY(const auto reader, NdjsonReader::open(std::move(stream), layout, std::move(known), "file.ndjson"));
  Read result;
  RawRow row;
  while (true) {
    WM_TRY(const bool is_there, reader->next(row));
    if (!is_there) break;
    for (RowCell& cell : row.cells) cell.text = result.texts.emplace_back(cell.text);
    result.rows.push_back(row);
  }
  result.columns = reader->columns();
  return result;
}

Read read(const std::string& text, std::optional<std::vector<std::string>> known = std::nullopt) {
  return try_read(text, JsonLayout::lines, std::move(known)).value();
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

// A file of one array was read as CSV.
TEST(NdjsonReader, AnArrayOfObjectsIsItsElements) {
  const Read result = try_read("\n[\n  {\"id\": \"1\", \"note\": \"a ] \\\" , [\"},\n  {\"id\": \"2\",\n   \"tags\": [\"x\", \"y\"], \"at\": {\"zip\": 7}}\n, 5, ,{\"id\": \"3\"} {\"id\": \"4\"}]\n\n",
                               JsonLayout::array).value();
  EXPECT_EQ(result.columns, (std::vector<std::string>{"id", "note", "tags", "at_zip"}));
  ASSERT_EQ(result.rows.size(), 5U);
  EXPECT_EQ(result.rows[0].cells[1].text, "a ] \" , [");
  EXPECT_EQ(result.rows[0].line, 3U);
  EXPECT_EQ(result.rows[1].cells[2].text, R"(["x","y"])");
  EXPECT_EQ(result.rows[1].line, 4U);
  EXPECT_EQ(result.rows[2].fault->reason, "the element is no JSON object; an array of objects was expected");
  EXPECT_EQ(result.rows[4].cells[0].text, "4");
  EXPECT_EQ(result.rows[4].line, 6U);
  EXPECT_TRUE(try_read("[]", JsonLayout::array)->rows.empty());
}

TEST(NdjsonReader, ABrokenArrayNamesItsLine) {
  for (const std::string text : {"\n[{\"id\": \"1\"}", "\n[{\"id\": \"1\"", "\n[", "\n[{\"id\": \"1}]"}) {
    const auto result = try_read(text, JsonLayout::array);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().message, "the JSON array that opens on line 2 is not closed before the file ends") << text;
    EXPECT_EQ(result.error().position.line, 2U) << text;
  }
  EXPECT_EQ(try_read("[{}]\n{}\n", JsonLayout::array).error().position.line, 2U);
  const Read result = try_read("[{\"a\": \"" + std::string(kRowBytesMax, 'x') + "\"},\n{\"a\": 1}]", JsonLayout::array).value();
  ASSERT_EQ(result.rows.size(), 2U);
  EXPECT_EQ(result.rows[0].fault->code, "row_size");
  EXPECT_EQ(result.rows[1].line, 2U);
}

TEST(NdjsonReader, LayoutsAreToldByTheirBeginning) {
  EXPECT_EQ(json_layout_of(" {\"a\": 1}"), JsonLayout::lines);
  EXPECT_EQ(json_layout_of("\n[ \n{\"a\": 1}]"), JsonLayout::array);
  EXPECT_EQ(json_layout_of("[]"), JsonLayout::array);
  for (const auto* csv : {"", "id,a\n", "[id],[a]\n", "[\"id\"]"}) EXPECT_EQ(json_layout_of(csv), std::nullopt) << csv;
}

}  // namespace
}  // namespace wanamaker::ndjson_reader_test
