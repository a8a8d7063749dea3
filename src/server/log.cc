#include "server/log.h"

#include "base/time.h"

#include <chrono>
#include <cstdio>

namespace wanamaker {

void ServerLog::say(std::string_view event, Json fields) const {
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
  Json line = Json::object().set("at", to_string(Timestamp{now.count()})).set("event", event);
  for (auto& [name, value] : *fields.as_object()) line.set(name, value);
  const std::string text = line.dump() + "\n";
  std::fwrite(text.data(), 1, text.size(), stderr);  // one call a line: lines of several threads do not mix
}

void ServerLog::answered(int status, Json fields) const {
  if (level_ == LogLevel::requests || status >= 500) say("request", std::move(fields));
}

}  // namespace wanamaker
