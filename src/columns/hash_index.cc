#include "columns/hash_index.h"

#include <xxhash.h>

namespace wanamaker {

std::uint64_t hash_text(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

}  // namespace wanamaker
