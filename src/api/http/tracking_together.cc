#include "api/http/tracking_together.h"

#include "api/http/json_value.h"
#include "api/http/problem.h"
#include "api/http/routes.h"

#include <algorithm>
#include <map>

namespace wanamaker {

void TrackedTogether::add(std::size_t request, Call& call) {
  const auto body = call.item_body(kTrackingList);
  if (!body) return;
  auto read = read_tracking_items(call, **body);
  if (!read || !read->is_single) return;
  TrackingMessage& message = read->items.front().message;
  if (message.kind == TrackingKind::identify || message.kind == TrackingKind::alias) return;
  all_.push_back({.request = request, .call = &call, .message = std::move(message)});
}

std::vector<TrackedTogether::Answer> TrackedTogether::submit() {
  if (all_.empty()) return {};
  Engine& engine = service_.store().engine();
  Metrics& metrics = service_.metrics();
  std::vector<const One*> taken;
  std::uint64_t forgotten = 0;
  std::uint64_t dropped = 0;
  auto judging = engine.judging();
  EventBatches events(engine.unsettled());
  for (const One& one : all_) {
    judge_on(judging, taken.size() + 1, [] {});
    const TrackingMessage& message = one.message;
    if (join_wanted(message, engine.unsettled())) continue;
    if (!message.message_id.empty() && engine.is_forgotten(message.message_id)) {  // its contact is erased: a retry brings nobody back
      ++forgotten;
      taken.push_back(&one);
      continue;
    }
    const EventBatches::Event event{.index = one.request, .contact_id = message.contact_id(), .name = message.event, .message_id = message.message_id, .at = message.at, .properties = message.properties};
    if (events.add(event)) continue;
    dropped += message.dropped;
    taken.push_back(&one);
  }
  judging.unlock();
  if (events.brings_names()) return {};
  Workspace workspace(engine, service_.store().sweeper(), service_.questions(), all_.back().call->now());
  EventBatches::Written written = events.submit_as_far_as_possible(workspace);
  std::map<std::uint64_t, std::string> refused;
  for (RejectedItem& item : refused_of(written.outcome)) refused.emplace(item.index, std::move(item.reason));
  metrics.events_applied += written.outcome.applied;
  metrics.events_duplicate += written.outcome.duplicates + forgotten;
  metrics.items_rejected += refused.size();
  metrics.properties_dropped += dropped + events.dropped();
  const auto answer_to = [&](const One& one) {
    if (std::ranges::binary_search(written.unwritten, one.request)) return problem(*written.failure, one.call->request().id);
    const auto fault = refused.find(one.request);
    return fault == refused.end() ? tracking_success() : problem(fail_at("#", fault->second).error(), one.call->request().id);
  };
  std::vector<Answer> answers;
  for (const One* one : taken) answers.push_back({one->request, one->call, answer_to(*one)});
  return answers;
}

}  // namespace wanamaker
