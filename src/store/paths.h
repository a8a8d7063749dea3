#pragma once
// Directories as the machine sees them: which one a path means, whether one holds another, and moves that survive a power cut.

#include "base/result.h"

#include <string>

namespace wanamaker {

// Without a slash at the end, so that what is made beside it is not made in it; of a link, what it leads to.
std::string plain_path(const std::string& path);

// A directory that is about to be replaced or made whole elsewhere and moved there. Errors: not_allowed, when the caller stands in it or
// below it, since it would go from under its feet; failure, when the directory the caller stands in is gone.
Result<void> check_replaceable(const std::string& place);

// A store and its backups, or a store and what is exported of it. Errors: not_allowed, when one of the two holds the other.
Result<void> check_apart(const std::string& store, const std::string& other);

// Makes a rename in the directory above durable. Errors: failure.
Result<void> sync_parent(const std::string& path);

}  // namespace wanamaker
