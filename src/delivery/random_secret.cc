#include "delivery/random_secret.h"

#include "base/check.h"

#include <sodium.h>

#include <vector>

namespace wanamaker {

std::string base64_of(std::span<const unsigned char> bytes, Base64 form) {
  const int variant = form == Base64::padded ? sodium_base64_VARIANT_ORIGINAL : sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
  text.pop_back();  // its zero byte
  return text;
}

std::string random_secret(std::size_t bytes, Base64 form) {
  CHECK(sodium_init() >= 0, "the machine gives random bytes");
  std::vector<unsigned char> random(bytes);
  randombytes_buf(random.data(), random.size());
  return base64_of(random, form);
}

}  // namespace wanamaker
