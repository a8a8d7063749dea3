#pragma once
// What one customer did: e-mails received, visits, baskets, orders, forms, and the stages of a lead.

#include "demo/person.h"
#include "demo/shop.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace wanamaker::demo {

enum class EventKind : std::uint8_t {
  email_sent,
  email_opened,
  email_clicked,
  email_bounced,
  page_viewed,
  cart_added,
  order_completed,
  form_submitted
};
inline constexpr std::string_view kEventNames[] = {"email_sent",  "email_opened", "email_clicked",   "email_bounced",
                                                   "page_viewed", "cart_added",   "order_completed", "form_submitted"};

// Small, since all are held at once to bring them into the order of time. What the numbers mean depends on the kind:
//   email_sent, email_opened   first: campaign
//   email_clicked              first: campaign   second: link
//   email_bounced              first: campaign   second: 0 soft, 1 hard
//   page_viewed                first: page
//   cart_added                 first: product    second: pieces
//   order_completed            first: product that names the category   second: payment method   euro_cents: all of it
//   form_submitted             first: form
struct ShopEvent {
  std::int64_t at_ms = 0;
  std::uint32_t person = 0;  // position among the people
  EventKind kind = EventKind::email_sent;
  std::uint8_t second = 0;
  std::uint16_t first = 0;
  std::uint16_t pieces = 0;      // order_completed
  std::uint32_t euro_cents = 0;  // order_completed
};

struct StageChange {
  std::uint32_t person = 0;
  std::string_view stage;
  Timestamp at;
};

// Where the journeys go. The events of a person come in no order.
struct Journeys {
  std::vector<ShopEvent> events;
  std::vector<StageChange> stages;  // of a person in the order of time
};

struct JourneySetting {
  Timestamp now;
  const CampaignPlan& plan;
};
void travel(Random& random, const Person& person, std::uint32_t position, const JourneySetting& setting, Journeys& out);

}  // namespace wanamaker::demo
