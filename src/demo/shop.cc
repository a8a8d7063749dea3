#include "demo/shop.h"

#include "base/check.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker::demo {
namespace {

constexpr Product kProducts[] = {
    {"trail shoes", "shoes", 8'990},
    {"road shoes", "shoes", 7'490},
    {"hiking boots", "shoes", 12'900},
    {"rain jacket", "clothing", 9'900},
    {"merino shirt", "clothing", 4'990},
    {"running tights", "clothing", 3'990},
    {"wool socks", "clothing", 1'290},
    {"down vest", "clothing", 8'490},
    {"city bicycle", "bicycles", 49'900},
    {"bicycle helmet", "bicycles", 5'490},
    {"bicycle lights", "bicycles", 2'990},
    {"repair kit", "bicycles", 1'990},
    {"two-person tent", "camping", 15'900},
    {"sleeping bag", "camping", 8'900},
    {"camping stove", "camping", 4'490},
    {"head torch", "camping", 2'490},
    {"cross-country skis", "winter", 18'900},
    {"ski gloves", "winter", 3'490},
    {"sledge", "winter", 4'290},
    {"skating set", "winter", 6'990},
    {"yoga mat", "fitness", 2'790},
    {"dumbbell set", "fitness", 5'990},
    {"water bottle", "fitness", 1'190},
    {"gift card", "gifts", 3'000},
};
constexpr std::string_view kPages[] = {"/pricing",
                                       "/pricing/teams",
                                       "/",
                                       "/shoes",
                                       "/clothing",
                                       "/bicycles",
                                       "/camping",
                                       "/winter",
                                       "/fitness",
                                       "/gifts",
                                       "/sale",
                                       "/about",
                                       "/shipping",
                                       "/returns",
                                       "/blog/how-to-choose-shoes",
                                       "/blog/winter-care",
                                       "/blog/first-marathon",
                                       "/stores"};
constexpr std::string_view kForms[] = {"quote", "demo", "contact", "survey", "newsletter"};
constexpr std::string_view kLinks[] = {"offer", "product", "blog", "stores"};
constexpr std::string_view kPaymentMethods[] = {"card", "bank_transfer", "cash_on_delivery", "paypal", "blik"};

// In percent of the busiest. December and November before Christmas, little in summer; Sunday and Monday evenings.
constexpr int kMonthWeights[] = {55, 50, 60, 65, 65, 60, 50, 50, 60, 65, 90, 100};
constexpr int kWeekdayWeights[] = {100, 90, 85, 85, 70, 65, 95};  // Monday first
constexpr int kHourWeights[] = {2, 1, 1, 1, 1, 2, 5, 10, 14, 16, 17, 17, 16, 15, 15, 16, 18, 22, 28, 34, 36, 28, 15, 6};
constexpr int kTries = 24;  // on average one in two is taken

struct Season {
  std::string_view name;
  unsigned month;
  unsigned day;
};
constexpr Season kSeasons[] = {{"spring", 3, 20}, {"summer", 6, 10}, {"autumn", 9, 15}, {"christmas", 11, 25}};
constexpr std::int64_t kSendingHour_ms = 8 * 3'600'000;

std::size_t weekday_of(Date day) { return static_cast<std::size_t>(((day.days + 3) % 7 + 7) % 7); }  // day 0 was a Thursday

bool is_busy(Random& random, Date day) {
  const int month = kMonthWeights[civil_from_date(day).month - 1];
  return random.below(10'000) < month * kWeekdayWeights[weekday_of(day)];
}

}  // namespace

std::span<const Product> products() { return kProducts; }
std::span<const std::string_view> pages() { return kPages; }
std::span<const std::string_view> forms() { return kForms; }
std::span<const std::string_view> links() { return kLinks; }
std::span<const std::string_view> payment_methods() { return kPaymentMethods; }

CampaignPlan plan_campaigns(Timestamp from, Timestamp until) {
  CampaignPlan plan;
  const auto add = [&](std::string name, CivilDate day) {
    const Timestamp sent_at{date_from_civil(day).days * kMillisecondsPerDay + kSendingHour_ms};
    if (sent_at >= from && sent_at < until) plan.campaigns.push_back({.name = std::move(name), .sent_at = sent_at});
  };
  for (int year = civil_from_date(utc_date(from)).year; year <= civil_from_date(utc_date(until)).year; ++year) {
    for (const Season& season : kSeasons)
      add(fmt::format("{}-{}", season.name, year), {.year = year, .month = season.month, .day = season.day});
    for (unsigned month = 1; month <= 12; month += 2)
      add(fmt::format("newsletter-{}-{:02}", year, month), {.year = year, .month = month, .day = 5});
  }
  std::ranges::sort(plan.campaigns, {}, &Campaign::sent_at);  // no two on one day
  for (std::size_t i = 0; i < plan.campaigns.size(); ++i)
    if (plan.campaigns[i].name.starts_with("spring")) plan.spring = i;
  return plan;
}

Timestamp shopping_instant(Random& random, Timestamp from, Timestamp until) {
  CHECK(from < until, "there is time to shop");
  const std::int64_t span_ms = until.ms - from.ms;
  for (int i = 0; i < kTries; ++i) {
    const Date day = utc_date(Timestamp{from.ms + random.below(span_ms)});
    if (!is_busy(random, day)) continue;
    const auto hour = static_cast<std::int64_t>(random.weighted(kHourWeights));
    const Timestamp at{day.days * kMillisecondsPerDay + hour * 3'600'000 + random.below(3'600) * 1'000};
    if (at >= from && at < until) return at;
  }
  return Timestamp{from.ms + random.below(span_ms)};
}

}  // namespace wanamaker::demo
