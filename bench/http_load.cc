// The load of ./scripts/bench http: connections that each send, wait for the answer, and send again. Bodies are made of a seed.
//   wanamaker_http_load PORT KEY batches|single|preview CONNECTIONS SECONDS SEED [FILE]
// preview asks for each line of FILE in turn. Prints one JSON object: requests, events, seconds, latencies in milliseconds, CPU seconds of its own.
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
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kEventsOfABatch = 1'000;
constexpr std::uint64_t kContacts = 100'000;
constexpr std::uint64_t kCampaigns = 500;
constexpr const char* kEvents[] = {"email_sent", "email_opened", "page_viewed", "email_clicked", "order_completed"};

[[noreturn]] void give_up(const std::string& why) {
  std::cerr << "http_load: " << why << '\n';
  std::exit(1);
}

struct Plan {
  std::uint16_t port = 0;
  std::string key;
  std::string mode;
  unsigned connections = 1;
  double seconds = 1;
  std::uint64_t seed = 1;
  std::vector<std::string> definitions = {};
};

struct Tally {
  std::vector<double> milliseconds;
  std::uint64_t events = 0;
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
    while (Clock::now() < until) {
      const std::string request = next_request();
      const auto began = Clock::now();
      send_all(request);
      read_answer();
      tally.milliseconds.push_back(std::chrono::duration<double, std::milli>(Clock::now() - began).count());
      tally.events += plan_.mode == "batches" ? kEventsOfABatch : plan_.mode == "single" ? 1 : 0;
    }
    return tally;
  }

 private:
  std::string event() {
    const std::uint64_t dice = random_();
    const char* name = kEvents[dice % 100 < 40 ? 0 : dice % 100 < 65 ? 1 : dice % 100 < 87 ? 2 : dice % 100 < 94 ? 3 : 4];
    return fmt::format(R"({{"type":"track","userId":"c{}","event":"{}","messageId":"{}-{}-{}","properties":{{"campaign":"k{}","amount":{}}}}})", (dice >> 8) % kContacts, name, plan_.seed, number_, sent_++,
                       (dice >> 32) % kCampaigns, (dice >> 48) % 1'000);
  }
  std::string next_request() {
    std::string body;
    if (plan_.mode == "preview") {
      body = plan_.definitions[sent_++ % plan_.definitions.size()];
      return head("/api/v1/segments/preview", body.size()) + body;
    }
    if (plan_.mode == "single") {
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
  // Only 200 is an answer: a figure of refusals is none.
  void read_answer() {
    std::string& came = buffer_;
    came.clear();
    std::size_t end = std::string::npos;
    std::size_t size = 0;
    while (end == std::string::npos || came.size() < end + size) {
      char part[16 << 10];
      const auto bytes = ::recv(socket_, part, sizeof part, 0);
      if (bytes <= 0) give_up("the connection broke");
      came.append(part, static_cast<std::size_t>(bytes));
      if (end != std::string::npos) continue;
      end = came.find("\r\n\r\n");
      if (end == std::string::npos) continue;
      end += 4;
      const std::size_t length = came.find("Content-Length: ");
      if (length == std::string::npos || length > end) give_up("an answer without a length");
      size = std::stoul(came.substr(length + 16));
    }
    if (!came.starts_with("HTTP/1.1 200")) give_up(came.substr(0, 300));
    if (came.find("\"rejected\":[{") != std::string::npos) give_up("an event was rejected");
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
  for (const Tally& tally : tallies) {
    all.insert(all.end(), tally.milliseconds.begin(), tally.milliseconds.end());
    events += tally.events;
  }
  if (all.empty()) give_up("nothing was answered in the time");
  std::sort(all.begin(), all.end());
  fmt::print(R"({{"requests":{},"events":{},"seconds":{:.3f},"p50":{:.3f},"p95":{:.3f},"p99":{:.3f},"cpu":{:.3f}}})" "\n", all.size(), events, seconds, at_share(all, 0.5), at_share(all, 0.95), at_share(all, 0.99), cpu_seconds());
}

}  // namespace

int main(int count, char** words) {
  if (count < 7) give_up("usage: PORT KEY batches|single|preview CONNECTIONS SECONDS SEED [FILE]");
  Plan plan{.port = static_cast<std::uint16_t>(std::stoul(words[1])), .key = words[2], .mode = words[3], .connections = static_cast<unsigned>(std::stoul(words[4])), .seconds = std::stod(words[5]), .seed = std::stoull(words[6])};
  if (count > 7) {
    std::ifstream file(words[7]);
    for (std::string line; std::getline(file, line);) plan.definitions.push_back(line);
  }
  if (plan.mode == "preview" && plan.definitions.empty()) give_up("preview needs a file of bodies");
  run(plan);
  return 0;
}
