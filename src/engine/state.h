#pragma once
// Everything that the log makes, as one value: the base, and what else the engine keeps. What a checkpoint writes and a start loads.
// Key idea: an image of it is cheap and immutable, so a checkpoint writes pages while commands go on changing the state.

#include "calendar/zone.h"
#include "columns/base.h"
#include "columns/pages.h"
#include "engine/access.h"
#include "engine/audit_log.h"
#include "engine/connections.h"
#include "engine/forgotten_messages.h"
#include "engine/kept_answers.h"
#include "live/live.h"
#include "model/commands.h"
#include "store/pages.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace wanamaker {

struct EngineState {
  Base base;
  Zone zone = Zone::utc();
  Live live;
  std::vector<ImportMark> marks;
  // Tokens are good for nine hours (api/http/providers_resource.cc); a million of them is three a second.
  static constexpr ForgottenMessages::Limits kSpentLimits{.kept_ms = 9 * 3'600'000, .ids_max = 1'000'000};

  ForgottenMessages forgotten;
  ForgottenMessages spent{kSpentLimits};
  Connections connections;
  KeptAnswers answers;
  Access access;
  AuditLog audit;

  // Changes the state as the command says. Pure: what was validated cannot fail here.
  void apply(const Command& command);
  // The parts of it: live.prepare() goes between them, and live.settle() with the events that were added after them.
  void expire(const Command& command);
  std::vector<Base::NewEvent> change(const Command& command);
};

// The state at one place of the log. Made and released by the writer; read by any thread.
struct StateImage {
  BaseImage base;
  LiveImage live;
  std::vector<ImportMark> marks;
  std::string forgotten;  // encoded; empty where nothing is
  std::string spent;      // likewise
  std::string connections;  // likewise
  std::string answers;      // likewise
  std::string access;       // likewise
  std::string audit;        // likewise
};
StateImage image_of(const EngineState& state);

// Reads the state out of pages; an empty catalog gives an empty state. Decodes on two threads.
// Errors: failure, naming the page that is damaged, missing or does not fit.
Result<EngineState> load_state(Pages& pages);

struct WrittenPages {
  std::uint64_t pages = 0;
  std::uint64_t bytes = 0;
};
// Puts the pages of an image, all or those that are not durable yet, and commits. Errors: failure.
Result<WrittenPages> write_state(const StateImage& image, PageFilter filter, ChainLink link, Pages& pages);

// Equal for equal contents, whatever way they came about. Units: XXH3-64.
std::uint64_t hash_of(const StateImage& image);

}  // namespace wanamaker
