#pragma once
// What the address of an import says: the long options of `wanamaker import`, without the dashes before them. Pure.

#include "api/http/address.h"
#include "api/import_upload.h"

namespace wanamaker {

// Errors: usage, naming the parameter.
Result<WantedImport> wanted_import(const Address& address);

}  // namespace wanamaker
