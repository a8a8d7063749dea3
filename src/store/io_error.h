#pragma once
// What a fault of the file system means for the one who meets it: one wording and one way out for each, wherever in a store it comes up.

#include "base/result.h"

#include <string>
#include <string_view>

namespace rocksdb {
class Status;
}

namespace wanamaker {

// What to do about an error number of the system (errno); empty where only the place can tell.
std::string_view hint_for(int number);
// The same for a status; a general one where nothing better is known.
std::string_view hint_for(const rocksdb::Status& status);

// "WHAT PATH: the status", with its hint.
std::unexpected<Error> io_failure(const rocksdb::Status& status, std::string_view what, const std::string& path);

}  // namespace wanamaker
