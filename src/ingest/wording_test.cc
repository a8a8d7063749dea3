#include "ingest/wording.h"

#include <gtest/gtest.h>

namespace wanamaker {
namespace {

TEST(Wording, OptionsBecomeParameters) {
  EXPECT_EQ(with_parameters("write --decimal comma or --decimal point"), "write 'decimal' comma or 'decimal' point");
  EXPECT_EQ(with_parameters("an import of contacts needs --id"), "an import of contacts needs 'id'");
  EXPECT_EQ(with_parameters("(other forms need --date-format)"), "(other forms need 'date-format')");
  EXPECT_EQ(with_parameters("--type price=number: leave it out"), "'type' price=number: leave it out");
}

TEST(Wording, WhatIsNoOptionStays) {
  for (const char* text : {"", "--", "a -- b", "a--b", "---id", "2026-03-01", "a column 'x' --", "say 'decimal' comma"}) EXPECT_EQ(with_parameters(text), text);
}

}  // namespace
}  // namespace wanamaker
