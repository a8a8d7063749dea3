#include "api/http/metrics.h"

#include <fmt/format.h>

namespace wanamaker {
namespace {

void line(std::string& text, std::string_view name, std::string_view kind, std::string_view help, std::uint64_t value) {
  text += fmt::format("# HELP wanamaker_{0} {1}\n# TYPE wanamaker_{0} {2}\nwanamaker_{0} {3}\n", name, help, kind, value);
}

}  // namespace

std::string metrics_text(const Metrics& metrics, const Questions& questions, Workspace& workspace) {
  std::string text = "# HELP wanamaker_http_responses_total Answers by the first digit of their status\n# TYPE wanamaker_http_responses_total counter\n";
  for (std::size_t i = 1; i < metrics.requests_by_class.size(); ++i) text += fmt::format("wanamaker_http_responses_total{{class=\"{}xx\"}} {}\n", i, metrics.requests_by_class[i].load());
  line(text, "http_overload_total", "counter", "Requests that were turned away since a queue was full, or their key asked too often", metrics.overloads);
  line(text, "http_bad_requests_total", "counter", "Bytes that were no request", metrics.bad_requests);
  line(text, "http_connections_total", "counter", "Connections accepted", metrics.connections);
  line(text, "http_open_connections", "gauge", "Connections that are open", metrics.open_connections);
  line(text, "http_refused_connections_total", "counter", "Connections over the cap", metrics.refused_connections);
  line(text, "http_waiting_writes", "gauge", "Writes that wait for a worker", metrics.waiting_writes);
  line(text, "http_waiting_reads", "gauge", "Reads that wait for a worker", metrics.waiting_reads);
  line(text, "events_applied_total", "counter", "Events taken in over HTTP", metrics.events_applied);
  line(text, "events_duplicate_total", "counter", "Events that were there already, by message id", metrics.events_duplicate);
  line(text, "items_rejected_total", "counter", "Items of batches that were not accepted", metrics.items_rejected);
  line(text, "properties_dropped_total", "counter", "Properties that did not fit their type and were left out of their event", metrics.properties_dropped);
  text += "# HELP wanamaker_questions_stopped_total Questions that were stopped before they were answered, by why\n# TYPE wanamaker_questions_stopped_total counter\n";
  for (const auto why : {Questions::End::too_long, Questions::End::asker_gone, Questions::End::process_ends})
    text += fmt::format("wanamaker_questions_stopped_total{{why=\"{}\"}} {}\n", Questions::kEndNames[static_cast<std::size_t>(why)], questions.ended(why));
  const Base& base = workspace.base();
  std::uint64_t events = 0;
  for (const EventTable& table : base.events) events += table.live_rows();
  const Live& live = workspace.engine().live();
  line(text, "contacts", "gauge", "Contacts", base.contacts());
  line(text, "events", "gauge", "Events", events);
  line(text, "segments", "gauge", "Saved dynamic segments", base.catalog.segments.size());
  line(text, "feed_last", "gauge", "Number of the last change of a membership", live.feed().last());
  line(text, "settled_at_seconds", "gauge", "Instant up to which time has run, in seconds since 1970", static_cast<std::uint64_t>(std::max<std::int64_t>(0, live.settled_at().ms / 1000)));
  line(text, "writes_refused", "gauge", "1 where the store takes no writes", workspace.engine().refuses_writes() ? 1 : 0);
  return text;
}

}  // namespace wanamaker
