#pragma once
// What an open store holds, lane by lane, in the words of model.h, and the judgement on a store after a crash: every lane must be
// in the state after some number of its steps, not less than what was acknowledged and not more than what was begun.

#include "durable/model.h"
#include "engine/engine.h"

#include <memory>
#include <string>
#include <vector>

namespace wanamaker::durable {

// By lane, 0 to lanes.
std::vector<StateLines> store_state(Engine& engine, std::uint32_t lanes);

// How many steps of each lane were acknowledged, and at least begun.
struct Progress {
  std::vector<std::uint64_t> acknowledged;
  std::vector<std::uint64_t> begun;
};

struct Judgement {
  std::vector<std::uint64_t> survived;  // by lane
  std::vector<std::string> complaints;
};

// Knows what a workload of some lanes leads to. Single-threaded.
class Judge {
 public:
  // Shape: histories of lanes 0 to lanes.
  Judge(const LaneOptions& options, std::uint32_t lanes);
  Judgement judge(Engine& engine, const Progress& progress);
  std::uint64_t setup_steps() const { return setup_steps_; }

 private:
  std::vector<LaneHistory> histories_;
  std::uint64_t setup_steps_ = 0;
};

}  // namespace wanamaker::durable
