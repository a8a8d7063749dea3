#pragma once
// No acknowledgement before its sync: of a recorded stream of writes, syncs and the test's marks `begin LANE NUMBER` and
// `ack LANE NUMBER`. For each acknowledgement there must be a write to a file of the log after its begin, covered by a sync of
// that file that ended before the acknowledgement.

#include "durable/recording_file_system.h"

#include <optional>
#include <string>
#include <vector>

namespace wanamaker::durable {

// A mark of a step: `begin`, `act` (no command, but a checkpoint or the like) and their ends `ack`, `acted`.
struct StepMark {
  bool is_end = false;
  bool is_command = true;
  std::uint32_t lane = 0;
  std::uint64_t number = 0;
};
std::optional<StepMark> step_of(const Operation& operation);

struct OrderFindings {
  std::size_t acknowledgements = 0;
  std::vector<std::string> violations;
};
OrderFindings acknowledgements_before_their_sync(const std::vector<Operation>& operations);

}  // namespace wanamaker::durable
