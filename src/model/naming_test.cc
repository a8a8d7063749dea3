#include "model/naming.h"

#include <gtest/gtest.h>

namespace wanamaker {
namespace {

// A column of a file becomes a name that needs no back-ticks.
TEST(Naming, SnakeCase) {
  constexpr std::pair<std::string_view, std::string_view> kCases[] = {
      {"CustomerID", "customer_id"}, {"Year_Birth", "year_birth"}, {"Z_CostContact", "z_cost_contact"}, {"Město", "město"},
      {"MntMeatProducts", "mnt_meat_products"}, {"AcceptedCmp3", "accepted_cmp3"}, {"customerID", "customer_id"}, {"ID", "id"},
      {"StreamingTV", "streaming_tv"}, {"unit price", "unit_price"}, {"a - b", "a_b"}, {"Age 2Day", "age_2_day"},
      {"Annual Income (k$)", "annual_income_k_"}, {"Čas", "čas"}, {"названиеГорода", "название_города"}, {"x__y", "x_y"},
      {"me\u030Csto", "m\u011Bsto"}, {"already_snake", "already_snake"}, {"", ""},
  };
  for (const auto& [column, name] : kCases) EXPECT_EQ(snake_case(column), name) << column;
}

TEST(Naming, SuggestsTheNearest) {
  const std::vector<std::string> columns{"CustomerID", "InvoiceDate", "Country"};
  EXPECT_EQ(nearest_name("custmer_id", columns), "CustomerID");
  EXPECT_EQ(nearest_name("COUNTY", columns), "Country");
  EXPECT_EQ(nearest_name("birthday", columns), std::nullopt);
}

}  // namespace
}  // namespace wanamaker
