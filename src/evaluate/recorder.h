#pragma once
// The recorder goes along with a probe and keeps what it saw: each node's verdict and the evidence. It decides nothing, so an
// explanation cannot disagree with the decision.

#include "base/json.h"
#include "language/typed.h"

#include <memory>
#include <string>
#include <vector>

namespace wanamaker {

struct Reason {
  const TypedExpression* node = nullptr;
  bool verdict = false;
  Json::Array evidence;          // events, records, values that decided
  Json::Array near;              // what nearly matched, with why it did not
  std::vector<Reason> children;
};

class Recorder {
 public:
  void enter(const TypedExpression& node) {
    auto reason = std::make_unique<Reason>();
    reason->node = &node;
    open_.push_back(std::move(reason));
  }
  void leave(bool verdict) {
    std::unique_ptr<Reason> done = std::move(open_.back());
    open_.pop_back();
    done->verdict = verdict;
    if (open_.empty()) root_ = std::move(*done);
    else open_.back()->children.push_back(std::move(*done));
  }
  void evidence(Json item) { if (open_.back()->evidence.size() < kItemsMax) open_.back()->evidence.push_back(std::move(item)); }
  void near(Json item) { if (open_.back()->near.size() < kItemsMax) open_.back()->near.push_back(std::move(item)); }
  const Reason& root() const { return root_; }

 private:
  static constexpr std::size_t kItemsMax = 20;  // more would not be read
  std::vector<std::unique_ptr<Reason>> open_;
  Reason root_;
};

}  // namespace wanamaker
