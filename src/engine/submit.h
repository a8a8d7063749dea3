#pragma once
// What became of a command.

#include "base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace wanamaker {

// A row of an import batch that was not accepted; the others were.
struct RejectedRow {
  std::uint64_t row_index = 0;
  std::string code;
  std::string reason;
};

// What becomes of events whose message id was that of a contact who is erased: an import is meant, a late retry over the network is not.
enum class Forgotten : std::uint8_t { are_taken, are_duplicates };

struct SubmitOutcome {
  std::uint64_t applied = 0;     // rows of an import batch
  std::uint64_t duplicates = 0;  // events that were there already, by message id
  std::vector<RejectedRow> rejects;
};

}  // namespace wanamaker
