#include "ingest/inference.h"

#include <gtest/gtest.h>

namespace wanamaker {
namespace {

ColumnEvidence evidence_of(const std::vector<std::string>& cells, CellForm form = CellForm::plain) {
  ColumnEvidence evidence;
  for (const std::string& cell : cells) evidence.take({.text = cell, .form = form}, nullptr);
  return evidence;
}

// What holds for every known cell is the type.
TEST(Inference, Types) {
  struct Case {
    std::vector<std::string> cells;
    ValueType type;
  };
  const Case kCases[] = {
      {{"0", "1"}, ValueType::number}, {{"-12.5", "7", " "}, ValueType::number}, {{"00123"}, ValueType::text}, {{"0", "007"}, ValueType::text},
      {{"+5"}, ValueType::text}, {{"1e5"}, ValueType::text}, {{"999999999999999999"}, ValueType::number}, {{"1234567890123456789"}, ValueType::text},
      {{"0.5"}, ValueType::number}, {{"17850.0"}, ValueType::number}, {{"true", "FALSE"}, ValueType::boolean}, {{"yes", "no"}, ValueType::text}, {{"áno", "nie"}, ValueType::text},
      {{"true", "1"}, ValueType::text}, {{"2024-01-31"}, ValueType::date}, {{"2024-01-31", "2024-01-31 10:00"}, ValueType::text},
      {{"2024-01-31 10:00", "2024-01-31T10:00:00Z"}, ValueType::timestamp}, {{"31.01.2024"}, ValueType::text}, {{"2023-02-29"}, ValueType::text},
      {{R"(["a"])", "[]"}, ValueType::set}, {{"[1]"}, ValueType::text}, {{"a|b"}, ValueType::text}, {{"48.7,21.2"}, ValueType::text},
      {{"", " "}, ValueType::text}, {{"1", "x"}, ValueType::text}, {{" 5"}, ValueType::text},
  };
  for (const auto& [cells, type] : kCases) EXPECT_EQ(name_of(evidence_of(cells).type(nullptr)), name_of(type)) << cells[0];
}

TEST(Inference, JsonSaysItself) {
  EXPECT_EQ(evidence_of({"12"}, CellForm::json_text).type(nullptr), ValueType::text);
  EXPECT_EQ(evidence_of({"12"}, CellForm::json_number).type(nullptr), ValueType::number);
  EXPECT_EQ(evidence_of({"1e3"}, CellForm::json_number).type(nullptr), ValueType::text);
  EXPECT_EQ(evidence_of({"true"}, CellForm::json_text).type(nullptr), ValueType::text);
  EXPECT_EQ(evidence_of({"true"}, CellForm::json_boolean).type(nullptr), ValueType::boolean);
  EXPECT_EQ(evidence_of({"2024-01-31"}, CellForm::json_text).type(nullptr), ValueType::date);
}

TEST(Inference, DecimalComma) {
  EXPECT_TRUE(evidence_of({"1,5", "12"}).has_decimal_comma());
  EXPECT_FALSE(evidence_of({"12"}).has_decimal_comma());
  EXPECT_FALSE(evidence_of({"1,5", "2.5"}).has_decimal_comma());
  EXPECT_TRUE(evidence_of({"1,234", "12"}).is_comma_ambiguous());
  EXPECT_FALSE(evidence_of({"1,234", "1,5"}).is_comma_ambiguous());
  EXPECT_FALSE(evidence_of({"0,125"}).is_comma_ambiguous());
}

TEST(Inference, AFormatMakesDatesWhereItHasSeparators) {
  const DateFormat dotted = DateFormat::compile("%d.%m.%Y").value();
  const DateFormat packed = DateFormat::compile("%Y%m%d").value();
  ColumnEvidence evidence;
  evidence.take({.text = "31.01.2024"}, &dotted);
  EXPECT_EQ(evidence.type(&dotted), ValueType::date);
  ColumnEvidence numbers;
  numbers.take({.text = "20240131"}, &packed);
  EXPECT_EQ(numbers.type(&packed), ValueType::number);
}

}  // namespace
}  // namespace wanamaker
