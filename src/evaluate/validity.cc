#include "evaluate/validity.h"

#include "evaluate/edges.h"

#include <algorithm>

namespace wanamaker {
namespace {

// The instants at which a condition may change for a contact, and what it says there, until that has cost too much.
class Turns {
 public:
  Turns(const TypedExpression& root, ContactOrdinal contact, const Environment& environment, EdgeRange range)
      : root_(root), subject_(Subject::of(contact)), environment_(environment), member_(decide_at(environment.t)) {
    append_edges(root, subject_, environment, range, edges_, can_be_foreseen_);
    std::erase_if(edges_, [&](Timestamp edge) { return edge < range.from || edge > range.until; });
    std::ranges::sort(edges_);
    edges_.erase(std::ranges::unique(edges_).begin(), edges_.end());
  }

  bool member() const { return member_; }
  bool can_be_foreseen() const { return can_be_foreseen_; }
  bool is_cut() const { return looked_at_ > kLooksMost || environment_.is_stopped(); }
  // The first instant after now at which the answer is another.
  std::optional<Timestamp> next() {
    for (auto edge = std::ranges::upper_bound(edges_, environment_.t); edge != edges_.end() && !is_cut(); ++edge)
      if (decide_at(*edge) != member_) return *edge;
    return std::nullopt;
  }
  // The first instant of the answer that holds now.
  std::optional<Timestamp> since() {
    for (auto edge = std::ranges::upper_bound(edges_, environment_.t); edge != edges_.begin() && !is_cut();)
      if (decide_at({(--edge)->ms - 1}) != member_) return *edge;
    return std::nullopt;
  }

 private:
  bool decide_at(Timestamp t) {
    Probe probe(environment_.at(t), nullptr);
    const bool holds = probe.decide(root_, subject_);
    looked_at_ += probe.looked_at();
    return holds;
  }

  const TypedExpression& root_;
  Subject subject_;
  const Environment& environment_;
  std::uint64_t looked_at_ = 0;
  bool member_;
  bool can_be_foreseen_ = true;
  std::vector<Timestamp> edges_;
};

}  // namespace

Validity validity(const TypedExpression& root, bool ranks, ContactOrdinal contact, const Environment& environment) {
  if (ranks) return {.member = Probe(environment, nullptr).decide(root, Subject::of(contact)), .known = false};
  Turns turns(root, contact, environment, edge_range(environment.t));
  Validity result{.member = turns.member(), .known = turns.can_be_foreseen()};
  if (!result.known) return result;
  result.until = turns.next();
  result.since = turns.since();
  result.is_cut = turns.is_cut();
  if (result.is_cut) result.since = result.until = std::nullopt;
  result.known = !result.is_cut;
  return result;
}

std::optional<Timestamp> next_change(const TypedExpression& root, ContactOrdinal contact, const Environment& environment) {
  Turns turns(root, contact, environment, {.from = environment.t, .until = edge_range(environment.t).until});
  return turns.can_be_foreseen() ? turns.next() : std::nullopt;
}

}  // namespace wanamaker
