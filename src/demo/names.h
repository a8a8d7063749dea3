#pragma once
// Where the customers of the demo base live and what they are called. The tables stand in names_*.cc, a country each;
// NOTICE.md names their sources and licences.

#include <cstdint>
#include <span>
#include <string_view>

namespace wanamaker::demo {

struct Town {
  std::string_view name;
  std::string_view region;
  std::int32_t latitude;  // in 1/100,000 of a degree
  std::int32_t longitude;
};

struct Country {
  std::string_view code;        // ISO 3166-1
  std::string_view language;    // ISO 639-1
  std::string_view currency;    // ISO 4217
  std::int32_t units_per_euro;  // rounded; prices of the demo base are made in euros
  std::string_view phone_prefix;
  std::span<const std::string_view> female_first;
  std::span<const std::string_view> male_first;
  std::span<const std::string_view> female_last;
  std::span<const std::string_view> male_last;
  std::span<const Town> towns;  // larger ones first
};

extern const Country kSlovakia;
extern const Country kCzechia;
extern const Country kPoland;
extern const Country kRussia;
inline constexpr const Country* kCountries[] = {&kSlovakia, &kCzechia, &kPoland, &kRussia};

}  // namespace wanamaker::demo
