#include "durable/cases.h"

#include "base/check.h"
#include "durable/scratch.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace wanamaker::durable {
namespace {

void say(int file, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t written = ::write(file, text.data() + done, text.size() - done);
    if (written <= 0) _exit(3);
    done += static_cast<std::size_t>(written);
  }
}

std::string one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  std::ranges::replace(text, '\t', ' ');
  return text;
}

// One child and what it has told.
struct Child {
  std::size_t next = 0;  // the first case that is not judged yet
  std::size_t end = 0;
  pid_t process = -1;
  int pipe = -1;
  std::string unread;
};

class Runner {
 public:
  Runner(const std::function<Verdict(std::size_t)>& run_case, std::size_t count, std::size_t jobs) : run_case_(run_case) {
    for (std::size_t job = 0; job < jobs; ++job) {
      children_.push_back({.next = count * job / jobs, .end = count * (job + 1) / jobs, .unread = {}});
      start(children_.back());
    }
  }

  Totals run() {
    for (;;) {
      std::vector<pollfd> waits;
      for (const Child& child : children_)
        if (child.pipe >= 0) waits.push_back({.fd = child.pipe, .events = POLLIN, .revents = 0});
      if (waits.empty()) return std::move(totals_);
      if (::poll(waits.data(), waits.size(), -1) < 0) continue;
      for (const pollfd& wait : waits) {
        if (wait.revents == 0) continue;
        for (Child& child : children_)
          if (child.pipe == wait.fd) hear(child);
      }
    }
  }

 private:
  void start(Child& child) {
    if (child.next >= child.end) return;
    int ends[2];
    CHECK(::pipe(ends) == 0, "a pipe can be made");
    std::fflush(nullptr);
    child.process = ::fork();
    CHECK(child.process >= 0, "a process can be made");
    if (child.process == 0) {
      ::close(ends[0]);
      for (std::size_t i = child.next; i < child.end; ++i) {
        ::alarm(kCaseSecondsMax);
        const Verdict verdict = run_case_(i);
        say(ends[1], fmt::format("{}\t{}\t{}\n", i, one_line(verdict.word), one_line(verdict.complaint)));
      }
      std::fflush(nullptr);
      _exit(0);
    }
    ::close(ends[1]);
    child.pipe = ends[0];
    child.unread.clear();
  }

  void hear(Child& child) {
    char buffer[1 << 14];
    const ssize_t size = ::read(child.pipe, buffer, sizeof buffer);
    if (size > 0) {
      child.unread.append(buffer, static_cast<std::size_t>(size));
      for (std::size_t line = child.unread.find('\n'); line != std::string::npos; line = child.unread.find('\n')) {
        judge(child, child.unread.substr(0, line));
        child.unread.erase(0, line + 1);
      }
      return;
    }
    ::close(child.pipe);
    child.pipe = -1;
    int status = 0;
    ::waitpid(child.process, &status, 0);
    remove_scratch_of(child.process);
    if (child.next >= child.end) return;
    const std::string how = WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status)) : fmt::format("exit {}", WEXITSTATUS(status));
    fail(child.next, "crash", "the process ended with " + how);
    ++child.next;
    start(child);
  }

  void judge(Child& child, const std::string& line) {
    const std::size_t word = line.find('\t') + 1;
    const std::size_t complaint = line.find('\t', word) + 1;
    std::size_t number = 0;
    std::from_chars(line.data(), line.data() + line.size(), number);
    child.next = number + 1;
    const std::string name = line.substr(word, complaint - word - 1);
    if (complaint < line.size()) return fail(number, name, line.substr(complaint));
    ++totals_.passed;
    ++totals_.words[name];
  }

  void fail(std::size_t number, const std::string& word, const std::string& complaint) {
    ++totals_.failed;
    ++totals_.words[word];
    if (totals_.complaints.size() < kComplaintsMax) totals_.complaints.push_back(fmt::format("case {}: {}: {}", number, word, complaint));
  }

  const std::function<Verdict(std::size_t)>& run_case_;
  std::vector<Child> children_;
  Totals totals_;
};

}  // namespace

Totals run_cases(std::size_t count, std::size_t jobs, const std::function<Verdict(std::size_t)>& run_case) {
  return Runner(run_case, count, std::max<std::size_t>(jobs, 1)).run();
}

int report(const Totals& totals) {
  for (const std::string& complaint : totals.complaints) fmt::print("{}\n", complaint);
  for (const auto& [word, number] : totals.words) fmt::print("{:>8} {}\n", number, word);
  fmt::print("{} passed, {} failed\n", totals.passed, totals.failed);
  return totals.failed == 0 && totals.passed > 0 ? 0 : 1;
}

}  // namespace wanamaker::durable
