#include "ingest/wording.h"

#include <string_view>

namespace wanamaker {
namespace {

constexpr std::string_view kBefore = " ('\"";  // an option begins behind one of these, or the text

bool is_of_name(char c) { return (c >= 'a' && c <= 'z') || c == '-'; }

}  // namespace

std::string with_parameters(std::string text) {
  for (std::size_t at = text.find("--"); at != std::string::npos; at = text.find("--", at + 1)) {
    const bool begins = at == 0 || kBefore.find(text[at - 1]) != std::string_view::npos;
    std::size_t end = at + 2;
    while (end < text.size() && is_of_name(text[end])) ++end;
    if (!begins || end == at + 2 || text[at + 2] == '-') continue;
    text = text.substr(0, at) + "'" + text.substr(at + 2, end - at - 2) + "'" + text.substr(end);
  }
  return text;
}

}  // namespace wanamaker
