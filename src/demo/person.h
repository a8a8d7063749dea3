#pragma once
// One made-up customer, and how he or she will behave. Key idea: everything that a journey (demo/journey.h) depends on is drawn here,
// so that a journey is a function of a person and a stream of random numbers.

#include "base/time.h"
#include "demo/names.h"
#include "demo/random.h"
#include "demo/shop.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wanamaker::demo {

inline constexpr std::int64_t kDemoDays = 3 * 365;          // how far back the demo base goes
inline constexpr std::uint32_t kCompaniesPerThousand = 30;  // companies for a thousand contacts

enum class Gender : std::uint8_t { female, male };
enum class Source : std::uint8_t { search, social_media, friend_told, fair, advertisement, price_portal };
enum class Mailbox : std::uint8_t { good, soft_bounces, hard_bounces };
enum class Campaigning : std::uint8_t { without_consent, consented, held_out };  // held out: of the latest campaign of spring

// Untidy values, as real files have them; most people have none.
enum class Mess : std::uint8_t { none, lower_case_city, padded_city, no_city, swapped_names, bare_phone, no_birth_date, upper_case_email };

struct Person {
  std::uint32_t number = 0;  // from 1
  const Country* country = nullptr;
  const Town* town = nullptr;
  Gender gender = Gender::female;
  std::string_view first_name = {};
  std::string_view last_name = {};
  Date birth_date = {};
  Timestamp registered_at = {};
  Timestamp active_until = {};  // nothing is bought, read or visited from then on
  Source source = Source::search;
  Mailbox mailbox = Mailbox::good;
  Campaigning campaigning = Campaigning::without_consent;
  Mess mess = Mess::none;
  std::uint32_t interests = 0;        // bits, by position in interests()
  std::int64_t open_permille = 0;     // of the e-mails sent
  std::int64_t visits_per_year = 0;   // without those that an e-mail brings
  std::int64_t basket_percent = 100;  // of the usual amount
  std::optional<std::uint32_t> company = {};
};

std::span<const std::string_view> interests();
std::string_view name_of(Source source);
std::string contact_id(const Person& person);
std::string email_of(const Person& person);

// Draws people one after another. `companies` is how many there are to work for. Single-threaded.
class People {
 public:
  struct Setting {
    Timestamp now;
    std::uint32_t companies = 0;
  };
  People(Setting setting, const CampaignPlan& plan) : setting_(setting), spring_at_(plan.campaigns[plan.spring].sent_at) {}
  Person draw(Random& random, std::uint32_t number) const;

 private:
  void draw_behaviour(Random& random, Person& person) const;

  Setting setting_;
  Timestamp spring_at_;
};

}  // namespace wanamaker::demo
