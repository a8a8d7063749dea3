#include "model/naming.h"

#include "base/text/fold.h"

#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <numeric>

namespace wanamaker {
namespace {

bool is_word_character(UChar32 c) {
  return u_isalpha(c) || u_isdigit(c) || (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0;  // marks belong to their letter
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string snake_case(std::string_view column) {
  const std::string composed = normalized(column);
  const auto source = icu::UnicodeString::fromUTF8(icu::StringPiece(composed.data(), static_cast<std::int32_t>(composed.size())));
  icu::UnicodeString name;
  bool after_small = false;
  bool in_gap = false;
  for (std::int32_t i = 0; i < source.length();) {
    const UChar32 c = source.char32At(i);
    i += U16_LENGTH(c);
    if (!is_word_character(c)) {
      if (!in_gap) name.append(u'_');
      in_gap = true;
      after_small = false;
      continue;
    }
    if (after_small && (u_isupper(c) || u_istitle(c))) name.append(u'_');
    name.append(c);
    after_small = u_islower(c) || u_isdigit(c);
    in_gap = false;
  }
  name.toLower(icu::Locale::getRoot());
  std::string result;
  name.toUTF8String(result);
  return result;
}

std::optional<std::string> nearest_name(std::string_view wanted, const std::vector<std::string>& candidates) {
  const std::string key = fold_key(wanted);
  std::optional<std::string> nearest;
  std::size_t nearest_distance = std::max<std::size_t>(2, key.size() / 3) + 1;  // a third of the letters may differ
  for (const std::string& candidate : candidates) {
    const std::size_t distance = std::min(edit_distance(key, fold_key(candidate)), edit_distance(snake_case(wanted), snake_case(candidate)));
    if (distance >= nearest_distance) continue;
    nearest_distance = distance;
    nearest = candidate;
  }
  return nearest;
}

}  // namespace wanamaker
