#include "durable/order.h"

#include "durable/engine_calls.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

namespace wanamaker::durable {

std::optional<StepMark> step_of(const Operation& operation) {
  if (operation.kind != OperationKind::mark) return std::nullopt;
  const std::string& text = operation.path;
  const std::size_t lane = text.find(' ');
  const std::size_t number = text.find(' ', lane + 1);
  if (lane == std::string::npos || number == std::string::npos) return std::nullopt;
  const std::string word = text.substr(0, lane);
  StepMark mark{.is_end = word == "ack" || word == "acted", .is_command = word == "begin" || word == "ack"};
  std::from_chars(text.data() + lane + 1, text.data() + number, mark.lane);
  std::from_chars(text.data() + number + 1, text.data() + text.size(), mark.number);
  return mark;
}

OrderFindings acknowledgements_before_their_sync(const std::vector<Operation>& operations) {
  OrderFindings findings;
  std::set<std::uint32_t> log_files;
  std::map<std::uint32_t, std::size_t> begun;                // by lane
  std::map<std::uint32_t, std::vector<std::size_t>> writes;  // by file of the log
  std::map<std::uint32_t, std::uint64_t> covered;            // by file of the log
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const Operation& operation = operations[i];
    if (operation.kind == OperationKind::create && is_log_file(operation.path)) log_files.insert(operation.file);
    if (operation.kind == OperationKind::write && log_files.contains(operation.file)) writes[operation.file].push_back(i);
    if (operation.kind == OperationKind::sync && log_files.contains(operation.file))
      covered[operation.file] = std::max(covered[operation.file], operation.covers);
    const auto mark = step_of(operation);
    if (!mark || !mark->is_command) continue;
    if (!mark->is_end) {
      begun[mark->lane] = i;
      continue;
    }
    ++findings.acknowledgements;
    bool is_durable = false;
    for (const auto& [file, places] : writes) {
      const auto first = std::ranges::lower_bound(places, begun[mark->lane]);
      is_durable = is_durable || (first != places.end() && *first < covered[file]);
    }
    if (!is_durable)
      findings.violations.push_back(
          fmt::format("lane {} step {} was acknowledged before a sync of its record ended", mark->lane, mark->number));
  }
  return findings;
}

}  // namespace wanamaker::durable
