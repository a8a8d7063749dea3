// Makes the reference workload: contacts.csv and events.csv (in time order) of any scale, the same bytes on every machine.
//
//   wanamaker_workload CONTACTS EVENTS DIRECTORY [SEED]
//
// Every draw comes from SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). A contact is drawn from a
// stream of its own, all events from one. Values are skewed by a Zipf law, contacts and instants by powers of a uniform draw, so that few
// contacts do most and most happened lately. The order of the draws is part of the format: bench/expected-*.tsv hold for it alone.
// Source of the distributions and of the formats of the two files: the workload's description in the project's design notes.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

constexpr std::uint32_t kDaySeconds = 86'400;
constexpr std::uint32_t kNow = 1'793'491'200;  // 2026-11-01T00:00:00Z
constexpr double kSignupDays = 1826.0;         // contacts signed up within so many days
constexpr double kEventDays = 1095.0;          // events happened within so many days
constexpr double kActiveShare = 0.88;          // of all contacts; the others have no event
constexpr std::uint32_t kChainSecondsMax = 10 * kDaySeconds;

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15;
    std::uint64_t bits = state_;
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
    return bits ^ (bits >> 31);
  }
  // In [0, 1), of 53 bits.
  double share() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(((next() >> 32) * limit) >> 32); }

 private:
  std::uint64_t state_;
};

std::uint64_t scrambled(std::uint64_t seed) { return Random(seed).next(); }

// Ranks 0 .. n-1; rank r comes in proportion to 1 / (r + 1)^exponent.
class Zipf {
 public:
  Zipf(int ranks, double exponent) {
    double total = 0;
    for (int rank = 1; rank <= ranks; ++rank) {
      total += 1 / std::pow(rank, exponent);
      cumulated_.push_back(total);
    }
    for (double& value : cumulated_) value /= total;
  }
  std::uint32_t draw(Random& random) const {
    const auto found = std::upper_bound(cumulated_.begin(), cumulated_.end(), random.share());
    return static_cast<std::uint32_t>(std::min<std::ptrdiff_t>(found - cumulated_.begin(), std::ssize(cumulated_) - 1));
  }

 private:
  std::vector<double> cumulated_;
};

// A text file written in large blocks; the first failure ends the program.
class TextFile {
 public:
  explicit TextFile(const std::string& path) : path_(path), file_(std::fopen(path.c_str(), "wb")) {
    if (!file_) stop();
    text_.reserve(kBlockBytes + 1024);
  }
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;
  ~TextFile() {
    flush();
    if (std::fclose(file_) != 0) stop();
  }
  TextFile& operator<<(std::string_view text) {
    text_.append(text);
    return *this;
  }
  TextFile& operator<<(char letter) {
    text_.push_back(letter);
    return *this;
  }
  TextFile& operator<<(std::uint32_t number) { return digits(number, 1); }
  // At least `width` digits, filled with zeros.
  TextFile& digits(std::uint32_t number, std::size_t width) {
    std::array<char, 10> reversed{};
    std::size_t length = 0;
    do {
      reversed[length++] = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number > 0);
    text_.append(width > length ? width - length : 0, '0');
    while (length > 0) text_.push_back(reversed[--length]);
    return *this;
  }
  // 2026-10-31 23:59:59
  TextFile& instant(std::uint32_t second) {
    const std::uint32_t of_day = second % kDaySeconds;
    return (day(second / kDaySeconds) << ' ').digits(of_day / 3600, 2).colon().digits(of_day / 60 % 60, 2).colon().digits(of_day % 60, 2);
  }
  void end_line() {
    text_.push_back('\n');
    if (text_.size() >= kBlockBytes) flush();
  }

 private:
  static constexpr std::size_t kBlockBytes = 1 << 20;

  TextFile& colon() { return *this << ':'; }
  // Howard Hinnant, chrono-Compatible Low-Level Date Algorithms: civil_from_days, for days from 1970 on.
  TextFile& day(std::uint32_t since_1970) {
    const std::uint32_t shifted = since_1970 + 719'468;
    const std::uint32_t era = shifted / 146'097;
    const std::uint32_t of_era = shifted % 146'097;
    const std::uint32_t year_of_era = (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
    const std::uint32_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::uint32_t march_month = (5 * of_year + 2) / 153;
    const std::uint32_t month = march_month < 10 ? march_month + 3 : march_month - 9;
    digits(era * 400 + year_of_era + (month <= 2 ? 1 : 0), 4) << '-';
    digits(month, 2) << '-';
    return digits(of_year - (153 * march_month + 2) / 5 + 1, 2);
  }
  void flush() {
    if (std::fwrite(text_.data(), 1, text_.size(), file_) != text_.size()) stop();
    text_.clear();
  }
  [[noreturn]] void stop() const {
    std::perror(path_.c_str());
    std::exit(1);
  }

  std::string path_;
  std::FILE* file_;
  std::string text_;
};

constexpr std::array<std::string_view, 20> kCountries{"US", "DE", "GB", "FR", "IN", "BR", "CA", "ES", "IT", "NL", "AU", "JP", "MX", "PL", "SE", "CH", "AT", "BE", "DK", "TR"};
constexpr std::array<std::string_view, 4> kGenders{"female", "male", "other", "unknown"};
constexpr std::array<double, 3> kGenderEdges{.46, .9, .93};
constexpr std::array<std::string_view, 5> kMaritalStatuses{"single", "married", "divorced", "widowed", "unknown"};
constexpr std::array<double, 4> kMaritalEdges{.36, .78, .88, .92};
constexpr std::array<std::string_view, 8> kOrganisations{"company", "nonprofit", "university", "government", "freelancer", "startup", "agency", "other"};
constexpr std::array<std::string_view, 6> kStages{"subscriber", "lead", "mql", "sql", "opportunity", "customer"};
constexpr std::array<double, 5> kStageEdges{.35, .6, .75, .85, .9};
constexpr std::array<std::string_view, 4> kPayments{"card", "paypal", "invoice", "giftcard"};
constexpr std::uint32_t kInterests = 50;

// The number of edges at or below the draw.
template <std::size_t N>
std::size_t step(const std::array<double, N>& edges, double drawn) {
  return static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), drawn) - edges.begin());
}

struct ContactLaws {
  Zipf country{20, 0.9}, region{10, 0.7}, city{25, 0.6}, industry{30, 0.7}, job{300, 0.8}, domain{500, 1.1}, owner{200, 0.3}, interest{50, 0.6};
};

void write_interests(TextFile& file, std::uint64_t chosen) {
  file << "\"[";
  bool first = true;
  for (std::uint32_t interest = 0; interest < kInterests; ++interest) {
    if ((chosen >> interest & 1) == 0) continue;
    if (!first) file << ',';
    file << interest;
    first = false;
  }
  file << "]\"";
}

// One row; returns the second of the signup.
std::uint32_t write_contact(TextFile& file, std::uint32_t id, const ContactLaws& laws, Random random) {
  const std::uint32_t country = laws.country.draw(random);
  const std::uint32_t region = laws.region.draw(random);
  const std::uint32_t city = (country * 10 + region) * 25 + laws.city.draw(random);
  double age_draw = random.share();
  age_draw += random.share();
  age_draw += random.share();
  file << id << ',' << kCountries[country] << ',' << kCountries[country] << '-';
  file.digits(region, 2) << ",city_";
  file.digits(city, 4) << ',' << static_cast<std::uint32_t>(18 + static_cast<int>(72 * age_draw / 3));
  file << ',' << kGenders[step(kGenderEdges, random.share())];
  file << ',' << kMaritalStatuses[step(kMaritalEdges, random.share())];
  (file << ",industry_").digits(laws.industry.draw(random), 2);
  file << ",title_" << laws.job.draw(random);
  double organisation = 8 * random.share();
  organisation *= random.share();
  file << ',' << kOrganisations[std::min<std::size_t>(7, static_cast<std::size_t>(organisation))];
  file << ",domain" << laws.domain.draw(random) << ".com,";
  const std::uint32_t signup = kNow - 1 - static_cast<std::uint32_t>(kSignupDays * kDaySeconds * random.share());
  file.instant(signup) << ',' << (random.share() < .7 ? '1' : '0');
  file << ',' << kStages[step(kStageEdges, random.share())];
  file << ",owner_" << laws.owner.draw(random) << ',';
  const int interest_draws = std::min(5, static_cast<int>(6 * random.share()));
  std::uint64_t interests = 0;
  for (int i = 0; i < interest_draws; ++i) interests |= std::uint64_t{1} << laws.interest.draw(random);
  write_interests(file, interests);
  file << ',' << static_cast<std::uint32_t>(101 * random.share());
  file.end_line();
  return signup;
}

// Shape: the second of the signup of each contact.
std::vector<std::uint32_t> write_contacts(const std::string& directory, std::uint32_t contacts, std::uint64_t seed) {
  TextFile file(directory + "/contacts.csv");
  file << "id,country,region,city,age,gender,marital_status,industry,job_title,org_type,email_domain,signup_ts,consent,lead_stage,owner,interests,score";
  file.end_line();
  const ContactLaws laws;
  std::vector<std::uint32_t> signups;
  signups.reserve(contacts);
  for (std::uint32_t id = 0; id < contacts; ++id) signups.push_back(write_contact(file, id, laws, Random(scrambled(seed * 1'000'003 + id))));
  return signups;
}

enum class Kind : std::uint8_t { email_sent, email_open, page_view, email_click, purchase, form_submit, sms_sent, email_bounce, event_registration, survey_answer, unsubscribe, login };
constexpr std::array<std::string_view, 12> kKindNames{"email_sent", "email_open", "page_view", "email_click", "purchase", "form_submit", "sms_sent", "email_bounce", "event_registration", "survey_answer", "unsubscribe", "login"};
constexpr std::array<int, 12> kKindPermille{400, 200, 200, 60, 50, 30, 20, 10, 10, 10, 5, 5};

constexpr std::uint16_t kNone = 65'535;
constexpr std::uint8_t kNoLetter = 255;

struct Event {
  std::uint32_t second = 0;
  std::uint32_t contact = 0;
  std::uint32_t cents = 0;  // of a purchase
  std::uint16_t campaign = kNone, page = kNone, reference = kNone;
  Kind kind = Kind::email_sent;
  std::uint8_t payment = kNoLetter;
  std::uint8_t hard = kNoLetter;  // of a bounce: 0 soft, 1 hard
};

// Draws the events one after another; some forms follow the page view kept last.
class EventSource {
 public:
  EventSource(const std::vector<std::uint32_t>& signups, std::uint64_t seed) : signups_(signups), random_(scrambled(seed ^ 0x5EED)) {
    const auto contacts = static_cast<std::uint32_t>(signups.size());
    active_ = static_cast<std::uint32_t>(contacts * kActiveShare);
    for (std::uint32_t i = 0; i < contacts; ++i) order_.push_back(i);
    Random shuffle(scrambled(seed ^ 0xABCDEF));
    for (std::uint32_t i = contacts - 1; i > 0; --i) std::swap(order_[i], order_[shuffle.below(i + 1)]);
    for (std::size_t kind = 0; kind < kKindPermille.size(); ++kind) kinds_.insert(kinds_.end(), static_cast<std::size_t>(kKindPermille[kind]), static_cast<Kind>(kind));
  }

  Event next() {
    Event event;
    event.kind = kinds_[random_.below(1000)];
    event.contact = draw_contact();
    // Purchases keep to a quarter of the contacts, bounces to a twentieth, as far as some draws find one.
    if (event.kind == Kind::purchase) redraw(event.contact, 0x11, 4, 16);
    if (event.kind == Kind::email_bounce) redraw(event.contact, 0x22, 20, 64);
    if (!follows_page_view(event)) event.second = draw_second(event);
    draw_properties(event);
    if (event.kind == Kind::page_view && (!has_view_ || random_.share() < .3)) {
      view_ = event;
      has_view_ = true;
    }
    return event;
  }

 private:
  std::uint32_t draw_contact() {
    const double drawn = random_.share();
    return order_[std::min(active_ - 1, static_cast<std::uint32_t>(active_ * (drawn * drawn * std::sqrt(drawn))))];
  }
  void redraw(std::uint32_t& contact, std::uint32_t salt, std::uint64_t one_of, int tries) {
    for (int i = 0; i < tries && scrambled(contact ^ salt) % one_of != 0; ++i) contact = draw_contact();
  }
  bool follows_page_view(Event& event) {
    if (event.kind != Kind::form_submit || !has_view_ || random_.share() >= .3) return false;
    const std::uint32_t second = view_.second + 1 + random_.below(kChainSecondsMax);
    if (second >= kNow) return false;
    event.contact = view_.contact;
    event.second = second;
    has_view_ = false;
    return true;
  }
  // Not before the signup; three contacts in ten leave at an instant of their own and only the sender's events go on.
  std::uint32_t draw_second(const Event& event) {
    const std::uint32_t signup = signups_[event.contact];
    const double drawn = random_.share();
    std::uint32_t second = kNow - 1 - static_cast<std::uint32_t>(kEventDays * kDaySeconds * (drawn * std::sqrt(drawn)));
    if (second < signup) second = signup + static_cast<std::uint32_t>((kNow - signup) * random_.share());
    const bool by_sender = event.kind == Kind::email_sent || event.kind == Kind::sms_sent || event.kind == Kind::email_bounce;
    const std::uint64_t fate = scrambled(event.contact ^ 0x33);
    if (!by_sender && fate % 10 < 3) {
      const std::uint32_t left = signup + static_cast<std::uint32_t>((kNow - signup) * (static_cast<double>(fate >> 20 & 0xFFFFF) / 1'048'576.0));
      if (second > left) second = signup + static_cast<std::uint32_t>((left - signup) * random_.share());
    }
    return std::min(second, kNow - 1);
  }
  // Every event takes one draw for its campaign or page, whether it has them or not.
  void draw_properties(Event& event) {
    const double drawn = random_.share();
    const auto skewed = [drawn](double limit) { return static_cast<std::uint16_t>(limit * drawn * drawn); };
    const auto reference = [this](std::uint32_t limit) { return static_cast<std::uint16_t>(random_.below(limit)); };
    switch (event.kind) {
      case Kind::email_sent: case Kind::email_open: case Kind::email_click: case Kind::unsubscribe: event.campaign = skewed(500); break;
      case Kind::email_bounce:
        event.campaign = skewed(500);
        event.hard = random_.share() < .12 ? 1 : 0;
        break;
      case Kind::page_view: event.page = skewed(2000); break;
      case Kind::purchase: {
        const double amount = random_.share();
        event.cents = 500 + static_cast<std::uint32_t>(40'000 * amount * amount * amount * amount);
        event.payment = static_cast<std::uint8_t>(random_.below(4));
        break;
      }
      case Kind::form_submit:
        event.reference = reference(50);
        event.page = skewed(2000);
        break;
      case Kind::event_registration: event.reference = reference(100); break;
      case Kind::survey_answer: event.reference = reference(30); break;
      case Kind::sms_sent: case Kind::login: break;
    }
  }

  const std::vector<std::uint32_t>& signups_;
  Random random_;
  std::uint32_t active_ = 0;
  std::vector<std::uint32_t> order_;  // contacts, the busiest first
  std::vector<Kind> kinds_;           // one of a thousand each
  Event view_;
  bool has_view_ = false;
};

void write_event(TextFile& file, const Event& event) {
  const auto optional = [&file](std::uint16_t value) {
    if (value != kNone) file << std::uint32_t{value};
    file << ',';
  };
  file << event.contact << ',';
  file.instant(event.second) << ',' << kKindNames[static_cast<std::size_t>(event.kind)] << ',';
  optional(event.campaign);
  optional(event.page);
  optional(event.reference);
  if (event.kind == Kind::purchase) file << event.cents;
  file << ',';
  if (event.payment != kNoLetter) file << kPayments[event.payment];
  file << ',';
  if (event.hard != kNoLetter) file << (event.hard != 0 ? "hard" : "soft");
  file.end_line();
}

void write_events(const std::string& directory, const std::vector<std::uint32_t>& signups, std::uint64_t events, std::uint64_t seed) {
  EventSource source(signups, seed);
  std::vector<Event> drawn;
  drawn.reserve(events);
  for (std::uint64_t i = 0; i < events; ++i) drawn.push_back(source.next());
  std::ranges::stable_sort(drawn, {}, &Event::second);
  TextFile file(directory + "/events.csv");
  file << "contact_id,ts,type,campaign_id,page_id,ref_id,amount_cents,payment_method,bounce_type";
  file.end_line();
  for (const Event& event : drawn) write_event(file, event);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4 || argc > 5) {
    std::fputs("usage: wanamaker_workload CONTACTS EVENTS DIRECTORY [SEED]\n", stderr);
    return 2;
  }
  const auto contacts = static_cast<std::uint32_t>(std::strtoul(argv[1], nullptr, 10));
  const std::uint64_t events = std::strtoull(argv[2], nullptr, 10);
  const std::uint64_t seed = argc == 5 ? std::strtoull(argv[4], nullptr, 10) : 42;
  if (contacts < 2) {
    std::fputs("wanamaker_workload: at least 2 contacts\n", stderr);
    return 2;
  }
  const auto signups = write_contacts(argv[3], contacts, seed);
  write_events(argv[3], signups, events, seed);
  return 0;
}
