#pragma once
// What makes an import repeatable: the key that says what is imported and how. Marks with the same key and a hash that equals
// that of the file's beginning say how far it has been taken in.

#include "ingest/mapping.h"
#include "ingest/options.h"

#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

// Events: hash of what a row is (kind, roles of columns, --where), so that the same rows count once however they are written down.
// The others: hash of all options that change what a row becomes. Never of the file's name, the rejects file, --dry-run or --as-new.
std::string import_key(const ImportOptions& options, const std::vector<ColumnMapping>& columns, std::string_view zone);

}  // namespace wanamaker
