#include "base/text/fold.h"

#include "base/check.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstring>

namespace wanamaker {
namespace {

// How many bytes at the front are ASCII, up to 7 of the last ones not counted.
std::size_t ascii_bytes(std::string_view text) {
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((word & 0x8080'8080'8080'8080) != 0) break;
  }
  return at;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text.substr(ascii_bytes(text)), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

const icu::Normalizer2& nfc() {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* instance = icu::Normalizer2::getNFCInstance(status);
  CHECK(U_SUCCESS(status) && instance != nullptr, "ICU has its NFC data");
  return *instance;
}

const icu::Normalizer2& nfd() {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* instance = icu::Normalizer2::getNFDInstance(status);
  CHECK(U_SUCCESS(status) && instance != nullptr, "ICU has its NFD data");
  return *instance;
}

icu::UnicodeString normalize(const icu::Normalizer2& form, const icu::UnicodeString& text) {
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString result = form.normalize(text, status);
  CHECK(U_SUCCESS(status), "ICU normalizes any string");
  return result;
}

icu::UnicodeString from_utf8(std::string_view text) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

std::string to_utf8(const icu::UnicodeString& text) {
  std::string result;
  text.toUTF8String(result);
  return result;
}

UChar32 without_stroke(UChar32 c) {
  switch (c) {
    case 0x0142: return 'l';
    case 0x0111: return 'd';
    case 0x00F8: return 'o';
    case 0x0127: return 'h';
    case 0x0167: return 't';
    case 0x0131: return 'i';
    default: return c;
  }
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
  text.remove_prefix(ascii_bytes(text));
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto length = static_cast<std::int32_t>(text.size());
  std::int32_t at = 0;
  while (at < length) {
    UChar32 c = 0;
    U8_NEXT(bytes, at, length, c);
    if (c < 0) return false;
  }
  return true;
}

std::string normalized(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  return to_utf8(normalize(nfc(), from_utf8(text)));
}

std::string fold_key(std::string_view text) {
  if (is_ascii(text)) {
    std::string key(text);
    for (char& c : key) if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return key;
  }
  icu::UnicodeString folded = normalize(nfc(), from_utf8(text));
  folded.foldCase(U_FOLD_CASE_DEFAULT);
  return to_utf8(normalize(nfc(), folded));
}

std::string without_accents(std::string_view key) {
  if (is_ascii(key)) return std::string(key);
  const icu::UnicodeString decomposed = normalize(nfd(), from_utf8(key));
  icu::UnicodeString bare;
  UChar32 base = 0;
  for (std::int32_t i = 0; i < decomposed.length();) {
    const UChar32 c = decomposed.char32At(i);
    i += U16_LENGTH(c);
    const bool is_mark = u_charType(c) == U_NON_SPACING_MARK;
    const bool is_short_i = c == 0x0306 && base == 0x0438;  // й is a letter of its own
    if (is_mark && !is_short_i) continue;
    bare.append(c);
    if (!is_mark) base = c;
  }
  const icu::UnicodeString composed = normalize(nfc(), bare);
  icu::UnicodeString result;
  for (std::int32_t i = 0; i < composed.length();) {
    const UChar32 c = composed.char32At(i);
    i += U16_LENGTH(c);
    result.append(without_stroke(c));
  }
  return to_utf8(result);
}

bool equal_folded(std::string_view a, std::string_view b) { return fold_key(a) == fold_key(b); }

}  // namespace wanamaker
