#pragma once
// Encodings of text files: which one a file has, and its text in UTF-8.
// Detection, in this order: a byte order mark; the zero bytes of UTF-16; UTF-8 where it holds; else the code pages of Central
// and Eastern Europe, told apart by plausible words: Cyrillic writes letter after letter above 0x7F, Slovak, Czech or Polish
// put single ones among ASCII letters. ISO-8859-2 has no character from 0x80 to 0x9F, where Windows-1250 has its š, ť, ž, ś
// and ź; without any of these it is ISO-8859-2 where its letters would be signs inside words (`®ilina`, `s±`) or Polish
// letters where Polish has none (`Koąice`). What stays undecided is taken for Windows-1250.

#include "base/result.h"
#include "ingest/byte_source.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace wanamaker {

enum class Encoding : std::uint8_t { utf8, utf16le, utf16be, windows1250, windows1251, iso8859_2 };
inline constexpr std::string_view kEncodingNames[] = {"utf-8", "utf-16le", "utf-16be", "windows-1250", "windows-1251", "iso-8859-2"};
inline std::string_view name_of(Encoding encoding) { return kEncodingNames[static_cast<std::size_t>(encoding)]; }

// Errors: usage, when the name is none of kEncodingNames (case apart).
Result<Encoding> encoding_from(std::string_view name);

// Reads at most `bytes_max` of the source.
Result<Encoding> detect_encoding(ByteSource& source, std::uint64_t bytes_max);

// Turns bytes into UTF-8 piece by piece; a byte order mark at the start is dropped. Bytes that are no UTF-8 pass unchanged
// (the row that holds them is rejected later), and half a surrogate pair becomes one such byte, 0xFF.
class Decoder {
 public:
  explicit Decoder(Encoding encoding);
  void decode(std::string_view bytes, std::string& text);
  void finish(std::string& text);  // what is left of a character cut at the end

 private:
  void decode_utf16(std::string_view bytes, std::string& text);
  void put_unit(char16_t unit, std::string& text);

  Encoding encoding_;
  std::array<std::string, 256> letters_;  // of a code page
  std::string held_;                      // start of the text until the mark can be told; half a UTF-16 unit
  char16_t high_surrogate_ = 0;
  bool at_start_ = true;
};

}  // namespace wanamaker
