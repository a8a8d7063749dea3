#pragma once
// Runs numbered cases in child processes, some at a time. Key idea: a case that crashes or hangs the process fails alone; a new child
// goes on with the next. The parent opens no store, so that its children start without threads.

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace wanamaker::durable {

// What became of a case: a short word for the table, and a complaint when it failed.
struct Verdict {
  std::string word;
  std::string complaint = {};
};

struct Totals {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::map<std::string, std::size_t> words;
  std::vector<std::string> complaints;  // the first kComplaintsMax
};

inline constexpr std::size_t kComplaintsMax = 40;
inline constexpr unsigned kCaseSecondsMax = 60;  // then the case counts as hung

// Shape: each child takes a run of neighbouring cases, so that what one prepares serves the next.
Totals run_cases(std::size_t count, std::size_t jobs, const std::function<Verdict(std::size_t)>& run_case);

// Prints the words with their numbers, the complaints, and `N passed, N failed`; gives the exit status.
int report(const Totals& totals);

}  // namespace wanamaker::durable
