#pragma once
// What the contacts of an account say to filters that speak of the colleague alone, kept while a probe stays at one instant over one state of the base.
// Key idea: it is the same for all who ask, but for themselves; an account may have very many contacts, and all of them ask. Single-threaded.

#include "base/ids.h"
#include "base/time.h"
#include "evaluate/aggregate.h"

#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

namespace wanamaker {

class AccountMemo {
 public:
  using Contacts = std::vector<ContactOrdinal>;
  // Each is made at the first asking. Shape: contacts ascend.
  const Contacts& passing(const TypedSource& source, AccountOrdinal account, const std::function<Contacts()>& make) { return kept(passing_[&source], account, make); }
  const LeaveOneOut& aggregate(const TypedOperand& operand, AccountOrdinal account, const std::function<LeaveOneOut()>& make) { return kept(aggregates_[&operand], account, make); }
  const std::vector<Timestamp>& edges(const TypedSource& source, AccountOrdinal account, const std::function<std::vector<Timestamp>()>& make) { return kept(edges_[&source], account, make); }
  std::optional<Timestamp> first_edge(const TypedExpression& condition, AccountOrdinal account, const std::function<std::optional<Timestamp>()>& make) { return kept(first_edges_[&condition], account, make); }
  // Cost: little where nothing is kept, as mostly: time stops at many instants.
  void clear() {
    const auto let_go = [](auto& kept) { if (!kept.empty()) kept.clear(); };
    let_go(passing_);
    let_go(aggregates_);
    let_go(edges_);
    let_go(first_edges_);
  }

 private:
  template <typename Kept>
  using ByAccount = std::unordered_map<std::uint32_t, Kept>;
  template <typename Kept>
  static const Kept& kept(ByAccount<Kept>& by_account, AccountOrdinal account, const std::function<Kept()>& make) {
    const auto found = by_account.find(account.value);
    return found != by_account.end() ? found->second : by_account.emplace(account.value, make()).first->second;
  }

  std::unordered_map<const TypedSource*, ByAccount<Contacts>> passing_;
  std::unordered_map<const TypedOperand*, ByAccount<LeaveOneOut>> aggregates_;
  std::unordered_map<const TypedSource*, ByAccount<std::vector<Timestamp>>> edges_;
  std::unordered_map<const TypedExpression*, ByAccount<std::optional<Timestamp>>> first_edges_;
};

}  // namespace wanamaker
