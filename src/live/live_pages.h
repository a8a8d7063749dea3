#pragma once
// The pages of live memberships, beside those of the base (columns/pages.h): what is known of each segment, one bit a contact for each
// segment and condition, and the feed. The grammar stands in docs/reference/formats.md. Pure functions.

#include "base/result.h"
#include "live/live.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

inline constexpr std::string_view kLivePages = "live";  // every name starts with it

enum class LivePages : std::uint8_t { all, dirty };
// Errors: those of the sink.
Result<void> write_live_pages(const LiveImage& image, LivePages which, const std::function<Result<void>(std::string_view name, std::string&& bytes)>& out);
std::vector<std::string> live_page_names(const LiveImage& image);

// Gathers pages in any order. Errors: failure, naming the page that is damaged, missing or unknown.
class LiveLoader {
 public:
  Result<void> place(std::string_view name, std::string_view bytes);
  // A store without pages of these has an image without anything.
  Result<LiveImage> finish();

 private:
  std::map<std::string, std::string, std::less<>> pages_;
};

}  // namespace wanamaker
