#pragma once
// Names of columns: how a file's name becomes ours, and which one was probably meant.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

// A `_` between a lower-case letter or digit and a capital, every run of anything but letters and digits one `_`, then lower
// case; letters of any script stay. CustomerID → customer_id, Z_CostContact → z_cost_contact, Město → město. Valid UTF-8 only.
std::string snake_case(std::string_view column);

// The candidate nearest to `wanted` in edits of letters, case apart; none where all are far.
std::optional<std::string> nearest_name(std::string_view wanted, const std::vector<std::string>& candidates);

}  // namespace wanamaker
