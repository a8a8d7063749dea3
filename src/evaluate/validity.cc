#include "evaluate/validity.h"

#include "evaluate/edges.h"

#include <algorithm>

namespace wanamaker {

Validity validity(const TypedExpression& root, bool ranks, ContactOrdinal contact, const Environment& environment) {
  const Subject subject = Subject::of(contact);
  const auto decide_at = [&](Timestamp t) {
    return Probe({environment.base, environment.zone, t, environment.rankings}, nullptr).decide(root, subject);
  };
  Validity result{.member = decide_at(environment.t)};
  result.known = !ranks;
  if (ranks) return result;
  const EdgeRange range = edge_range(environment.t);
  std::vector<Timestamp> edges;
  append_edges(root, subject, environment, range, edges, result.known);
  if (!result.known) return result;
  std::erase_if(edges, [&](Timestamp edge) { return edge < range.from || edge > range.until; });
  std::ranges::sort(edges);
  edges.erase(std::ranges::unique(edges).begin(), edges.end());
  const auto next = std::ranges::upper_bound(edges, environment.t);
  for (auto edge = next; edge != edges.end(); ++edge) {
    if (decide_at(*edge) == result.member) continue;
    result.until = *edge;
    break;
  }
  for (auto edge = next; edge != edges.begin();) {
    --edge;
    if (decide_at({edge->ms - 1}) == result.member) continue;
    result.since = *edge;
    break;
  }
  return result;
}

}  // namespace wanamaker
