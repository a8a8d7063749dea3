#include "api/http/json_body.h"

#include "api/http/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace wanamaker {
namespace {

constexpr int kLevelsAroundItems = 2;  // the body and its list

// Calls visit(position, character, depth before it) for each character that is in no text. False: stop.
template <typename Visit>
void visit_outside_texts(std::string_view text, Visit visit) {
  bool in_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_text) {
      if (c == '\\') ++i;
      else if (c == '"') in_text = false;
      continue;
    }
    if (!visit(i, c)) return;
    in_text = c == '"';
  }
}

// Counted before anything is parsed: a parser's own stack and memory grow with the depth.
int depth_of(std::string_view text) {
  int depth = 0;
  int deepest = 0;
  visit_outside_texts(text, [&](std::size_t, char c) {
    if (c == '{' || c == '[') deepest = std::max(deepest, ++depth);
    else if (c == '}' || c == ']') --depth;
    return true;
  });
  return deepest;
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

struct ItemPlaces {
  std::size_t begin = 0;  // of the list's bracket
  std::size_t end = 0;    // behind its closing one
  std::vector<std::string_view> items;
};

// Where the list stands. Nothing when there is none, or a bracket closes another kind than it opened.
class ItemFinder {
 public:
  ItemFinder(std::string_view body, std::string_view member) : body_(body), key_(json_quote(member)) {}

  std::optional<ItemPlaces> run() {
    visit_outside_texts(body_, [this](std::size_t i, char c) { return good_ = step(i, c); });
    if (!good_ || !open_.empty() || places_.end == 0) return std::nullopt;
    return std::move(places_);
  }

 private:
  bool is_in_list() const { return places_.begin > 0 && places_.end == 0; }

  bool step(std::size_t i, char c) {
    switch (c) {
      case '"': last_text_ = i; return true;
      case '{':
      case '[':
        if (c == '[' && open_ == "{" && is_behind_key(i)) {
          if (places_.begin > 0) return false;  // it stands twice
          places_.begin = i;
          item_ = i + 1;
        }
        open_ += c;
        return true;
      case ',':
        if (is_in_list() && open_ == "{[") take_item(i);
        return true;
      case '}':
      case ']': return close(i, c);
      default: return true;
    }
  }
  bool close(std::size_t i, char c) {
    if (open_.empty() || open_.back() != (c == '}' ? '{' : '[')) return false;
    if (is_in_list() && open_ == "{[") {
      if (!places_.items.empty() || !is_blank(body_.substr(item_, i - item_))) take_item(i);
      places_.end = i + 1;
    }
    open_.pop_back();
    return true;
  }
  void take_item(std::size_t end) {
    places_.items.push_back(body_.substr(item_, end - item_));
    item_ = end + 1;
  }
  // `"member" : [` with the bracket at i.
  bool is_behind_key(std::size_t i) const {
    const std::string_view before = body_.substr(last_text_, i - last_text_);
    if (!before.starts_with(key_)) return false;
    const std::string_view between = before.substr(key_.size());
    const std::size_t colon = between.find(':');
    return colon != std::string_view::npos && is_blank(between.substr(0, colon)) && is_blank(between.substr(colon + 1));
  }

  std::string_view body_;
  std::string key_;
  std::string open_;           // brackets that are open
  std::size_t last_text_ = 0;  // where the last text began
  std::size_t item_ = 0;
  ItemPlaces places_;
  bool good_ = true;
};

Result<Json> read_item(std::string_view item) {
  if (depth_of(item) > kJsonDepthMax - kLevelsAroundItems) return fail(ErrorCode::usage, fmt::format("nested deeper than {} levels", kJsonDepthMax));
  return Json::parse(item);
}

}  // namespace

Result<Json> parse_body(std::string_view body) {
  if (depth_of(body) > kJsonDepthMax) return fail(ErrorCode::usage, fmt::format("the body is nested deeper than {} levels", kJsonDepthMax), "write a deep definition as text");
  auto json = Json::parse(body);
  if (json) return json;
  return fail(ErrorCode::usage, "the body: " + json.error().message, "send one JSON object in UTF-8");
}

Result<ItemBody> parse_item_body(std::string_view body, std::string_view member) {
  auto whole = parse_body(body);
  if (whole) return ItemBody{.json = *std::move(whole), .faults = {}};
  const auto places = ItemFinder(body, member).run();
  if (!places) return fail(std::move(whole).error());
  WM_TRY(const Json frame, parse_body(std::string(body.substr(0, places->begin)) + "[]" + std::string(body.substr(places->end))));
  ItemBody read{.json = Json::object(), .faults = {}};
  Json list = Json::array();
  for (std::size_t i = 0; i < places->items.size(); ++i) {
    auto item = read_item(places->items[i]);
    if (!item) read.faults.emplace(i, "the item cannot be read: " + item.error().message);
    list.push(item ? *std::move(item) : Json());
  }
  for (const auto& [name, value] : *frame.as_object()) read.json.set(name, name == member ? std::move(list) : value);
  return read;
}

}  // namespace wanamaker
