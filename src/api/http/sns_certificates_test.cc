#include "api/http/sns_certificates.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace wanamaker {
namespace {

TEST(SnsCertificates, EachIsFetchedOnce) {
  std::vector<std::string> asked;
  SnsCertificates certificates([&](const std::string& address) -> Result<std::string> {
    asked.push_back(address);
    return "of " + address;
  });
  for (int i = 0; i < 3; ++i) EXPECT_EQ(certificates.at("a", {0}), "of a");
  EXPECT_EQ(certificates.at("b", {0}), "of b");
  EXPECT_EQ(asked, (std::vector<std::string>{"a", "b"}));
}

TEST(SnsCertificates, WhatFailedIsNotAskedAgainAtOnce) {
  int asked = 0;
  SnsCertificates certificates([&](const std::string&) -> Result<std::string> {
    if (++asked == 1) return fail(ErrorCode::failure, "nobody answers");
    return std::string("good");
  });
  EXPECT_FALSE(certificates.at("a", {1'000}).has_value());
  EXPECT_FALSE(certificates.at("a", {1'000 + SnsCertificates::kAgainAfterMs - 1}).has_value());
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(certificates.at("a", {1'000 + SnsCertificates::kAgainAfterMs}), "good");
}

TEST(SnsCertificates, OneIsFetchedAtATime) {
  SnsCertificates* all = nullptr;
  std::optional<bool> other;
  SnsCertificates certificates([&](const std::string&) -> Result<std::string> {
    other = all->at("b", {0}).has_value();
    return std::string("good");
  });
  all = &certificates;
  EXPECT_EQ(certificates.at("a", {0}), "good");
  EXPECT_EQ(other, false);
}

TEST(SnsCertificates, FewAreKept) {
  int asked = 0;
  SnsCertificates certificates([&](const std::string& address) -> Result<std::string> {
    ++asked;
    return address;
  });
  for (int round = 0; round < 2; ++round)
    for (std::size_t i = 0; i <= SnsCertificates::kKeptMax; ++i) EXPECT_TRUE(certificates.at("a" + std::to_string(i), {0}).has_value());
  EXPECT_GT(asked, static_cast<int>(SnsCertificates::kKeptMax) + 1);
}

}  // namespace
}  // namespace wanamaker
