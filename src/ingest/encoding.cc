#include "ingest/encoding.h"

#include "base/check.h"
#include "base/text/fold.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unicode/ucnv.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

namespace wanamaker {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kUtf16leMark = "\xFF\xFE";
constexpr std::string_view kUtf16beMark = "\xFE\xFF";

bool is_ascii_letter(std::uint8_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_one_of(std::uint8_t byte, std::string_view bytes) { return byte != 0 && bytes.find(static_cast<char>(byte)) != std::string_view::npos; }
// Of bytes that are letters, or small ones, in ISO-8859-2; most of them are in Windows-1250, too.
bool is_latin_letter(std::uint8_t c) { return is_ascii_letter(c) || (c >= 0xC0 && c != 0xD7 && c != 0xF7) || is_one_of(c, "\xA3\xA5\xAA\xAF\xB3\xB9\xBA\xBC\xBE\xBF"); }
bool is_small_latin_letter(std::uint8_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 0xDF && c != 0xF7) || is_one_of(c, "\xB1\xB3\xB5\xB6\xB9\xBA\xBB\xBC\xBE\xBF");
}

// Whether bytes of Central Europe are ISO-8859-2 rather than Windows-1250.
class LatinEvidence {
 public:
  // A byte above 0x7F with its neighbours, 0 at the ends.
  void take(std::uint8_t before, std::uint8_t byte, std::uint8_t behind) {
    if (byte < 0xA0) has_windows_letters_ = true;
    const bool begins_word = !is_latin_letter(before) && is_small_latin_letter(behind);
    const bool is_inside = is_latin_letter(before) && is_small_latin_letter(behind);
    // Š Ž Ź Ś Ą before the rest of a word, and ą ś ľ behind its beginning: © ® ¬ ¦ ˇ and ± ¶ µ in Windows-1250.
    if (is_one_of(byte, "\xA9\xAE\xAC\xA6\xA1")) ++(begins_word || is_latin_letter(before) ? letters_ : signs_);
    if (is_one_of(byte, "\xB1\xB6\xB5")) ++(is_latin_letter(before) ? letters_ : signs_);
    // Ť and ť: « and », which stand at the edges of words in pairs.
    if (is_one_of(byte, "\xAB\xBB") && is_inside) ++letters_;
    if (byte == 0xAB && begins_word) ++opening_;
    if (byte == 0xBB && is_latin_letter(before) && !is_inside) ++closing_;
    // š: ą, which begins no word and stands before no vowel. Ľ: Ą. ź behind small letters: Ľ.
    if (byte == 0xB9 && (begins_word || (is_inside && is_one_of(behind, "aeiouy\xE1\xE4\xE9\xEC\xED\xF3\xF4\xFA\xF9\xFD")))) ++letters_;
    if (byte == 0xA5 && begins_word && is_ascii_letter(behind)) ++letters_;
    if (byte == 0xBC && is_small_latin_letter(before)) ++letters_;
    if (byte == 0xB9) ++carons_or_ogoneks_;
    if (is_one_of(byte, "\xC1\xC8\xCC\xCF\xD8\xDD\xE1\xE4\xE8\xEC\xED\xEF\xF2\xF4\xF8\xF9\xFA\xFD\xBE")) ++slovak_or_czech_;
    if (is_one_of(byte, "\xA3\xAF\xC6\xCA\xD1\xB3\xBF\xE6\xEA\xF1")) ++polish_;
  }

  bool is_iso() const {
    if (has_windows_letters_) return false;
    const std::uint64_t unpaired = opening_ == 0 || closing_ == 0 ? opening_ + closing_ : 0;
    return letters_ + unpaired > signs_ || (carons_or_ogoneks_ > 0 && slovak_or_czech_ > polish_);
  }

 private:
  bool has_windows_letters_ = false;
  std::uint64_t letters_ = 0;  // that Windows-1250 would have as signs, or as letters that cannot stand there
  std::uint64_t signs_ = 0;    // that ISO-8859-2 would have as letters all alone
  std::uint64_t opening_ = 0;
  std::uint64_t closing_ = 0;
  std::uint64_t carons_or_ogoneks_ = 0;  // 0xB9
  std::uint64_t slovak_or_czech_ = 0;
  std::uint64_t polish_ = 0;
};

// How many bytes at the front, a multiple of 8, are ASCII and not zero: they say nothing.
std::size_t plain_bytes(std::string_view bytes) {
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    if (((word | (word - 0x0101'0101'0101'0101)) & 0x8080'8080'8080'8080) != 0) break;
  }
  return at;
}

// What the bytes of a file say of its encoding.
class ByteEvidence {
 public:
  void take(std::string_view bytes) {
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t plain = previous_ < 0x80 && pending_ == 0 ? plain_bytes(bytes.substr(at)) : 0;
      if (plain > 0) {
        at += plain;
        total_ += plain;
        before_previous_ = static_cast<std::uint8_t>(bytes[at - 2]);
        previous_ = static_cast<std::uint8_t>(bytes[at - 1]);
        continue;
      }
      take(static_cast<std::uint8_t>(bytes[at++]));
    }
  }

  Encoding verdict() const {
    // In UTF-16 most texts have every other byte zero; a tenth is plenty, and no other encoding has any.
    const std::uint64_t zeros = zeros_at_even_ + zeros_at_odd_;
    if (zeros * 10 > total_) return zeros_at_even_ > zeros_at_odd_ ? Encoding::utf16be : Encoding::utf16le;
    // A few bad bytes among good sequences are bad rows of a UTF-8 file; in a code page good sequences are rare accidents.
    if (invalid_ == 0 || valid_ > invalid_) return Encoding::utf8;
    if (high_after_high_ > high_beside_ascii_) return Encoding::windows1251;
    LatinEvidence latin = latin_;
    if (previous_ >= 0x80) latin.take(before_previous_, previous_, 0);
    return latin.is_iso() ? Encoding::iso8859_2 : Encoding::windows1250;
  }

 private:
  void take(std::uint8_t byte) {
    if (byte == 0) ++(total_ % 2 == 0 ? zeros_at_even_ : zeros_at_odd_);
    ++total_;
    if (byte >= 0x80 || previous_ >= 0x80) take_pair(byte);
    if (byte >= 0x80 || pending_ > 0) take_utf8(byte);
    if (previous_ >= 0x80) latin_.take(before_previous_, previous_, byte);
    before_previous_ = std::exchange(previous_, byte);
  }

  void take_pair(std::uint8_t byte) {
    if (byte >= 0xC0 && previous_ >= 0xC0) ++high_after_high_;
    if ((byte >= 0x80 && is_ascii_letter(previous_)) || (previous_ >= 0x80 && is_ascii_letter(byte))) ++high_beside_ascii_;
  }

  void take_utf8(std::uint8_t byte) {
    if (pending_ > 0) {
      if ((byte & 0xC0) == 0x80) {
        if (--pending_ == 0) ++valid_;
        return;
      }
      ++invalid_;
      pending_ = 0;
      if (byte < 0x80) return;
    }
    if (byte >= 0xC2 && byte <= 0xDF) pending_ = 1;
    else if (byte >= 0xE0 && byte <= 0xEF) pending_ = 2;
    else if (byte >= 0xF0 && byte <= 0xF4) pending_ = 3;
    else ++invalid_;
  }

  std::uint64_t total_ = 0;
  std::uint64_t zeros_at_even_ = 0;
  std::uint64_t zeros_at_odd_ = 0;
  std::uint64_t valid_ = 0;    // sequences of two to four bytes
  std::uint64_t invalid_ = 0;
  std::uint64_t high_after_high_ = 0;
  std::uint64_t high_beside_ascii_ = 0;
  LatinEvidence latin_;
  std::uint8_t before_previous_ = 0;
  std::uint8_t previous_ = 0;
  int pending_ = 0;
};

std::array<std::string, 256> letters_of(const char* code_page) {
  UErrorCode status = U_ZERO_ERROR;
  UConverter* converter = ucnv_open(code_page, &status);
  CHECK(U_SUCCESS(status), "ICU has the code pages");
  std::array<std::string, 256> letters;
  for (std::size_t byte = 0; byte < letters.size(); ++byte) {
    const auto c = static_cast<char>(byte);
    std::array<UChar, 4> units{};
    const std::int32_t length = ucnv_toUChars(converter, units.data(), static_cast<std::int32_t>(units.size()), &c, 1, &status);
    CHECK(U_SUCCESS(status), "each byte of a code page has a character or a replacement");
    std::array<char, 8> utf8{};
    std::int32_t size = 0;
    u_strToUTF8(utf8.data(), static_cast<std::int32_t>(utf8.size()), &size, units.data(), length, &status);
    CHECK(U_SUCCESS(status), "one character fits eight bytes");
    letters.at(byte).assign(utf8.data(), static_cast<std::size_t>(size));
  }
  ucnv_close(converter);
  return letters;
}

void append_utf8(char32_t c, std::string& text) {
  std::array<char, 4> bytes{};
  std::size_t size = 0;
  U8_APPEND_UNSAFE(bytes.data(), size, static_cast<std::uint32_t>(c));
  text.append(bytes.data(), size);
}

}  // namespace

Result<Encoding> encoding_from(std::string_view name) {
  std::string key = fold_key(name);
  if (key == "utf8") key = "utf-8";
  if (key == "cp1250") key = "windows-1250";
  if (key == "cp1251") key = "windows-1251";
  if (key == "iso8859-2" || key == "latin2" || key == "latin-2") key = "iso-8859-2";
  for (std::size_t i = 0; i < std::size(kEncodingNames); ++i) {
    if (kEncodingNames[i] == key) return static_cast<Encoding>(i);
  }
  return fail(ErrorCode::usage, fmt::format("unknown encoding '{}'", name), fmt::format("use one of {}", fmt::join(kEncodingNames, ", ")));
}

Result<Encoding> detect_encoding(ByteSource& source, std::uint64_t bytes_max) {
  std::vector<char> buffer(256 * 1024);
  ByteEvidence evidence;
  for (std::uint64_t seen = 0; seen < bytes_max;) {
    WM_TRY(const std::size_t count, source.read(buffer.data(), buffer.size()));
    if (count == 0) break;
    const std::string_view bytes(buffer.data(), count);
    if (seen == 0 && bytes.starts_with(kUtf8Mark)) return Encoding::utf8;
    if (seen == 0 && bytes.starts_with(kUtf16leMark)) return Encoding::utf16le;
    if (seen == 0 && bytes.starts_with(kUtf16beMark)) return Encoding::utf16be;
    evidence.take(bytes);
    seen += count;
  }
  return evidence.verdict();
}

Decoder::Decoder(Encoding encoding) : encoding_(encoding) {
  if (encoding == Encoding::windows1250) letters_ = letters_of("windows-1250");
  if (encoding == Encoding::windows1251) letters_ = letters_of("windows-1251");
  if (encoding == Encoding::iso8859_2) letters_ = letters_of("iso-8859-2");
}

void Decoder::decode(std::string_view bytes, std::string& text) {
  switch (encoding_) {
    case Encoding::windows1250:
    case Encoding::windows1251:
    case Encoding::iso8859_2:
      for (const char c : bytes) text += letters_[static_cast<std::uint8_t>(c)];
      return;
    case Encoding::utf16le:
    case Encoding::utf16be: decode_utf16(bytes, text); return;
    case Encoding::utf8: break;
  }
  if (!at_start_) {
    text += bytes;
    return;
  }
  held_ += bytes;
  if (held_.size() < kUtf8Mark.size() && kUtf8Mark.starts_with(held_)) return;
  at_start_ = false;
  text += std::string_view(held_).substr(held_.starts_with(kUtf8Mark) ? kUtf8Mark.size() : 0);
  held_.clear();
}

void Decoder::decode_utf16(std::string_view bytes, std::string& text) {
  for (const char c : bytes) {
    held_ += c;
    if (held_.size() < 2) continue;
    const auto first = static_cast<std::uint8_t>(held_[0]);
    const auto second = static_cast<std::uint8_t>(held_[1]);
    held_.clear();
    const auto unit = static_cast<char16_t>(encoding_ == Encoding::utf16le ? second << 8 | first : first << 8 | second);
    if (!at_start_ || unit != 0xFEFF) put_unit(unit, text);
    at_start_ = false;
  }
}

void Decoder::put_unit(char16_t unit, std::string& text) {
  if (high_surrogate_ != 0) {
    const char16_t high = std::exchange(high_surrogate_, char16_t{0});
    if (unit >= 0xDC00 && unit <= 0xDFFF) {
      append_utf8(char32_t{0x10000} + (static_cast<char32_t>(high - 0xD800) << 10) + static_cast<char32_t>(unit - 0xDC00), text);
      return;
    }
    text += '\xFF';
  }
  if (unit >= 0xD800 && unit <= 0xDBFF) high_surrogate_ = unit;
  else if (unit >= 0xDC00 && unit <= 0xDFFF) text += '\xFF';
  else append_utf8(unit, text);
}

void Decoder::finish(std::string& text) {
  if (encoding_ == Encoding::utf8) text += held_;
  else if (!held_.empty() || high_surrogate_ != 0) text += '\xFF';
  held_.clear();
  high_surrogate_ = 0;
  at_start_ = false;
}

}  // namespace wanamaker
