// The load of ./scripts/bench http: connections that each send, wait for the answer, and send again. Bodies are made of a seed.
//   wanamaker_http_load PORT KEY batches|single|preview|members|greedy CONNECTIONS SECONDS SEED FILE [PER_SECOND]
// FILE says what is sent. preview: one body a line, in turn; members: paths, likewise. Others: a line "PREFIX CONTACTS", then a line
// "WEIGHT EVENT PROPERTY=PREFIX:VALUES …" for each event. greedy: single events, of which 429 and 503 with Retry-After are answers too. PER_SECOND: each connection sends no more often. Prints one JSON object: requests, events, refused, seconds, latencies in
// milliseconds of what was done, CPU seconds of its own.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kEventsOfABatch = 1'000;

[[noreturn]] void give_up(const std::string& why) {
  std::cerr << "http_load: " << why << '\n';
  std::exit(1);
}

struct Property {
  std::string name;
  std::string prefix;  // none: a number
  std::uint64_t values = 1;
};
struct Kind {
  std::uint64_t weight = 1;
  std::string name;
  std::vector<Property> properties = {};
};

struct Plan {
  std::uint16_t port = 0;
  std::string key;
  std::string mode;
  unsigned connections = 1;
  double seconds = 1;
  std::uint64_t seed = 1;
  double per_second = 0;  // 0: as often as it is answered
  std::vector<std::string> lines = {};
  std::string prefix = {};  // of contacts
  std::uint64_t contacts = 1;
  std::vector<Kind> kinds = {};
  std::uint64_t weights = 0;
};

struct Tally {
  std::vector<double> milliseconds;
  std::uint64_t events = 0;
  std::uint64_t refused = 0;
};

class Client {
 public:
  Client(const Plan& plan, unsigned number) : plan_(plan), number_(number), random_(plan.seed * 1'000 + number), socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(plan.port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) give_up("nobody answers at the port");
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  ~Client() { close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Tally run(Clock::time_point until) {
    Tally tally;
    const auto started = Clock::now();
    for (std::uint64_t i = 0; Clock::now() < until; ++i) {
      if (plan_.per_second > 0) std::this_thread::sleep_until(started + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(static_cast<double>(i) / plan_.per_second)));
      const std::string request = next_request();
      const auto began = Clock::now();
      send_all(request);
      if (!read_answer()) {
        ++tally.refused;
        continue;
      }
      tally.milliseconds.push_back(std::chrono::duration<double, std::milli>(Clock::now() - began).count());
      tally.events += plan_.mode == "batches" ? kEventsOfABatch : plan_.mode == "single" || plan_.mode == "greedy" ? 1 : 0;
    }
    return tally;
  }

 private:
  std::string event() {
    std::uint64_t dice = random_() % plan_.weights;
    const Kind* kind = plan_.kinds.data();
    for (; dice >= kind->weight; ++kind) dice -= kind->weight;
    std::string properties;
    for (const Property& property : kind->properties) {
      const std::string value = property.prefix + std::to_string(random_() % property.values);
      properties += fmt::format("{}\"{}\":{}", properties.empty() ? "" : ",", property.name, property.prefix.empty() ? value : '"' + value + '"');
    }
    return fmt::format(R"({{"type":"track","userId":"{}{}","event":"{}","messageId":"{}-{}-{}","properties":{{{}}}}})", plan_.prefix, random_() % plan_.contacts, kind->name, plan_.seed, number_, sent_++, properties);
  }
  std::string next_request() {
    std::string body;
    if (plan_.mode == "preview") {
      body = plan_.lines[sent_++ % plan_.lines.size()];
      return head("/api/v1/segments/preview", body.size()) + body;
    }
    if (plan_.mode == "members") return fmt::format("GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\nAccept: application/x-ndjson\r\n\r\n", plan_.lines[sent_++ % plan_.lines.size()], plan_.key);
    if (plan_.mode == "single" || plan_.mode == "greedy") {
      body = event();
      return head("/v1/track", body.size()) + body;
    }
    body = R"({"batch":[)";
    for (std::size_t i = 0; i < kEventsOfABatch; ++i) body += (i > 0 ? "," : "") + event();
    body += "]}";
    return head("/v1/batch", body.size()) + body;
  }
  std::string head(const char* path, std::size_t size) const {
    return fmt::format("POST {} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", path, plan_.key, size);
  }
  void send_all(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) give_up("the connection broke");
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void receive(std::string& came) const {
    char part[64 << 10];
    const auto bytes = ::recv(socket_, part, sizeof part, 0);
    if (bytes <= 0) give_up("the connection broke");
    came.append(part, static_cast<std::size_t>(bytes));
  }
  // False: it was refused, as who asks too often may be. Anything else but 200 is no answer: a figure of refusals is none.
  bool read_answer() {
    std::string& came = buffer_;
    came.clear();
    std::size_t end = std::string::npos;
    std::size_t size = 0;
    while (end == std::string::npos || came.size() < end + size) {
      receive(came);
      if (end != std::string::npos) continue;
      end = came.find("\r\n\r\n");
      if (end == std::string::npos) continue;
      end += 4;
      if (came.find("Transfer-Encoding: chunked") < end) return read_pieces(came, end);
      const std::size_t length = came.find("Content-Length: ");
      if (length == std::string::npos || length > end) give_up("an answer without a length");
      size = std::stoul(came.substr(length + 16));
    }
    const bool is_refused = came.starts_with("HTTP/1.1 429") || came.starts_with("HTTP/1.1 503");
    if (plan_.mode == "greedy" && is_refused && came.find("Retry-After: ") != std::string::npos) return false;
    if (!came.starts_with("HTTP/1.1 200")) give_up(came.substr(0, 300));
    if (came.find("\"rejected\":[{") != std::string::npos) give_up("an event was rejected");
    return true;
  }
  // A body in pieces, up to its last; none of it is kept.
  bool read_pieces(std::string& came, std::size_t begin) const {
    if (!came.starts_with("HTTP/1.1 200")) give_up(came.substr(0, 300));
    came.erase(0, begin);
    while (!came.ends_with("0\r\n\r\n")) {
      receive(came);
      if (came.size() > 64) came.erase(0, came.size() - 64);
    }
    return true;
  }

  const Plan& plan_;
  unsigned number_;
  std::mt19937_64 random_;
  int socket_;
  std::uint64_t sent_ = 0;
  std::string buffer_;
};

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double at_share(const std::vector<double>& sorted, double share) { return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(share * static_cast<double>(sorted.size())))]; }

void run(const Plan& plan) {
  std::vector<Tally> tallies(plan.connections);
  const auto began = Clock::now();
  const auto until = began + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(plan.seconds));
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < plan.connections; ++i) threads.emplace_back([&, i] { tallies[i] = Client(plan, i).run(until); });
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
  std::vector<double> all;
  std::uint64_t events = 0;
  std::uint64_t refused = 0;
  for (const Tally& tally : tallies) {
    refused += tally.refused;
    all.insert(all.end(), tally.milliseconds.begin(), tally.milliseconds.end());
    events += tally.events;
  }
  if (all.empty()) give_up("nothing was answered in the time");
  std::sort(all.begin(), all.end());
  fmt::print(R"({{"requests":{},"events":{},"refused":{},"seconds":{:.3f},"p50":{:.3f},"p95":{:.3f},"p99":{:.3f},"cpu":{:.3f}}})" "\n", all.size(), events, refused, seconds, at_share(all, 0.5), at_share(all, 0.95), at_share(all, 0.99), cpu_seconds());
}

}  // namespace

namespace {

void read_kinds(Plan& plan) {
  std::istringstream first(plan.lines.front());
  if (!(first >> plan.prefix >> plan.contacts)) give_up("the first line is no PREFIX CONTACTS");
  if (plan.prefix == "-") plan.prefix.clear();
  for (auto line = plan.lines.begin() + 1; line != plan.lines.end(); ++line) {
    std::istringstream words(*line);
    Kind kind;
    if (!(words >> kind.weight >> kind.name)) give_up("a line is no WEIGHT EVENT");
    for (std::string word; words >> word;) {
      const std::size_t equals = word.find('=');
      const std::size_t colon = word.find(':', equals);
      if (colon == std::string::npos) give_up("a word is no PROPERTY=PREFIX:VALUES");
      kind.properties.push_back({.name = word.substr(0, equals), .prefix = word.substr(equals + 1, colon - equals - 1), .values = std::stoul(word.substr(colon + 1))});
    }
    plan.weights += kind.weight;
    plan.kinds.push_back(std::move(kind));
  }
}

}  // namespace

int main(int count, char** words) {
  if (count < 8) give_up("usage: PORT KEY batches|single|preview|members|greedy CONNECTIONS SECONDS SEED FILE [PER_SECOND]");
  Plan plan{.port = static_cast<std::uint16_t>(std::stoul(words[1])), .key = words[2], .mode = words[3], .connections = static_cast<unsigned>(std::stoul(words[4])), .seconds = std::stod(words[5]), .seed = std::stoull(words[6])};
  std::ifstream file(words[7]);
  for (std::string line; std::getline(file, line);) plan.lines.push_back(line);
  if (plan.lines.empty()) give_up("the file says nothing");
  if (plan.mode != "preview" && plan.mode != "members") read_kinds(plan);
  if (count > 8) plan.per_second = std::stod(words[8]);
  run(plan);
  return 0;
}
