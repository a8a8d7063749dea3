#pragma once
// Events as they come over HTTP, one by one, made into import batches. Key idea: no event is lost over one of its properties: a value
// takes the type that its property has (or gets by the first one), and one that does not fit is left out and counted.
// Single-threaded; the base is held while events are added, by reading() or by judging() (engine.h).

#include "api/workspace.h"
#include "ingest/tracking.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wanamaker {

// Message ids of what providers of e-mail tell begin so; nobody who only appends may take one (providers_resource.cc).
inline constexpr std::string_view kProviderMessages = "provider:";

struct RejectedItem {
  std::uint64_t index = 0;  // in the request
  std::string code;
  std::string reason;
  bool differs_in_time_alone = false;  // from the event that has its message id already
};

// Who looks at the base beside readers (Engine::judging()) lets go of it behind so many items, for those who apply.
inline constexpr std::uint64_t kJudgedAtOnce = 16;
template <typename Meanwhile>
void judge_on(Engine::Judging& judging, std::uint64_t count, Meanwhile meanwhile) {
  if (!judging || count % kJudgedAtOnce != 0) return;
  judging.unlock();
  meanwhile();
  judging.lock();
}

class EventBatches {
 public:
  static constexpr std::size_t kEventNamesMax = 2'000;       // of the store; more come from a mistake, such as an id in the name
  static constexpr std::size_t kPropertiesOfAnEventMax = 500;
  static constexpr std::size_t kPropertiesMax = 20'000;      // of all events of the store together
  static constexpr std::size_t kColumnsOfABatch = 2'000;
  static constexpr std::size_t kCellsOfABatch = 200'000;

  // Of properties that are not known yet, by event and name: the types that they shall have; others have those of their first values.
  using PropertyTypes = std::map<std::string, std::map<std::string, ValueType, std::less<>>, std::less<>>;
  explicit EventBatches(const Base& base, PropertyTypes wanted = {});

  // trusted: a provider that has proven who it is, or an admin who takes in what was exported.
  enum class Sender : std::uint8_t { anybody, trusted };
  struct Event {
    std::uint64_t index = 0;
    std::string contact_id;
    std::string name;
    std::string message_id;
    Timestamp at;
    const std::vector<TrackedProperty>& properties;
    Sender sender = Sender::anybody;
  };
  // Why the event is not taken, if it is not.
  std::optional<RejectedItem> add(const Event& event);

  // Whether events or properties come with them that the store did not know: such batches are made and submitted one after another
  // (Service::naming()), so that the limits hold whatever comes at once.
  bool brings_names() const { return !new_names_.empty() || !new_types_.empty(); }

  bool empty() const { return batches_.empty(); }

  struct Outcome {
    std::uint64_t applied = 0;
    std::uint64_t duplicates = 0;
    std::vector<RejectedItem> rejected = {};
  };
  // What goes into the log with the last of them, of what became of all.
  using Beside = std::function<std::vector<CommandBody>(const Outcome&)>;
  // Commits them, in order; the base is not looked at, and nothing is added afterwards. Errors: failure, where one of them was not written; those before it are.
  Result<Outcome> submit(Workspace& workspace, const Beside& beside = {});
  struct Written {
    Outcome outcome = {};                        // of those that are durable
    std::optional<Error> failure = std::nullopt;
    std::vector<std::uint64_t> unwritten = {};   // with it: which are not, ascending
  };
  // Likewise, for events of several who ask: each is told of his own.
  Written submit_as_far_as_possible(Workspace& workspace, const Beside& beside = {});
  std::uint64_t dropped() const { return dropped_; }

 private:
  struct Batch {
    ImportBatch batch;
    std::map<std::string, std::size_t> column_of;
    std::vector<std::uint64_t> index_of;  // of each row, in the request
  };
  using PropertyOf = std::pair<std::string, std::string>;  // event and name
  std::optional<ValueType> type_for(const std::string& event, const TrackedProperty& property);
  bool is_new_name_allowed(const std::string& event);
  static Outcome together(const Outcome& so_far, const Batch& batch, const SubmitOutcome& outcome);
  Batch& batch_for(const std::vector<std::pair<std::string, Value>>& values);

  const Base& base_;
  PropertyTypes wanted_;
  std::vector<Batch> batches_;
  std::map<PropertyOf, ValueType> new_types_;
  std::map<std::string, std::size_t> new_properties_;  // how many, by event
  std::vector<std::string> new_names_;
  std::size_t known_properties_ = 0;                   // of all events of the base
  std::uint64_t dropped_ = 0;
};

}  // namespace wanamaker
