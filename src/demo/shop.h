#pragma once
// What the shop of the demo base offers and does: its products, pages and campaigns, and when its customers come.

#include "base/time.h"
#include "demo/random.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker::demo {

struct Product {
  std::string_view name;
  std::string_view category;
  std::int32_t euro_cents;
};

std::span<const Product> products();
std::span<const std::string_view> pages();            // paths that any visit may see; those of pricing come first
inline constexpr std::size_t kPricingPages = 2;       // of pages()
std::span<const std::string_view> forms();            // the last is the one of the newsletter
std::span<const std::string_view> links();            // of campaigns
std::span<const std::string_view> payment_methods();  // the last is used in Poland only

struct Campaign {
  std::string name;  // season or month with its year
  Timestamp sent_at;
};

// Campaigns sent in [from, until), in the order of time. `spring` is the position of the latest one of spring.
struct CampaignPlan {
  std::vector<Campaign> campaigns;
  std::size_t spring = 0;
};
CampaignPlan plan_campaigns(Timestamp from, Timestamp until);

// An instant in [from, until), more likely before Christmas and on the days and hours when people shop.
Timestamp shopping_instant(Random& random, Timestamp from, Timestamp until);

}  // namespace wanamaker::demo
