#pragma once
// Text compared as people expect. Key idea: every text has one key, and all operators compare keys.
//   key              NFC(full, non-Turkic case fold(NFC(x)))
//   without_accents  of a key: NFD, marks of category Mn removed (only the breve of й stays), NFC, then ł→l đ→d ø→o ħ→h ŧ→t ı→i
// ASCII takes a fast path. Source: The Unicode Standard, chapter 3.13 (default caseless matching); ICU.

#include <string>
#include <string_view>

namespace wanamaker {

bool is_valid_utf8(std::string_view text);
// The three below take valid UTF-8 only (CHECKed by ICU's conversion: invalid sequences become U+FFFD).
std::string normalized(std::string_view text);         // NFC
std::string fold_key(std::string_view text);
std::string without_accents(std::string_view key);
// Names compared without case: ASCII and Unicode simple rules as in fold_key.
bool equal_folded(std::string_view a, std::string_view b);

}  // namespace wanamaker
