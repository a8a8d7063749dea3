// The load of ./scripts/bench http: connections that each send, wait for the answer, and send again. Bodies are made of a seed.
//   wanamaker_http_load PORT KEY batches|single|preview|members|greedy|overload|again CONNECTIONS SECONDS SEED FILE [PER_SECOND [LEDGER [patient]]]
// FILE says what is sent. preview: one body a line, in turn; members: paths, likewise. Others: a line "PREFIX CONTACTS", then a line
// "WEIGHT EVENT PROPERTY=PREFIX:VALUES …" for each event. greedy: single events, of which 429 and 503 with Retry-After are answers too. PER_SECOND: each connection sends no more often. Prints one JSON object: requests, events, refused, seconds, latencies in
// milliseconds of what was done, CPU seconds of its own.
// overload: batches at instants of their own, whatever became of the ones before; each connection has the same events again with new message
// ids. A connection that the server ends is opened again; patient: what was refused is sent again after Retry-After. LEDGER gets a line
// "CONNECTION BATCH" for each that was acknowledged; again: those are sent once more, with the same SEED.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <barrier>
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
  std::string ledger = {};
  bool is_patient = false;
  std::vector<std::string> lines = {};
  std::string prefix = {};  // of contacts
  std::uint64_t contacts = 1;
  std::vector<Kind> kinds = {};
  std::uint64_t weights = 0;
};

struct Tally {
  std::vector<double> milliseconds = {};
  std::vector<double> refusals = {};               // likewise, of overload
  std::vector<std::uint64_t> acknowledged = {};    // batches of overload, by number
  std::uint64_t events = 0;
  std::uint64_t refused = 0;
  std::uint64_t refused_503 = 0;
  std::uint64_t opened_again = 0;
  std::uint64_t broken = 0;                        // ended without an answer: nobody knows what became of the batch
};

enum class Answer : std::uint8_t { done, refused, broken };

double milliseconds_since(Clock::time_point began) { return std::chrono::duration<double, std::milli>(Clock::now() - began).count(); }

class Client {
 public:
  Client(const Plan& plan, unsigned number) : plan_(plan), number_(number), random_(plan.seed * 1'000 + number) { open(); }
  ~Client() { close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Tally run(Clock::time_point until) {
    Tally tally;
    const auto started = Clock::now();
    for (std::uint64_t i = 0; Clock::now() < until; ++i) {
      if (plan_.per_second > 0) std::this_thread::sleep_until(instant(started, static_cast<double>(i)));
      const std::string request = next_request();
      const auto began = Clock::now();
      if (asked(request) == Answer::refused) {
        ++tally.refused;
        continue;
      }
      tally.milliseconds.push_back(milliseconds_since(began));
      tally.events += plan_.mode == "batches" ? kEventsOfABatch : plan_.mode == "single" || plan_.mode == "greedy" ? 1 : 0;
    }
    return tally;
  }

  // What press() and repeat() send, but for its number.
  void make_batch() {
    std::string body = R"({"batch":[)";
    for (std::size_t i = 0; i < kEventsOfABatch; ++i) {
      body += (i > 0 ? "," : "") + event();
      numbers_at_.push_back(body.rfind(kNumberMark));
    }
    body += "]}";
    batch_ = head("/v1/batch", body.size());
    for (std::size_t& at : numbers_at_) at += batch_.size();
    batch_ += body;
  }

  // Open: an instant that is missed is made up for at once, so that what is offered does not follow what is taken.
  Tally press(Clock::time_point until) {
    Tally tally;
    const double phase = static_cast<double>(number_) / plan_.connections;  // the connections take turns
    const auto started = Clock::now();
    std::uint64_t number = 0;
    for (std::uint64_t i = 0; Clock::now() < until; ++i) {
      std::this_thread::sleep_until(std::min(instant(started, static_cast<double>(i) + phase), until));
      if (Clock::now() >= until) break;
      number_batch(number);
      const Answer answer = offer(tally, number);
      if (answer == Answer::refused && plan_.is_patient) std::this_thread::sleep_until(std::min(Clock::now() + std::chrono::seconds(retry_after_), until));
      else ++number;
    }
    return tally;
  }

  // The batches of a ledger once more.
  Tally repeat(const std::vector<std::uint64_t>& batches) {
    Tally tally;
    for (const std::uint64_t number : batches) {
      number_batch(number);
      while (offer(tally, number) != Answer::done) std::this_thread::sleep_for(std::chrono::seconds(retry_after_));
    }
    return tally;
  }

 private:
  void open() {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(plan_.port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) give_up("nobody answers at the port");
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  void open_again(Tally& tally) {
    close(socket_);
    open();
    ++tally.opened_again;
  }
  Clock::time_point instant(Clock::time_point started, double turns) const {
    return started + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(turns / plan_.per_second));
  }

  // ---- overload ----

  void number_batch(std::uint64_t number) {
    const std::string text = fmt::format("{:0{}}", number, kNumberMark.size());
    for (const std::size_t at : numbers_at_) batch_.replace(at, text.size(), text);
  }
  Answer offer(Tally& tally, std::uint64_t number) {
    const auto began = Clock::now();
    const Answer answer = asked(batch_);
    switch (answer) {
      case Answer::done:
        tally.milliseconds.push_back(milliseconds_since(began));
        tally.events += kEventsOfABatch;
        tally.acknowledged.push_back(number);
        break;
      case Answer::refused:
        ++tally.refused;
        tally.refused_503 += buffer_.starts_with("HTTP/1.1 503") ? 1 : 0;
        tally.refusals.push_back(milliseconds_since(began));
        break;
      case Answer::broken: ++tally.broken; break;
    }
    if (answer == Answer::broken || is_last_) open_again(tally);
    return answer;
  }

  // ---- requests ----

  std::string event() {
    std::uint64_t dice = random_() % plan_.weights;
    const Kind* kind = plan_.kinds.data();
    for (; dice >= kind->weight; ++kind) dice -= kind->weight;
    std::string properties;
    for (const Property& property : kind->properties) {
      const std::string value = property.prefix + std::to_string(random_() % property.values);
      properties += fmt::format("{}\"{}\":{}", properties.empty() ? "" : ",", property.name, property.prefix.empty() ? value : '"' + value + '"');
    }
    return fmt::format(R"({{"type":"track","userId":"{}{}","event":"{}","messageId":"{}-{}-{}-{}","properties":{{{}}}}})", plan_.prefix, random_() % plan_.contacts, kind->name, plan_.seed, number_, sent_++, kNumberMark, properties);
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
  Answer asked(std::string_view request) {
    const bool is_sent = send_all(request);  // who is refused early may still be told so
    const Answer answer = read_answer();
    if (answer == Answer::broken && !bears_refusals()) give_up(is_sent ? "the connection broke before its answer" : "the connection broke");
    return answer;
  }
  bool bears_refusals() const { return plan_.mode == "overload" || plan_.mode == "again"; }
  bool send_all(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  bool receive(std::string& came) const {
    char part[64 << 10];
    const auto bytes = ::recv(socket_, part, sizeof part, 0);
    if (bytes <= 0) return false;
    came.append(part, static_cast<std::size_t>(bytes));
    return true;
  }
  // Anything but 200 and, where they may come, refusals with Retry-After is no answer: a figure of errors is none.
  Answer read_answer() {
    std::string& came = buffer_;
    came.clear();
    std::size_t end = std::string::npos;
    std::size_t size = 0;
    while (end == std::string::npos || came.size() < end + size) {
      if (!receive(came)) return Answer::broken;
      if (end != std::string::npos) continue;
      end = came.find("\r\n\r\n");
      if (end == std::string::npos) continue;
      end += 4;
      if (came.find("Transfer-Encoding: chunked") < end) return read_pieces(came, end);
      const std::size_t length = came.find("Content-Length: ");
      if (length == std::string::npos || length > end) give_up("an answer without a length");
      size = std::stoul(came.substr(length + 16));
    }
    is_last_ = came.find("Connection: close\r\n") < end;
    const bool is_refused = came.starts_with("HTTP/1.1 429") || came.starts_with("HTTP/1.1 503");
    const std::size_t retry = came.find("Retry-After: ");
    if ((plan_.mode == "greedy" || bears_refusals()) && is_refused && retry < end) {
      retry_after_ = std::stoul(came.substr(retry + 13));
      return Answer::refused;
    }
    if (!came.starts_with("HTTP/1.1 200")) give_up(came.substr(0, 300));
    if (came.find("\"rejected\":[{") != std::string::npos) give_up("an event was rejected");
    return Answer::done;
  }
  // A body in pieces, up to its last; none of it is kept.
  Answer read_pieces(std::string& came, std::size_t begin) const {
    if (!came.starts_with("HTTP/1.1 200")) give_up(came.substr(0, 300));
    came.erase(0, begin);
    while (!came.ends_with("0\r\n\r\n")) {
      if (!receive(came)) return Answer::broken;
      if (came.size() > 64) came.erase(0, came.size() - 64);
    }
    return Answer::done;
  }

  static constexpr std::string_view kNumberMark = "00000000";  // in a message id, where the number of its batch goes
  const Plan& plan_;
  unsigned number_;
  std::mt19937_64 random_;
  int socket_ = -1;
  std::uint64_t sent_ = 0;
  std::string buffer_;
  std::string batch_;                     // a whole request
  std::vector<std::size_t> numbers_at_;   // in it
  std::uint64_t retry_after_ = 0;         // seconds, of the last refusal
  bool is_last_ = false;                  // the server ends the connection
};

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double at_share(const std::vector<double>& sorted, double share) { return sorted.empty() ? 0 : sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(share * static_cast<double>(sorted.size())))]; }

std::vector<std::vector<std::uint64_t>> read_ledger(const Plan& plan) {
  std::vector<std::vector<std::uint64_t>> batches(plan.connections);
  std::ifstream file(plan.ledger);
  std::uint64_t connection = 0;
  for (std::uint64_t batch = 0; file >> connection >> batch;) batches.at(connection).push_back(batch);
  return batches;
}

void write_ledger(const Plan& plan, const std::vector<Tally>& tallies) {
  std::ofstream file(plan.ledger);
  for (std::size_t i = 0; i < tallies.size(); ++i)
    for (const std::uint64_t batch : tallies[i].acknowledged) file << i << ' ' << batch << '\n';
  if (!file.flush()) give_up("the ledger cannot be written");
}

// The clock begins when all connections are open and have made what they send again and again.
std::vector<Tally> run_all(const Plan& plan, Clock::time_point& began) {
  std::vector<Tally> tallies(plan.connections);
  const auto duration = std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(plan.seconds));
  std::barrier ready(plan.connections, [&]() noexcept { began = Clock::now(); });
  const auto ledger = plan.mode == "again" ? read_ledger(plan) : std::vector<std::vector<std::uint64_t>>(plan.connections);
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < plan.connections; ++i) {
    threads.emplace_back([&, i] {
      Client client(plan, i);
      if (plan.mode == "overload" || plan.mode == "again") client.make_batch();
      ready.arrive_and_wait();
      const auto until = began + duration;
      tallies[i] = plan.mode == "overload" ? client.press(until) : plan.mode == "again" ? client.repeat(ledger[i]) : client.run(until);
    });
  }
  threads.clear();
  return tallies;
}

void run(const Plan& plan) {
  Clock::time_point began;
  const std::vector<Tally> tallies = run_all(plan, began);
  const double seconds = milliseconds_since(began) / 1'000;
  Tally all;
  for (const Tally& tally : tallies) {
    all.milliseconds.insert(all.milliseconds.end(), tally.milliseconds.begin(), tally.milliseconds.end());
    all.refusals.insert(all.refusals.end(), tally.refusals.begin(), tally.refusals.end());
    all.events += tally.events;
    all.refused += tally.refused;
    all.refused_503 += tally.refused_503;
    all.opened_again += tally.opened_again;
    all.broken += tally.broken;
  }
  if (all.milliseconds.empty()) give_up("nothing was answered in the time");
  if (plan.mode == "overload") write_ledger(plan, tallies);
  std::ranges::sort(all.milliseconds);
  std::ranges::sort(all.refusals);
  fmt::print(R"({{"requests":{},"events":{},"refused":{},"refused_503":{},"opened_again":{},"broken":{},"seconds":{:.3f},"p50":{:.3f},"p95":{:.3f},"p99":{:.3f},"longest":{:.3f},"refusal_p99":{:.3f},"cpu":{:.3f}}})" "\n", all.milliseconds.size(), all.events, all.refused,
             all.refused_503, all.opened_again, all.broken, seconds, at_share(all.milliseconds, 0.5), at_share(all.milliseconds, 0.95), at_share(all.milliseconds, 0.99), all.milliseconds.back(), at_share(all.refusals, 0.99), cpu_seconds());
}

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
  if (count < 8) give_up("usage: PORT KEY batches|single|preview|members|greedy|overload|again CONNECTIONS SECONDS SEED FILE [PER_SECOND [LEDGER [patient]]]");
  Plan plan{.port = static_cast<std::uint16_t>(std::stoul(words[1])), .key = words[2], .mode = words[3], .connections = static_cast<unsigned>(std::stoul(words[4])), .seconds = std::stod(words[5]), .seed = std::stoull(words[6])};
  std::ifstream file(words[7]);
  for (std::string line; std::getline(file, line);) plan.lines.push_back(line);
  if (plan.lines.empty()) give_up("the file says nothing");
  if (plan.mode != "preview" && plan.mode != "members") read_kinds(plan);
  if (count > 8) plan.per_second = std::stod(words[8]);
  if (count > 9) plan.ledger = words[9];
  plan.is_patient = count > 10 && std::string_view(words[10]) == "patient";
  if (plan.mode == "overload" && plan.per_second <= 0) give_up("overload needs PER_SECOND");
  run(plan);
  return 0;
}
