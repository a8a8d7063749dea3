#include "ingest/encoding.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace wanamaker {
namespace {

class TextBytes : public ByteSource {
 public:
  explicit TextBytes(std::string text) : text_(std::move(text)) {}
  Result<std::size_t> read(char* buffer, std::size_t size) override {
    const std::size_t count = std::min(size, text_.size() - at_);
    std::memcpy(buffer, text_.data() + at_, count);
    at_ += count;
    return count;
  }
  std::uint64_t bytes_read() const override { return at_; }
  std::uint64_t bytes_total() const override { return text_.size(); }
  bool is_gzip() const override { return false; }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

Encoding detected(std::string text) {
  TextBytes source(std::move(text));
  return detect_encoding(source, 1'000'000).value();
}

// In pieces of one byte, so that nothing may depend on where a piece ends.
std::string decoded(Encoding encoding, std::string_view bytes) {
  Decoder decoder(encoding);
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) decoder.decode(bytes.substr(i, 1), text);
  decoder.finish(text);
  return text;
}

std::string utf16(std::u16string_view text, bool is_little) {
  std::string bytes;
  for (const char16_t unit : text) {
    const char low = static_cast<char>(unit & 0xFF);
    const char high = static_cast<char>(unit >> 8);
    bytes += is_little ? low : high;
    bytes += is_little ? high : low;
  }
  return bytes;
}

struct Sample {
  std::string bytes;
  Encoding encoding;
  std::string text;
};

// A file's bytes tell its encoding, and the decoder gives its text.
TEST(Encoding, IsDetectedAndDecoded) {
  const Sample kSamples[] = {
      {"id,town\n1,Nitra\n", Encoding::utf8, "id,town\n1,Nitra\n"},
      {"id,town\n1,Košice\n", Encoding::utf8, "id,town\n1,Košice\n"},
      {"\xEF\xBB\xBFid,town\n", Encoding::utf8, "id,town\n"},
      {utf16(u"\uFEFFid;Žilina 😀", true), Encoding::utf16le, "id;Žilina 😀"},
      {utf16(u"\uFEFFid;Žilina 😀", false), Encoding::utf16be, "id;Žilina 😀"},
      {utf16(u"id;name\n1;Jana\n", true), Encoding::utf16le, "id;name\n1;Jana\n"},
      {utf16(u"id;name\n1;Jana\n", false), Encoding::utf16be, "id;name\n1;Jana\n"},
      {"mesto\nKo\x9Aice\n\x8Eilina\nB\xE1nov\xE1\n", Encoding::windows1250, "mesto\nKošice\nŽilina\nBánová\n"},
      {"miasto\n\xA3\xF3" "d\x9F\nKrak\xF3w\n", Encoding::windows1250, "miasto\nŁódź\nKraków\n"},
      {"mesto\nKo\xB9ice, star\xE1 \xE8" "as\xBB\n\xAEilina\n\xB5udia\n", Encoding::iso8859_2, "mesto\nKošice, stará časť\nŽilina\nľudia\n"},
      {"miasto\n\xA3\xF3" "d\xBC\ns\xB1\n\xA6wi\xEAta\n", Encoding::iso8859_2, "miasto\nŁódź\nsą\nŚwięta\n"},
      {"\xE3\xEE\xF0\xEE\xE4\n\xCC\xEE\xF1\xEA\xE2\xE0\n\xCA\xE8\xBF\xE2\n", Encoding::windows1251, "город\nМосква\nКиїв\n"},
      {"", Encoding::utf8, ""},
  };
  for (const auto& [bytes, encoding, text] : kSamples) {
    EXPECT_EQ(name_of(detected(bytes)), name_of(encoding)) << text;
    EXPECT_EQ(decoded(encoding, bytes), text);
  }
}

// A file in ISO-8859-2 was read as Windows-1250. Without a byte from 0x80 to 0x9F only plausible words tell.
TEST(Encoding, Iso8859_2IsToldFromWindows1250) {
  constexpr std::pair<std::string_view, Encoding> kSamples[] = {
      {"\xA9tefan;1\n", Encoding::iso8859_2},                         // Štefan, not ©tefan
      {"Ko\xB9ice;1\n", Encoding::iso8859_2},                         // Košice, not Koąice
      {"Gda\xF1sk;\xA3\xF3" "d\xBC\n", Encoding::iso8859_2},            // Łódź, not ŁódĽ
      {"\xA5ubo\xB9 \xA9\xBB" "astn\xFD;\xAB" "a\xBEk\xFD\n", Encoding::iso8859_2},  // Ľuboš Šťastný, Ťažký
      {"Pie\xB9\xBB" "any;Pre\xB9ov;\xC8\xED" "fer\n", Encoding::iso8859_2},  // š among Slovak letters, not ą
      {"star\xFD ko\xB9", Encoding::iso8859_2},                        // at the end of the file
      {"s\xB9;\xBF\xF3\xB3ty;B\xEA" "dzin;m\xEAski\n", Encoding::windows1250},  // są, żółty
      {"s\xB9 i d\xB9\n", Encoding::windows1250},                    // undecided
      {"Nov\xE1 Ba\xF2" "a;Ve\xBEk\xE1\n", Encoding::windows1250}, // Veľká, though it could be Vežká
      {"Nike\xAE \xA9 2024 \xABn\xE1zov\xBB \xB5m 5 \xB1 1\n", Encoding::windows1250},
      {"Ko\x9Aice;\xA9tefan;\xAEilina\n", Encoding::windows1250},   // ISO-8859-2 has no 0x9A
  };
  for (const auto& [bytes, encoding] : kSamples) EXPECT_EQ(name_of(detected(std::string(bytes))), name_of(encoding)) << decoded(encoding, bytes);
}

TEST(Encoding, FewBadBytesLeaveAFileUtf8) {
  std::string text;
  for (int i = 0; i < 20; ++i) text += "Košice,Žilina\n";
  EXPECT_EQ(detected(text + "Ko\x9Aice\n"), Encoding::utf8);
  EXPECT_EQ(decoded(Encoding::utf8, "Ko\x9Aice"), "Ko\x9Aice");
}

TEST(Encoding, HalfCharactersBecomeABadByte) {
  EXPECT_EQ(decoded(Encoding::utf16le, utf16(u"a\xD83D" u"b", true)), "a\xFF" "b");
  EXPECT_EQ(decoded(Encoding::utf16le, "a"), "\xFF");
}

TEST(Encoding, NamesAreRead) {
  EXPECT_EQ(encoding_from("Windows-1250"), Encoding::windows1250);
  EXPECT_EQ(encoding_from("cp1251"), Encoding::windows1251);
  EXPECT_EQ(encoding_from("latin2"), Encoding::iso8859_2);
  EXPECT_EQ(encoding_from("ISO-8859-2"), Encoding::iso8859_2);
  EXPECT_EQ(encoding_from("latin9").error().code, ErrorCode::usage);
}

}  // namespace
}  // namespace wanamaker
