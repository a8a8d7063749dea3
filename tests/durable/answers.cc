#include "durable/answers.h"

#include "durable/engine_calls.h"
#include "durable/workload.h"
#include "evaluate/sweep/sweep.h"
#include "language/checker.h"

#include <algorithm>

namespace wanamaker::durable {

Result<Members> members_of_all(Engine& engine, Timestamp at) {
  const Base& base = read_base(engine);
  Members members;
  for (const auto& [key, segment] : base.catalog.segments) {
    if (lane_of(key) != 0) continue;  // those of a lane come and go
    WM_TRY(const Definition definition, compile_saved(key, base.schema, base.catalog));
    const SweepResult result = Sweeper(best_kernels(), 1).sweep(definition, base, read_zone(engine), at);
    std::vector<std::string>& ids = members[key];
    for (std::uint32_t i = 0; i < base.ordinals(); ++i)
      if (result.has({i})) ids.emplace_back(base.contact_id({i}));
    std::ranges::sort(ids);
  }
  return members;
}

}  // namespace wanamaker::durable
