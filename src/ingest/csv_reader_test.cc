#include "ingest/csv_reader.h"

#include "ingest/memory_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <random>

namespace wanamaker::csv_reader_test {
namespace {

using Rows = std::vector<std::vector<std::string>>;

struct Read {
  std::vector<std::string> columns;
  Rows rows;
  std::vector<std::string> faults;  // beside the rows; "" for a good one
  std::vector<std::uint64_t> lines;
};

Result<Read> read(const std::string& text, CsvDialect dialect, const CsvHeader& header = {}) {
  const TestDirectory directory;
  WM_TRY(TextStream stream, TextStream::open(directory.write("file.csv", text), Encoding::utf8));
  WM_TRY(const auto reader, CsvReader::open(std::move(stream), dialect, header, "file.csv"));
  Read result{.columns = reader->columns(), .rows = {}, .faults = {}, .lines = {}};
  RawRow row;
  while (true) {
    WM_TRY(const bool is_there, reader->next(row));
    if (!is_there) return result;
    std::vector<std::string> cells;
    for (const RowCell& cell : row.cells) cells.emplace_back(cell.text);
    result.rows.push_back(cells);
    result.faults.push_back(row.fault ? row.fault->code : "");
    result.lines.push_back(row.line);
  }
}

// Rows come as cells, with the line where each starts.
TEST(CsvReader, ReadsRows) {
  const auto result = read("id,name\r\n1,\"Novák, Ján\"\r\n\r\n2,\"two\nlines\"\r\n3,\"he said \"\"no\"\"\"", {});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->columns, (std::vector<std::string>{"id", "name"}));
  EXPECT_EQ(result->rows, (Rows{{"1", "Novák, Ján"}, {"2", "two\nlines"}, {"3", "he said \"no\""}}));
  EXPECT_EQ(result->lines, (std::vector<std::uint64_t>{2, 4, 6}));
}

struct Case {
  std::string text;
  char delimiter;
  Rows rows;
  std::vector<std::string> faults;
};

TEST(CsvReader, Quirks) {
  const Case kCases[] = {
      {"a\tb\n1\t\n", '\t', {{"1", ""}}, {""}},
      {"a,b\r1,2\r3,4\r", ',', {{"1", "2"}, {"3", "4"}}, {"", ""}},
      {"a,b\n 1 , 2 \n", ',', {{" 1 ", " 2 "}}, {""}},
      {"a,b\n1,5\" pipe\n", ',', {{"1", "5\" pipe"}}, {""}},
      {"a,b\n1,\"x\" \n", ',', {{"1", "x"}}, {""}},
      {"a,b\n1,\"x\"y\n2,z\n", ',', {{"1", "xy"}, {"2", "z"}}, {"quote", ""}},
      {"a,b\n1\n1,2,3\n1,2\n", ',', {{"1"}, {"1", "2", "3"}, {"1", "2"}}, {"cells", "cells", ""}},
      {"a,b\n1,\xE1\n2,x\n", ',', {{"1", "\xE1"}, {"2", "x"}}, {"encoding", ""}},
      {"a,b\n1,\"\"\n", ',', {{"1", ""}}, {""}},
      {"a,b\n1,\"a\r\nb\"\n", ',', {{"1", "a\r\nb"}}, {""}},
  };
  for (const auto& [text, delimiter, rows, faults] : kCases) {
    const auto result = read(text, {.delimiter = delimiter});
    ASSERT_TRUE(result) << text;
    EXPECT_EQ(result->rows, rows) << text;
    EXPECT_EQ(result->faults, faults) << text;
  }
}

TEST(CsvReader, RunsOfBlanks) {
  const auto result = read(" id  date\tvalue \r\n 00001 19970101  1.50\r\n\r\n   \r\n00002\t\t19970102 2\r\n", {.delimiter = ' ', .is_blanks = true});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->columns, (std::vector<std::string>{"id", "date", "value"}));
  EXPECT_EQ(result->rows, (Rows{{"00001", "19970101", "1.50"}, {"00002", "19970102", "2"}}));
}

TEST(CsvReader, FilesWithoutAHeader) {
  EXPECT_EQ(read("1,2\n3,4\n", {}, {.is_absent = true})->columns, (std::vector<std::string>{"column_1", "column_2"}));
  const auto named = read("1,2\n3,4\n", {}, {.is_absent = true, .columns = {"a", "b"}});
  EXPECT_EQ(named->columns, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(named->rows.size(), 2U);
  EXPECT_EQ(read("1,2\n", {}, {.is_absent = true, .columns = {"a"}}).error().code, ErrorCode::usage);
}

TEST(CsvReader, AQuoteNeverClosedNamesItsLine) {
  const auto result = read("a,b\n1,x\n2,\"open\n3,y\n", {});
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, testing::HasSubstr("line 3"));
  EXPECT_EQ(result.error().position.line, 3U);
  EXPECT_FALSE(read("a\n\"" + std::string(kRowBytesMax + 10, 'x') + "\n", {}));
}

TEST(CsvReader, ARowThatIsTooLongIsAFault) {
  const auto result = read("a\n" + std::string(kRowBytesMax + 700'000, 'x') + "\nshort\n", {});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->faults, (std::vector<std::string>{"row_size", ""}));
  EXPECT_EQ(result->rows[1], (std::vector<std::string>{"short"}));
}

// A blank first line was taken for a header of one column.
TEST(CsvReader, BlankLinesBeforeTheHeaderArePassedOver) {
  for (const std::string blank : {"\n", "\r\n\r\n", "  \n", ",,\n", " , \n\n", "\"\"\n", "\u00A0\n"}) {
    const auto result = read(blank + "id,name\n1,x\n", {});
    ASSERT_TRUE(result) << blank;
    EXPECT_EQ(result->columns, (std::vector<std::string>{"id", "name"})) << blank;
    EXPECT_EQ(result->rows, (Rows{{"1", "x"}})) << blank;
    EXPECT_EQ(result->lines.at(0), static_cast<std::uint64_t>(std::ranges::count(blank, '\n')) + 2) << blank;
    EXPECT_EQ(name_of(detect_dialect(blank + "id;name\n1;x\n")), ";") << blank;
  }
  EXPECT_EQ(read(" \n id  b\n 1 2\n", {.delimiter = ' ', .is_blanks = true})->columns, (std::vector<std::string>{"id", "b"}));
  EXPECT_EQ(read("\n1,2\n,\n", {}, {.is_absent = true})->rows, (Rows{{"1", "2"}, {"", ""}}));
}

TEST(CsvReader, ALineOfExcelNamesTheDelimiter) {
  for (const std::string line : {"sep=;\r\n", "SEP=;\n", "\"sep=;\"\r\n\r\n"}) {
    const auto result = read(line + "id;name\n1;a,b,c\n", detect_dialect(line + "id;name\n1;a,b,c\n"));
    ASSERT_TRUE(result) << line;
    EXPECT_EQ(result->columns, (std::vector<std::string>{"id", "name"})) << line;
    EXPECT_EQ(result->rows, (Rows{{"1", "a,b,c"}})) << line;
  }
  EXPECT_EQ(name_of(detect_dialect("sep=\t\na,b\n1,2\n")), "tab");
  EXPECT_EQ(name_of(detect_dialect("sep=^\na^b\n1^2\n")), "^");
  EXPECT_EQ(read("sep=;\nid,name\n1,x\n", {})->lines, (std::vector<std::uint64_t>{3}));
  EXPECT_EQ(read("sep=,\n1,x\n", {}, {.is_absent = true})->rows, (Rows{{"1", "x"}}));
  EXPECT_EQ(read("sep=,\n", {}).error().code, ErrorCode::invalid);
  EXPECT_EQ(read("sep=x\n1\n", {})->columns, (std::vector<std::string>{"sep=x"}));
  EXPECT_EQ(read("sep=;;\n1;2;3\n", {.delimiter = ';'})->columns, (std::vector<std::string>{"sep=", "column_2", "column_3"}));
}

// Plain rows are taken from the window eight bytes at once, others byte by byte: of both, with every kind of cell and line end.
TEST(CsvReader, RowsAreTheSameWhereverTheWindowEnds) {
  const std::string kCells[] = {"", "a", "1234567", "12345678", "123456789", " x ", "Ko\u0161ice", "\"", "say \"\"", "a,b", "a\nb", "a\r\nb", std::string(70, 'y')};
  for (std::uint32_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::string text = "a,b,c,d\n";
    Rows wanted;
    for (int i = 0; i < 20'000; ++i) {
      std::vector<std::string> row;
      for (int column = 0; column < 4; ++column) row.push_back(kCells[random() % std::size(kCells)]);
      if (row == std::vector<std::string>(4)) row[0] = "z";
      for (const std::string& cell : row) {
        const bool is_quoted = cell.find_first_of("\",\r\n") != std::string::npos || random() % 4 == 0;
        std::string doubled;
        for (const char c : cell) doubled.append(c == '"' ? 2 : 1, c);
        text += is_quoted ? "\"" + doubled + "\"" : cell;
        text += ',';
      }
      constexpr std::string_view kEnds[] = {"\n", "\r\n", "\r", "\n\n"};
      text.replace(text.size() - 1, 1, kEnds[random() % std::size(kEnds)]);
      wanted.push_back(std::move(row));
    }
    const auto result = read(text, {});
    ASSERT_TRUE(result);
    ASSERT_EQ(result->rows.size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) ASSERT_EQ(result->rows[i], wanted[i]) << i;
    EXPECT_TRUE(std::ranges::all_of(result->faults, &std::string::empty));
  }
}

TEST(CsvReader, AnEmptyFile) {
  EXPECT_EQ(read("", {}).error().code, ErrorCode::invalid);
  EXPECT_EQ(read("\n\n", {}).error().code, ErrorCode::invalid);
  EXPECT_EQ(read(" \n,\n", {}).error().code, ErrorCode::invalid);
  EXPECT_TRUE(read("a,b\n", {})->rows.empty());
}

TEST(CsvReader, DetectsTheDelimiter) {
  constexpr std::pair<std::string_view, std::string_view> kCases[] = {
      {"a,b\n1,2\n", ","}, {"a;b\n1,5;2,5\n", ";"}, {"a\tb\n1\t2\n", "tab"}, {"a|b\n1|2\n", "|"}, {"name\nNovák\n", ","},
      {"a;\"x,y,z\";c\n1;2;3\n", ";"}, {"a,b\n\"x;y;z\",2\n", ","}, {"id,note\n1,\"he said \"\"a;b\"\"\"\n", ","},
  };
  for (const auto& [sample, delimiter] : kCases) EXPECT_EQ(name_of(detect_dialect(sample)), delimiter) << sample;
}

TEST(CsvReader, DelimitersOfTheOption) {
  EXPECT_EQ(name_of(dialect_from("tab").value()), "tab");
  EXPECT_TRUE(dialect_from("blanks")->is_blanks);
  EXPECT_EQ(dialect_from("^")->delimiter, '^');
  for (const auto* wrong : {"", "ab", "\"", "7", "x"}) EXPECT_FALSE(dialect_from(wrong)) << wrong;
}

}  // namespace
}  // namespace wanamaker::csv_reader_test
