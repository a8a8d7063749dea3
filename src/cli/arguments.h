#pragma once
// What the user wrote, parsed: the command's words and its options. CLI11 is seen by arguments.cc alone.

#include "base/result.h"
#include "ingest/options.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

inline constexpr std::string_view kVersion = "wanamaker 0.1.0";

struct Arguments {
  std::string command;                  // "count", "segment put", …
  std::string data = "./wanamaker-data";
  bool json = false;
  std::string now = {};                 // an instant; empty: the clock
  std::string at = {};
  std::string until = {};               // segment due
  std::string known_at = {};            // segment members
  std::uint64_t after = 0;              // changes: the cursor
  std::uint64_t limit = 1'000;          // changes, segment due
  std::string due_after = {};           // segment due: the cursor

  std::string expression = {};
  std::string key = {};                 // segment, list, set
  std::vector<std::string> values = {}; // contacts, values, ids
  std::string contact = {};
  std::string into = {};
  std::string file = {};
  std::vector<std::string> parameters = {};
  std::string name = {};                // schema
  std::string type = {};
  std::string by = {};
  std::string note = {};
  std::string kind = "dynamic";         // segment put
  std::optional<std::uint32_t> version = {};        // segment diff, segment restore
  std::optional<std::uint32_t> other_version = {};  // segment diff
  bool history = false;
  bool dry_run = false;
  bool drop = false;
  int repeat = 1;
  std::vector<std::string> columns = {};
  bool csv = false;
  bool ndjson = false;
  bool verify = false;                  // count: also by probes, and compare
  bool list = false;                    // backup: those that are there
  bool check = false;                   // backup: read those that are there
  std::uint32_t keep = 10;              // backup: so many stay
  std::uint32_t backup = 0;             // restore: this one; 0: the newest
  bool replace = false;
  bool compact = false;
  std::optional<std::string> erase_now = {};  // contact erase --now: "" for at once, else an instant
  std::string erasures = {};
  std::string role = {};                // key add
  std::string listen = "127.0.0.1:8080";  // serve
  bool behind_proxy = false;
  std::string backups = {};
  std::string tls_cert = {};
  std::string tls_key = {};
  bool private_webhooks = false;
  std::uint64_t requests_per_key = 2'000;
  std::uint64_t writes_in_hand_kib = 16'384;
  std::uint64_t question_seconds = 10;
  std::string log = "requests";
  std::string config = {};              // a file of settings (settings.h)
  std::vector<std::string> given = {};  // flags of serve and config show that stand on the command line
  ImportOptions import = {};
};

// Shape: the words after the program's name. A text instead of Arguments is help or the version, to be printed with exit code 0.
// Errors: usage, with a suggestion where one is near.
struct Parsed {
  std::optional<Arguments> arguments;
  std::string text;
};
Result<Parsed> parse_arguments(const std::vector<std::string>& words);

}  // namespace wanamaker
