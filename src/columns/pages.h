#pragma once
// A base as pages of bytes: what a checkpoint writes. Key idea: a page has a name that says what it holds, its bytes are a function
// of the contents alone, and only pages that changed since the last checkpoint have to be written again.
// The protocol of a checkpoint, on the writer's thread but for the writing itself:
//   image = base.image();  write_pages(image, dirty, …);  delete the pages on disk that page_names(image) does not have;
//   base.saved(image) once all that is durable. Where it failed, nothing is called and everything stays dirty.
// The functions are pure and may run on any thread.

#include "base/result.h"
#include "columns/base_image.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

enum class PageFilter : std::uint8_t { all, dirty };

// Where pages go. An error ends the writing.
using PageSink = std::function<Result<void>(std::string_view name, std::string&& bytes)>;

// Writes the pages of an image, one at a time. Errors: those of the sink.
Result<void> write_pages(const BaseImage& image, PageFilter filter, const PageSink& out);
// The names of all pages of the image, sorted.
std::vector<std::string> page_names(const BaseImage& image);
// XXH3-64 over the names and bytes of all pages in order of name: equal for equal contents.
std::uint64_t state_hash(const BaseImage& image);

}  // namespace wanamaker
