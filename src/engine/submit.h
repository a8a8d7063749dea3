#pragma once
// What became of a command.

#include "base/result.h"
#include "model/commands.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace wanamaker {

// A row of an import batch that was not accepted; the others were.
struct RejectedRow {
  std::uint64_t row_index = 0;
  std::string code;
  std::string reason;
  bool differs_in_time_alone = false;  // from the event that has its message id already
};

// What becomes of events whose message id was that of a contact who is erased: an import is meant, a late retry over the network is not.
enum class Forgotten : std::uint8_t { are_taken, are_duplicates };

struct SubmitOutcome {
  std::uint64_t applied = 0;     // rows of an import batch
  std::uint64_t duplicates = 0;  // events that were there already, by message id
  std::vector<RejectedRow> rejects;
};

// What goes into the log with a command, in one block: all of it is durable or nothing. Made of what became of the command before it is
// written; runs in the thread that commits, so it waits for nobody and reads no base.
using Companions = std::function<std::vector<CommandBody>(const SubmitOutcome&)>;

}  // namespace wanamaker
