#include "base/text/fold.h"

#include <gtest/gtest.h>

namespace wanamaker {
namespace {

TEST(Fold, TextsThatPeopleHoldForEqualHaveOneKey) {
  EXPECT_EQ(fold_key("PRAHA"), fold_key("praha"));
  EXPECT_EQ(fold_key("Straße"), fold_key("STRASSE"));
  EXPECT_EQ(fold_key("ΣΊΣΥΦΟΣ"), fold_key("σίσυφος"));
  EXPECT_EQ(fold_key("Ko\u0161ice"), fold_key("Kos\u030Cice"));
  EXPECT_NE(fold_key("İ"), fold_key("i"));
}

TEST(Fold, WithoutAccentsTakesMarksAndStrokesButNotTheShortI) {
  EXPECT_EQ(without_accents(fold_key("Košice")), "kosice");
  EXPECT_EQ(without_accents(fold_key("Łódź")), "lodz");
  EXPECT_EQ(without_accents(fold_key("ё")), "е");
  EXPECT_EQ(without_accents(fold_key("Й")), "й");
}

TEST(Fold, SaysWhatIsNoUtf8) {
  EXPECT_TRUE(is_valid_utf8("žlutý 🐎"));
  EXPECT_FALSE(is_valid_utf8("\xff"));
  EXPECT_FALSE(is_valid_utf8("\xed\xa0\x80"));
}

}  // namespace
}  // namespace wanamaker
