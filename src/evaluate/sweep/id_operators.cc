#include "evaluate/sweep/id_operators.h"

#include "evaluate/compare.h"
#include "evaluate/literal.h"

#include <algorithm>
#include <span>
#include <utility>

namespace wanamaker {
namespace {

// A test of ids. An id that is its own key is compared by its bytes; the others are asked one by one.
class IdOperator : public ShardOperator {
 public:
  IdOperator(const TypedExpression& node, const Environment& environment) : node_(node), environment_(environment), comparer_(node), unfolded_(environment.base.unfolded_ids()) {}
  void decide(Shard& shard, ShardBits& out) const override {
    out.fill(0);
    decide_bytes(shard, out);
    const auto [begin, end] = of_shard(unfolded_, shard);
    for (auto at = begin; at != end; ++at) put_bit(out, at->value - shard.first, holds(*at));
    intersect(out, shard.living);
  }

 protected:
  // As if every id were its own key. Shape: out is empty.
  virtual void decide_bytes(const Shard& shard, ShardBits& out) const = 0;
  static std::pair<std::span<const ContactOrdinal>::iterator, std::span<const ContactOrdinal>::iterator> of_shard(std::span<const ContactOrdinal> contacts, const Shard& shard) {
    return {std::ranges::lower_bound(contacts, ContactOrdinal{shard.first}), std::ranges::lower_bound(contacts, ContactOrdinal{shard.first + shard.count})};
  }
  std::string_view wanted(const TextLiteral& literal) const {
    return node_.compare == TextCompare::exactly ? literal.text : node_.compare == TextCompare::by_key ? literal.key : literal.bare;
  }
  const TypedExpression& node_;
  const Environment environment_;

 private:
  bool holds(ContactOrdinal contact) const {
    const Scalar id = read_path(environment_, Subject::of(contact), node_.operands[0].path);
    return comparer_.holds(id, [&](std::size_t i) { return literal_scalar(node_.operands[i]); }, environment_);
  }

  Comparer comparer_;
  std::span<const ContactOrdinal> unfolded_;
};

// =, in, in set.
class IdLookup : public IdOperator {
 public:
  IdLookup(const TypedExpression& node, const Environment& environment) : IdOperator(node, environment) {
    for (std::size_t i = 1; i < node.operands.size(); ++i) find(node.operands[i].text_literal);
    for (const TextLiteral& text : node.texts) find(text);
    std::ranges::sort(found_);
  }

 private:
  void decide_bytes(const Shard& shard, ShardBits& out) const override {
    const auto [begin, end] = of_shard(found_, shard);
    for (auto at = begin; at != end; ++at) set_bit(out, at->value - shard.first);
  }
  void find(const TextLiteral& literal) {
    if (const auto contact = environment_.base.contact_with_id(wanted(literal))) found_.push_back(*contact);
  }

  std::vector<ContactOrdinal> found_;
};

class IdBeginning : public IdOperator {
 public:
  IdBeginning(const TypedExpression& node, const Environment& environment)
      : IdOperator(node, environment), ranks_(environment.base.id_ranks()), range_(environment.base.ids_starting_with(wanted(node.operands[1].text_literal))) {}

 private:
  void decide_bytes(const Shard& shard, ShardBits& out) const override {
    for (std::uint32_t i = 0; i < shard.count; ++i) out[i / 64] |= std::uint64_t{ranks_[shard.first + i] - range_.begin < range_.end - range_.begin} << (i % 64);
  }

  std::span<const std::uint32_t> ranks_;
  IdOrder::Ranks range_;
};

// contains, ends with.
class IdScan : public IdOperator {
 public:
  IdScan(const TypedExpression& node, const Environment& environment) : IdOperator(node, environment), text_(wanted(node.operands[1].text_literal)) {}

 private:
  void decide_bytes(const Shard& shard, ShardBits& out) const override {
    for_each_bit(shard.living, [&](std::uint32_t place) {
      const std::string_view id = shard.environment.base.contact_id({shard.first + place});
      if (node_.test == CoreTest::contains ? id.find(text_) != std::string_view::npos : id.ends_with(text_)) set_bit(out, place);
    });
  }

  std::string_view text_;
};

}  // namespace

OperatorPtr id_operator(const TypedExpression& node, const Environment& environment) {
  switch (node.test) {
    case CoreTest::equals:
    case CoreTest::in:
    case CoreTest::in_set: return std::make_unique<IdLookup>(node, environment);
    case CoreTest::starts_with: return std::make_unique<IdBeginning>(node, environment);
    case CoreTest::contains:
    case CoreTest::ends_with: return std::make_unique<IdScan>(node, environment);
    default: return nullptr;
  }
}

}  // namespace wanamaker
