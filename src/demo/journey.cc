#include "demo/journey.h"

#include <algorithm>
#include <optional>

namespace wanamaker::demo {
namespace {

constexpr std::int64_t kMinute_ms = 60'000;
constexpr std::int64_t kDay_ms = kMillisecondsPerDay;
constexpr std::int64_t kLostAfterDays = 180;  // from the end of what a customer does to the stage that says so

// How often something follows from something else, in one of a thousand.
constexpr std::int64_t kClickAfterOpen = 270;
constexpr std::int64_t kUnsettledBounce = 550;  // a soft bounce of a mailbox that has them
constexpr std::int64_t kBasketInVisit = 400;
constexpr std::int64_t kOrderAfterBasket = 560;
constexpr std::int64_t kOrderAfterSpring = 170;  // of those who opened the campaign of spring; those held out do not get it
constexpr std::int64_t kPricingInVisit = 60;     // of people without a company
constexpr std::int64_t kPricingInVisitOfCompany = 420;
constexpr std::int64_t kFormAfterPricing = 300;
constexpr std::int64_t kFormInVisit = 40;

class Journey {
 public:
  Journey(Random& random, const Person& person, std::uint32_t position, const JourneySetting& setting, Journeys& out)
      : random_(random), person_(person), position_(position), setting_(setting), out_(out), first_event_(out.events.size()) {}

  void run() {
    if (person_.source == Source::social_media || person_.source == Source::advertisement) {
      add(EventKind::form_submitted, person_.registered_at.ms, forms().size() - 1);
    }
    if (person_.campaigning != Campaigning::without_consent)
      for (std::size_t i = 0; i < setting_.plan.campaigns.size() && !unreachable_; ++i) receive(i);
    make_visits();
    make_stages();
  }

 private:
  // Events after the end of what the person does, or in the future, did not happen.
  bool add(EventKind kind, std::int64_t at_ms, std::size_t first, std::size_t second = 0) {
    const bool is_own_doing = kind != EventKind::email_sent && kind != EventKind::email_bounced;
    if (at_ms >= setting_.now.ms || (is_own_doing && at_ms >= person_.active_until.ms)) return false;
    out_.events.push_back({.at_ms = at_ms,
                           .person = position_,
                           .kind = kind,
                           .second = static_cast<std::uint8_t>(second),
                           .first = static_cast<std::uint16_t>(first)});
    return true;
  }

  void receive(std::size_t campaign) {
    const std::int64_t sent_ms = setting_.plan.campaigns[campaign].sent_at.ms + random_.below(90 * 60) * 1'000;
    const bool is_spring = campaign == setting_.plan.spring;
    if (sent_ms < person_.registered_at.ms || (is_spring && person_.campaigning == Campaigning::held_out)) return;
    if (!add(EventKind::email_sent, sent_ms, campaign)) return;
    const bool is_hard = person_.mailbox == Mailbox::hard_bounces;
    if (is_hard || (person_.mailbox == Mailbox::soft_bounces && random_.happens(kUnsettledBounce))) {
      add(EventKind::email_bounced, sent_ms + random_.between(2, 300) * 1'000, campaign, is_hard ? 1 : 0);
      unreachable_ = is_hard;
      return;
    }
    if (!random_.happens(person_.open_permille)) return;
    std::int64_t at_ms = sent_ms + random_.between(1, random_.happens(700) ? 480 : 4'300) * kMinute_ms + random_.below(60) * 1'000;
    if (!add(EventKind::email_opened, at_ms, campaign)) return;
    if (is_spring && random_.happens(kOrderAfterSpring)) visit_and_order(at_ms + random_.between(60, 14 * 1'440) * kMinute_ms);
    if (!random_.happens(kClickAfterOpen)) return;
    for (std::int64_t clicks = random_.happens(250) ? 2 : 1; clicks > 0; --clicks) {
      at_ms += random_.between(5, 400) * 1'000;
      if (!add(EventKind::email_clicked, at_ms, campaign, random_.position(links().size()))) return;
    }
    visit(at_ms + random_.between(2, 30) * 1'000);
  }

  void make_visits() {
    const Timestamp until = std::min(person_.active_until, setting_.now);
    if (until <= person_.registered_at) return;
    const std::int64_t days = (until.ms - person_.registered_at.ms) / kDay_ms;
    const std::int64_t expected_thousandths = days * person_.visits_per_year * 1'000 / 365;
    // Around the expected number, from half of it to one and a half.
    std::int64_t visits = expected_thousandths * random_.between(500, 1'500) / 1'000'000;
    visits += random_.happens(expected_thousandths % 1'000) ? 1 : 0;
    for (; visits > 0; --visits) visit(shopping_instant(random_, person_.registered_at, until).ms);
  }

  void visit(std::int64_t at_ms) {
    const bool sees_pricing = random_.happens(person_.company ? kPricingInVisitOfCompany : kPricingInVisit);
    for (std::int64_t views = random_.between(1, 2); views > 0; --views) {
      const std::size_t page = kPricingPages + random_.position(pages().size() - kPricingPages);
      if (!add(EventKind::page_viewed, at_ms, page)) return;
      at_ms += random_.between(8, 240) * 1'000;
    }
    if (sees_pricing) {
      if (!add(EventKind::page_viewed, at_ms, random_.position(kPricingPages))) return;
      const std::size_t form = random_.position(2);
      if (random_.happens(kFormAfterPricing)) add(EventKind::form_submitted, at_ms + random_.between(1, 9 * 1'440) * kMinute_ms, form);
    } else if (random_.happens(kFormInVisit)) {
      const std::size_t form = 2 + random_.position(2);
      add(EventKind::form_submitted, at_ms + random_.between(20, 200) * 1'000, form);
    }
    if (!random_.happens(kBasketInVisit)) return;
    const bool orders = random_.happens(kOrderAfterBasket);
    fill_basket(at_ms + random_.between(10, 400) * 1'000, orders);
  }

  void visit_and_order(std::int64_t at_ms) {
    if (add(EventKind::page_viewed, at_ms, kPricingPages)) fill_basket(at_ms + random_.between(60, 900) * 1'000, true);
  }

  void fill_basket(std::int64_t at_ms, bool orders) {
    std::int64_t euro_cents = 0;
    std::size_t product = 0;
    std::int64_t pieces = 0;
    for (std::int64_t kinds = random_.happens(300) ? 2 : 1; kinds > 0; --kinds) {
      product = random_.position(products().size());
      const std::int64_t number = random_.happens(150) ? random_.between(2, 3) : 1;
      if (!add(EventKind::cart_added, at_ms, product, static_cast<std::size_t>(number))) return;
      at_ms += random_.between(20, 300) * 1'000;
      pieces += number;
      euro_cents += number * products()[product].euro_cents;
    }
    if (!orders) return;
    euro_cents = euro_cents * person_.basket_percent * random_.between(80, 100) / 10'000;  // up to a fifth off
    const std::size_t payment = draw_payment();
    if (!add(EventKind::order_completed, at_ms + random_.between(40, 1'800) * 1'000, product, payment)) return;
    out_.events.back().pieces = static_cast<std::uint16_t>(pieces * (person_.basket_percent / 100));
    out_.events.back().euro_cents = static_cast<std::uint32_t>(euro_cents);
  }

  std::size_t draw_payment() {
    constexpr int kWeights[] = {52, 14, 22, 12};
    if (person_.country == &kPoland && random_.happens(550)) return payment_methods().size() - 1;
    return random_.weighted(kWeights);
  }

  // subscriber, then lead (the first click, form or basket), then customer (the first order), then lost (long after all ended).
  void make_stages() {
    std::optional<std::int64_t> lead_ms;
    std::optional<std::int64_t> customer_ms;
    const auto take_earlier = [](std::optional<std::int64_t>& known, std::int64_t at_ms) {
      known = std::min(known.value_or(at_ms), at_ms);
    };
    for (std::size_t i = first_event_; i < out_.events.size(); ++i) {
      const ShopEvent& event = out_.events[i];
      if (event.kind == EventKind::order_completed) take_earlier(customer_ms, event.at_ms);
      if (event.kind == EventKind::email_clicked || event.kind == EventKind::cart_added || event.kind == EventKind::form_submitted)
        take_earlier(lead_ms, event.at_ms);
    }
    add_stage("subscriber", person_.registered_at.ms);
    if (lead_ms && *lead_ms > person_.registered_at.ms) add_stage("lead", *lead_ms);
    if (!customer_ms) return;
    add_stage("customer", *customer_ms);
    const std::int64_t lost_ms = person_.active_until.ms + kLostAfterDays * kDay_ms;
    if (lost_ms < setting_.now.ms) add_stage("lost", lost_ms);
  }
  void add_stage(std::string_view stage, std::int64_t at_ms) {
    out_.stages.push_back({.person = position_, .stage = stage, .at = Timestamp{at_ms}});
  }

  Random& random_;
  const Person& person_;
  std::uint32_t position_;
  const JourneySetting& setting_;
  Journeys& out_;
  std::size_t first_event_;
  bool unreachable_ = false;  // a hard bounce ends the sending
};

}  // namespace

void travel(Random& random, const Person& person, std::uint32_t position, const JourneySetting& setting, Journeys& out) {
  Journey(random, person, position, setting, out).run();
}

}  // namespace wanamaker::demo
