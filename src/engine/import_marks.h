#pragma once
// Marks of imports as bytes: as they stand in the store's pages, and as one process tells them to another.

#include "base/result.h"
#include "model/commands.h"

#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

std::string encode_marks(const std::vector<ImportMark>& marks);
// Errors: those of ByteReader::finish(), where the bytes are no marks.
Result<std::vector<ImportMark>> decode_marks(std::string_view bytes);

}  // namespace wanamaker
