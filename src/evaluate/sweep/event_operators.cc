#include "evaluate/sweep/event_operators.h"

#include "base/check.h"
#include "evaluate/sweep/outer_events.h"
#include "evaluate/sweep/units_operator.h"

#include <algorithm>
#include <limits>

namespace wanamaker {
namespace {

// Events of each contact counted, and the count in [least, most].
class CountOperator : public ShardOperator {
 public:
  CountOperator(const TypedSource& source, const Environment& environment, std::int64_t least, std::int64_t most)
      : scan_(source, source.window, environment), least_(least), most_(most) {}

  void decide(Shard& shard, ShardBits& out) const override {
    if (least_ == 1 && most_ == kUnbounded) at_all(shard, out);
    else if (std::max(least_, most_ == kUnbounded ? 0 : most_) < kByteMost) in_bytes(shard, out);
    else in_words(shard, out);
    intersect(out, shard.living);
  }
  static constexpr std::int64_t kUnbounded = std::numeric_limits<std::int64_t>::max();

 private:
  static constexpr std::int64_t kByteMost = 255;

  void at_all(Shard& shard, ShardBits& out) const {
    auto& bytes = shard.scratch.bytes;
    bytes.fill(0);
    scan_.for_each_block(shard, [&](const EventBlock& block) { block.for_each([&](std::uint32_t, std::uint32_t owner) { bytes[owner] = 1; }); });
    shard.kernels.range8(bytes.data(), kShardContacts, 1, 0, out.data());
  }

  // A byte stays at 255: a test that ends below it cannot tell.
  void in_bytes(Shard& shard, ShardBits& out) const {
    auto& bytes = shard.scratch.bytes;
    bytes.fill(0);
    scan_.for_each_block(shard, [&](const EventBlock& block) {
      block.for_each([&](std::uint32_t, std::uint32_t owner) {
        const std::uint8_t count = bytes[owner];
        bytes[owner] = static_cast<std::uint8_t>(count + (count != kByteMost ? 1 : 0));
      });
    });
    const std::int64_t most = std::min(most_, kByteMost);
    if (most < least_) return out.fill(0);
    shard.kernels.range8(bytes.data(), kShardContacts, static_cast<std::uint8_t>(least_), static_cast<std::uint8_t>(most - least_), out.data());
  }

  void in_words(Shard& shard, ShardBits& out) const {
    constexpr std::int64_t kWordMost = std::numeric_limits<std::uint32_t>::max();  // no table has as many events
    auto& counts = shard.scratch.counts;
    counts.fill(0);
    scan_.for_each_block(shard, [&](const EventBlock& block) { block.for_each([&](std::uint32_t, std::uint32_t owner) { ++counts[owner]; }); });
    const std::int64_t most = std::min(most_, kWordMost);
    if (most < least_) return out.fill(0);
    shard.kernels.range32(reinterpret_cast<const std::uint8_t*>(counts.data()), kShardContacts, static_cast<std::uint32_t>(least_), static_cast<std::uint32_t>(most - least_), out.data());
  }

  EventScan scan_;
  std::int64_t least_;
  std::int64_t most_;
};

// The last event lies in a range when one lies in it and none after it; the first likewise before it. Who has an event in the range is
// marked, and then who has one beyond it.
class OuterRangeOperator : public ShardOperator {
 public:
  OuterRangeOperator(const TypedSource& source, const Window& window, Which which, const BitsRange& range, const Environment& environment)
      : range_(range), beyond_(which == Which::first ? BitsRange{EventScan::kAlways.least, range.least} : BitsRange{range.most, EventScan::kAlways.most}), scan_(source, window, environment) {
    if (which == Which::first && range.least != EventScan::kAlways.least) --beyond_.most;
    else if (which == Which::last && range.most != EventScan::kAlways.most) ++beyond_.least;
    else has_beyond_ = false;
  }

  void decide(Shard& shard, ShardBits& out) const override {
    constexpr std::uint8_t kInside = 1;
    constexpr std::uint8_t kBeyond = 2;
    shard.scratch.bytes.fill(0);
    mark(shard, range_, kInside);
    if (has_beyond_) mark(shard, beyond_, kBeyond);
    shard.kernels.range8(shard.scratch.bytes.data(), kShardContacts, kInside, 0, out.data());
    intersect(out, shard.living);
  }

 private:
  void mark(Shard& shard, const BitsRange& instants, std::uint8_t what) const {
    std::uint8_t* const bytes = shard.scratch.bytes.data();
    scan_.for_each_block_in(instants, shard, [&](const EventBlock& block) { block.for_each([=](std::uint32_t, std::uint32_t owner) { bytes[owner] = what; }); });
  }

  BitsRange range_;
  BitsRange beyond_;
  bool has_beyond_ = true;
  EventScan scan_;
};

// The same in a window that rolls by months, by the instant of each contact's event.
class OuterInstantOperator : public ShardOperator {
 public:
  OuterInstantOperator(const TypedExpression& node, const Environment& environment)
      : window_(node.window, environment.t, environment.zone), instants_(window_.instants()), first_(node.which == Which::first), scan_(node.source, Window{}, environment, that_matter()) {}

  void decide(Shard& shard, ShardBits& out) const override {
    auto& best = shard.scratch.values;
    take_outer_events(scan_, first_ ? EventScan::From::first : EventScan::From::last, shard, best, [&](const EventBlock&, std::uint32_t, std::uint32_t place, std::int64_t at) {
      const std::int64_t seen = best[place];
      if (seen == kNoValue || (first_ ? at < seen : at > seen)) best[place] = at;
    });
    const auto within = [&](const WindowAt::Span& span, ShardBits& bits) {
      bits.fill(0);
      const std::int64_t least = std::max(span.first.ms, kNoValue + 1);
      if (least > span.last.ms) return;
      shard.kernels.range64(reinterpret_cast<const std::uint8_t*>(best.data()), kShardContacts, static_cast<std::uint64_t>(least), static_cast<std::uint64_t>(span.last.ms - least), bits.data());
    };
    within(instants_.sure, out);
    for (const WindowAt::Span& span : instants_.doubtful) {
      ShardBits doubt;
      within(span, doubt);
      for_each_bit(doubt, [&](std::uint32_t place) { put_bit(out, place, window_.contains(Timestamp{best[place]})); });
    }
    intersect(out, shard.living);
  }

 private:
  // Events before the window say nothing of the last one, nor events after it of the first.
  BitsRange that_matter() const {
    BitsRange all{instants_.sure.first.ms, instants_.sure.last.ms};
    for (const WindowAt::Span& span : instants_.doubtful) all = {std::min(all.least, span.first.ms), std::max(all.most, span.last.ms)};
    return first_ ? BitsRange{EventScan::kAlways.least, all.most} : BitsRange{all.least, EventScan::kAlways.most};
  }

  WindowAt window_;
  WindowAt::Instants instants_;
  bool first_;
  EventScan scan_;
};

}  // namespace

OperatorPtr did_operator(const TypedExpression& node, const Environment& environment) {
  if (node.count.on != CountOn::times || node.count.kind == CountKind::regular) return units_operator(node, environment);
  const std::int64_t number = node.number;
  switch (node.count.kind) {
    case CountKind::at_least: return std::make_unique<CountOperator>(node.source, environment, number, CountOperator::kUnbounded);
    case CountKind::at_most: return std::make_unique<CountOperator>(node.source, environment, 0, number);
    case CountKind::exactly: return std::make_unique<CountOperator>(node.source, environment, number, number);
    case CountKind::between: return std::make_unique<CountOperator>(node.source, environment, number, node.upper);
    case CountKind::regular: break;
  }
  CHECK(false, "every count has a case");
}

OperatorPtr moment_operator(const TypedExpression& node, const Environment& environment) {
  const WindowAt::Instants instants = WindowAt(node.window, environment.t, environment.zone).instants();
  if (!instants.doubtful.empty()) return std::make_unique<OuterInstantOperator>(node, environment);
  return std::make_unique<OuterRangeOperator>(node.source, Window{}, node.which, BitsRange{instants.sure.first.ms, instants.sure.last.ms}, environment);
}

OperatorPtr count_range_operator(const TypedSource& source, const BitsRange& range, const Environment& environment) {
  return std::make_unique<CountOperator>(source, environment, std::max<std::int64_t>(range.least, 0), range.most);
}

OperatorPtr outer_range_operator(const TypedOperand& operand, const BitsRange& range, const Environment& environment) {
  if (!WindowAt(operand.source.window, environment.t, environment.zone).instants().doubtful.empty()) return nullptr;
  return std::make_unique<OuterRangeOperator>(operand.source, operand.source.window, operand.which, range, environment);
}

}  // namespace wanamaker
