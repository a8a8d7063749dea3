#include "live/flip_search.h"

#include <algorithm>

namespace wanamaker {

Probe& FlipSearch::probe_at(Timestamp t, const Environment& environment) {
  constexpr std::size_t kProbesMost = 64;
  if (const auto found = probes_.find(t); found != probes_.end()) return found->second;
  if (probes_.size() == kProbesMost) probes_.clear();
  return probes_.try_emplace(t, Environment{environment.base, environment.zone, t}, nullptr).first->second;
}

Timestamp FlipSearch::flipped_at(const TypedExpression& rule, ContactOrdinal contact, Timestamp own_at, const Environment& environment) {
  was_asked_ = true;
  const Subject subject = Subject::of(contact);
  if (range_.from != own_at || range_.until != environment.t) edges_.clear();
  range_ = {.from = own_at, .until = environment.t};
  std::vector<Timestamp> edges;
  bool complete = true;
  append_edges(rule, subject, environment, range_, edges, complete, &edges_);
  if (!complete) return environment.t;
  std::erase_if(edges, [&](Timestamp edge) { return edge <= own_at || edge > environment.t; });
  std::ranges::sort(edges, std::greater());
  const bool holds = probe_at(environment.t, environment).decide(rule, subject);
  for (const Timestamp edge : edges)
    if (probe_at({edge.ms - 1}, environment).decide(rule, subject) != holds) return edge;
  return own_at;
}

}  // namespace wanamaker
