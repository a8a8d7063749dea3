#pragma once
// Directories that only the user who runs the program may enter: what stands in them is personal, and some of it secret.

#include <string>
#include <system_error>

namespace wanamaker {

// Makes a directory and those above it that are missing. One that is there keeps its permissions, since its owner chose them.
// `fault` is cleared when it is there afterwards.
void make_private_directory(const std::string& path, std::error_code& fault);

}  // namespace wanamaker
