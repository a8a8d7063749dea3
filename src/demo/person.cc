#include "demo/person.h"

#include "base/text/fold.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker::demo {
namespace {

constexpr int kPersonWeights[] = {42, 25, 20, 13};
constexpr std::string_view kInterests[] = {"running", "cycling", "hiking",   "camping", "skiing",
                                           "yoga",    "fitness", "swimming", "travel",  "gardening"};
constexpr int kAgeWeights[] = {0, 18, 30, 24, 16, 9, 3};  // by tens of years
constexpr int kSourceWeights[] = {34, 24, 14, 8, 13, 7};
constexpr int kMailboxWeights[] = {960, 22, 18};
constexpr int kMessWeights[] = {970, 6, 5, 5, 4, 4, 4, 2};

struct Habit {
  int weight;
  std::int64_t open_permille;
  std::int64_t visits_per_year;
};
constexpr Habit kHabits[] = {{24, 60, 1}, {40, 380, 1}, {25, 620, 3}, {11, 820, 9}};

// The two stories of the demo base: a town whose baskets are twice as large, and a source whose customers stopped four months ago.
constexpr std::string_view kTownOfDoubleBaskets = "Poprad";
constexpr std::int64_t kWaveDaysAgo = 122;
constexpr std::int64_t kWaveWidthDays = 14;

constexpr std::string_view kCyrillic[] = {"а", "б", "в", "г", "д", "е", "ё", "ж", "з", "и", "й", "к", "л", "м", "н", "о", "п",
                                          "р", "с", "т", "у", "ф", "х", "ц", "ч", "ш", "щ", "ъ", "ы", "ь", "э", "ю", "я"};
constexpr std::string_view kLatin[] = {"a", "b", "v", "g", "d", "e",  "e",  "zh", "z",  "i",    "y", "k", "l", "m", "n",  "o", "p",
                                       "r", "s", "t", "u", "f", "kh", "ts", "ch", "sh", "shch", "",  "y", "",  "e", "yu", "ya"};
static_assert(std::size(kCyrillic) == std::size(kLatin));

// A name as an e-mail address has it: small Latin letters without accents.
std::string mail_name(std::string_view name) {
  const std::string plain = without_accents(fold_key(name));
  std::string out;
  for (std::size_t i = 0; i < plain.size();) {
    const auto letter = std::ranges::find(kCyrillic, std::string_view(plain).substr(i, 2));
    if (letter == std::end(kCyrillic)) {
      out += plain[i++];
      continue;
    }
    out += kLatin[letter - std::begin(kCyrillic)];
    i += 2;
  }
  return out;
}

const Town& draw_town(Random& random, const Country& country) {
  std::array<int, 64> weights{};
  for (std::size_t i = 0; i < country.towns.size(); ++i) weights[i] = static_cast<int>(1'000 / (i + 3));
  return country.towns[random.weighted(std::span(weights).first(country.towns.size()))];
}

Date draw_birth_date(Random& random, Date today) {
  const auto tens = static_cast<std::int64_t>(random.weighted(kAgeWeights));
  const std::int64_t days = (tens * 10 + 8) * 365 + random.below(3'652);
  return Date{static_cast<std::int32_t>(today.days - days)};
}

std::uint32_t draw_interests(Random& random) {
  std::uint32_t bits = 0;
  for (std::int64_t left = random.below(5); left > 0; --left) bits |= 1U << random.below(static_cast<std::int64_t>(std::size(kInterests)));
  return bits;
}

}  // namespace

std::span<const std::string_view> interests() { return kInterests; }

std::string_view name_of(Source source) {
  constexpr std::string_view kNames[] = {"search", "social_media", "friend", "fair", "advertisement", "price_portal"};
  return kNames[static_cast<std::size_t>(source)];
}

std::string contact_id(const Person& person) { return fmt::format("c{:05}", person.number); }

// The top-level domain .example belongs to nobody (RFC 2606).
std::string email_of(const Person& person) {
  constexpr std::string_view kHosts[] = {"mail.example", "post.example", "inbox.example"};
  return fmt::format("{}.{}{}@{}", mail_name(person.first_name), mail_name(person.last_name), person.number,
                     kHosts[person.number % std::size(kHosts)]);
}

Person People::draw(Random& random, std::uint32_t number) const {
  Person person{.number = number};
  person.country = kCountries[random.weighted(kPersonWeights)];
  person.town = &draw_town(random, *person.country);
  person.gender = random.happens(540) ? Gender::female : Gender::male;
  const bool is_female = person.gender == Gender::female;
  person.first_name = random.pick(is_female ? person.country->female_first : person.country->male_first);
  person.last_name = random.pick(is_female ? person.country->female_last : person.country->male_last);
  person.birth_date = draw_birth_date(random, utc_date(setting_.now));
  person.registered_at = shopping_instant(random, Timestamp{setting_.now.ms - kDemoDays * kMillisecondsPerDay}, setting_.now);
  person.source = static_cast<Source>(random.weighted(kSourceWeights));
  person.mailbox = static_cast<Mailbox>(random.weighted(kMailboxWeights));
  person.mess = static_cast<Mess>(random.weighted(kMessWeights));
  person.interests = draw_interests(random);
  if (random.happens(540))
    person.campaigning = random.happens(100) && person.registered_at < spring_at_ ? Campaigning::held_out : Campaigning::consented;
  if (setting_.companies > 0 && random.happens(120)) person.company = static_cast<std::uint32_t>(random.below(setting_.companies));
  draw_behaviour(random, person);
  return person;
}

void People::draw_behaviour(Random& random, Person& person) const {
  std::array<int, std::size(kHabits)> weights{};
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = kHabits[i].weight;
  const Habit& habit = kHabits[random.weighted(weights)];
  person.open_permille = habit.open_permille;
  person.visits_per_year = habit.visits_per_year;
  if (person.town->name == kTownOfDoubleBaskets) person.basket_percent = 200;
  person.active_until = setting_.now;
  if (random.happens(300)) {
    const Timestamp left{person.registered_at.ms + random.between(60, 900) * kMillisecondsPerDay};
    person.active_until = std::min(person.active_until, left);
  }
  if (person.source == Source::price_portal && random.happens(880)) {
    const std::int64_t days_ago = kWaveDaysAgo + random.between(-kWaveWidthDays, kWaveWidthDays);
    const Timestamp left{setting_.now.ms - days_ago * kMillisecondsPerDay};
    if (left > person.registered_at) person.active_until = std::min(person.active_until, left);
  }
}

}  // namespace wanamaker::demo
