#include "evaluate/sweep/cell_predicate.h"

#include "base/check.h"
#include "calendar/window.h"
#include "evaluate/aggregate.h"
#include "evaluate/literal.h"
#include "evaluate/sweep/bit_counter.h"
#include "evaluate/sweep/ordered_ranges.h"

#include <algorithm>

namespace wanamaker {
namespace {

constexpr std::size_t kRangesMax = 8;                                   // more of them are slower than a table
constexpr std::int64_t kFirstDay = -25'567;                             // 1900-01-01: days a table holds; others are asked one by one
constexpr std::size_t kTableDays = 73'049;                              // to 2099-12-31
constexpr std::int64_t kHour = 3'600'000;                                // milliseconds
constexpr std::int64_t kDoubt = 26 * 3'600'000;                         // no zone is further than this from its calendar days

std::vector<BitsRange> runs_of(const std::vector<TextId>& ids) {
  std::vector<BitsRange> runs;
  for (const TextId id : ids) {
    if (!runs.empty() && runs.back().most + 1 == id.value) ++runs.back().most;
    else runs.push_back({id.value, id.value});
  }
  return runs;
}

// Sets the bit of each row below `rows` for which holds(row).
template <typename Holds>
void put_bits(std::uint32_t rows, RowMask& out, Holds holds) {
  for (std::uint32_t first = 0; first < rows; first += 64) {
    std::uint64_t word = 0;
    for (std::uint32_t i = 0; i < std::min(rows - first, std::uint32_t{64}); ++i) word |= static_cast<std::uint64_t>(holds(first + i)) << i;
    out[first / 64] = word;
  }
}

}  // namespace

std::vector<TextId> equal_texts(const TextPool& pool, std::span<const TextLiteral* const> literals, TextCompare compare) {
  std::vector<TextId> ids;
  for (const TextLiteral* literal : literals) {
    if (compare == TextCompare::exactly) {
      if (const auto id = pool.find(literal->text)) ids.push_back(*id);
      continue;
    }
    const auto key = pool.find_key(compare == TextCompare::by_key ? literal->key : literal->bare);
    if (!key) continue;
    if (compare == TextCompare::by_key) pool.for_each_with_key(*key, [&](TextId id) { ids.push_back(id); });
    else for (std::uint32_t i = 0; i < pool.size(); ++i) if (pool.bare_id({i}) == *key) ids.push_back({i});
  }
  std::ranges::sort(ids);
  const auto repeated = std::ranges::unique(ids);
  ids.erase(repeated.begin(), repeated.end());
  return ids;
}

bool CellPredicate::has_constants(const TypedExpression& node) {
  return std::all_of(node.operands.begin() + 1, node.operands.end(), [](const TypedOperand& operand) { return operand.kind == OperandKind::literal; });
}

CellPredicate::CellPredicate(const TypedExpression& node, ValueType type, std::optional<TimePart> part, const Environment& environment, std::int64_t unit)
    : node_(node), environment_(environment), type_(type), part_(part), comparer_(node), ranges_(1), table_type_(type) {
  if (node.test == CoreTest::is_known && !part) {
    form_ = Form::known;
    return;
  }
  switch (type) {
    case ValueType::number: plan_numbers(unit); break;
    case ValueType::timestamp: plan_times(); break;
    case ValueType::date: plan_dates(); break;
    case ValueType::text: plan_texts(); break;
    case ValueType::set: plan_elements(); break;
    case ValueType::boolean:
      form_ = Form::ranges;
      ranges_[0] = {node.test == CoreTest::is_true ? BitsRange{1, 1} : BitsRange{0, 0}};
      break;
    case ValueType::location: break;
  }
}

void CellPredicate::plan_numbers(std::int64_t unit) {
  if (!is_ordered(node_.test)) return;
  form_ = Form::ranges;
  ranges_ = number_ranges(node_, unit);
}

// A calendar day against an instant: from its first instant to that of the next; where the zone's clocks change near either, the comparer
// is asked there.
void CellPredicate::plan_times() {
  if (part_ == TimePart::hour) {
    form_ = Form::hours;
    constexpr std::size_t kHours = 24;
    table_ = std::vector<std::atomic<Truth>>(kHours);
    for (std::size_t hour = 0; hour < kHours; ++hour) {
      const bool holds = comparer_.holds(Number::whole(static_cast<std::int64_t>(hour)), [&](std::size_t i) { return literal_scalar(node_.operands[i]); }, environment_);
      table_[hour].store(holds ? Truth::yes : Truth::no, std::memory_order_relaxed);
    }
    return;
  }
  if (part_ || node_.test == CoreTest::anniversary) {  // a matter of the calendar day
    make_table(kFirstDay, kTableDays);
    form_ = Form::days;
    table_type_ = ValueType::date;
    return;
  }
  if (node_.test == CoreTest::window) {
    const WindowAt at(node_.window, environment_.t, environment_.zone);
    const WindowAt::Instants instants = at.instants();
    form_ = Form::ranges;
    add_range(ranges_[0], instants.sure.first.ms, instants.sure.last.ms);
    for (const WindowAt::Span& span : instants.doubtful) doubtful_.push_back({span.first.ms, span.last.ms});
    return;
  }
  if (!is_ordered(node_.test)) return;
  form_ = Form::ranges;
  ranges_[0] = ordered_ranges(node_, [&](std::size_t i) -> OrderedBound {
    if (const auto* at = std::get_if<Timestamp>(&node_.operands[i].literal)) return {at->ms, at->ms};
    const Date day = std::get<Date>(node_.operands[i].literal);
    const std::int64_t start = environment_.zone.start_of(day).ms;
    const std::int64_t next = environment_.zone.start_of({day.days + 1}).ms;
    for (const std::int64_t edge : {start, next}) if (environment_.zone.period_of({edge - kDoubt}).to.ms <= edge + kDoubt) doubtful_.push_back({edge - kDoubt, edge + kDoubt});
    return {next - 1, start};  // at most: to the day's last instant; at least: from its first
  });
}

void CellPredicate::plan_dates() {
  if (is_ordered(node_.test) && !part_) {
    form_ = Form::ranges;
    ranges_[0] = ordered_ranges(node_, [&](std::size_t i) { return OrderedBound{std::get<Date>(node_.operands[i].literal).days, std::get<Date>(node_.operands[i].literal).days}; });
    return;
  }
  make_table(kFirstDay, kTableDays);
}

void CellPredicate::plan_texts() {
  const TextPool& pool = environment_.base.cells.texts();
  std::vector<const TextLiteral*> literals;
  switch (node_.test) {
    case CoreTest::equals:
    case CoreTest::in:
      for (std::size_t i = 1; i < node_.operands.size(); ++i) literals.push_back(&node_.operands[i].text_literal);
      break;
    case CoreTest::in_set:
      for (const TextLiteral& text : node_.texts) literals.push_back(&text);
      break;
    default: return make_table(0, pool.size());
  }
  const std::vector<TextId> ids = equal_texts(pool, literals, node_.compare);
  ranges_[0] = runs_of(ids);
  form_ = Form::ranges;
  if (ranges_[0].size() <= kRangesMax) return;
  make_table(0, pool.size());
  for (std::atomic<Truth>& truth : table_) truth.store(Truth::no, std::memory_order_relaxed);
  for (const TextId id : ids) table_[id.value].store(Truth::yes, std::memory_order_relaxed);
}

void CellPredicate::plan_elements() {
  form_ = Form::elements;
  if (node_.test == CoreTest::has_at_least) return;
  for (std::size_t i = 1; i < node_.operands.size(); ++i) {
    const TextLiteral* literal = &node_.operands[i].text_literal;
    wanted_.push_back(equal_texts(environment_.base.cells.texts(), std::span(&literal, 1), node_.compare));
  }
  plan_signatures();
}

// A signature is of keys: it tells where keys are compared and each has a bit of its own. A key that no set has holds for none.
void CellPredicate::plan_signatures() {
  if (node_.compare != TextCompare::by_key) return;
  const TextPool& texts = environment_.base.cells.texts();
  signature_tells_ = true;
  for (const std::vector<TextId>& equal : wanted_) {
    const auto slot = equal.empty() ? std::nullopt : environment_.base.cells.signatures().slot(texts.key_id(equal[0]));
    if (slot) wanted_signature_ |= std::uint64_t{1} << *slot;
    if (slot == SetSignatures::kShared) signature_tells_ = false;
    if (slot || node_.test != CoreTest::has_all) continue;
    form_ = Form::ranges;  // and none of them
    signature_tells_ = false;
    return;
  }
}

bool CellPredicate::decide(const SetPlanes::Planes& planes, RowMask& out) const {
  if (node_.test == CoreTest::has_at_least) {
    if (node_.number <= 0 || planes.rows(SetSignatures::kShared) != nullptr) return false;
    BitCounter<std::tuple_size_v<RowMask>> counter(SetPlanes::kElements);
    for (std::uint8_t element = 0; element < SetSignatures::kShared; ++element) if (const SetPlanes::Rows* rows = planes.rows(element)) counter.add(*rows);
    counter.find_at_least(node_.number, out);
    return true;
  }
  const bool all = node_.test == CoreTest::has_all;
  out.fill(all ? ~std::uint64_t{0} : 0);
  for (std::uint64_t rest = wanted_signature_; rest != 0; rest &= rest - 1) {
    const SetPlanes::Rows* rows = planes.rows(static_cast<std::uint8_t>(std::countr_zero(rest)));
    if (rows != nullptr && all) intersect(out, *rows);
    else if (rows != nullptr) unite(out, *rows);
    else if (all) out.fill(0);
  }
  return true;
}

// A missing row's bits may name any set: what is found for it is taken out afterwards.
void CellPredicate::decide_elements(const Chunk& chunk, std::uint32_t rows, RowMask& out) const {
  const std::vector<std::uint64_t>& signatures = environment_.base.cells.signatures().all();
  const std::uint64_t last = signatures.size() - 1;
  const std::uint64_t wanted = wanted_signature_;
  const bool all = node_.test == CoreTest::has_all;
  Chunk::Values sets;
  chunk.read_all(sets);
  for (std::uint32_t first = 0; first < rows; first += 64) {
    std::uint64_t word = 0;
    for (std::uint32_t i = 0; i < std::min(rows - first, std::uint32_t{64}); ++i) {
      const std::uint64_t common = signatures[std::min(static_cast<std::uint64_t>(sets[first + i]), last)] & wanted;
      word |= static_cast<std::uint64_t>(all ? common == wanted : common != 0) << i;
    }
    out[first / 64] = word;
  }
}

// A set that has one of the many elements which share a bit is looked at.
void CellPredicate::count_elements(const Chunk& chunk, std::uint32_t rows, RowMask& out) const {
  constexpr std::uint64_t kShared = std::uint64_t{1} << SetSignatures::kShared;
  const std::vector<std::uint64_t>& signatures = environment_.base.cells.signatures().all();
  Chunk::Values sets;
  chunk.read_all(sets);
  put_bits(rows, out, [&](std::uint32_t row) {
    if (!chunk.is_known(row)) return false;
    const std::uint64_t signature = signatures[static_cast<std::size_t>(sets[row])];
    return (signature & kShared) != 0 ? elements_hold(chunk.at(row)) : std::popcount(signature) >= node_.number;
  });
}

void CellPredicate::make_table(std::int64_t first, std::size_t size) {
  form_ = Form::table;
  table_first_ = first;
  table_ = std::vector<std::atomic<Truth>>(size);
}

std::optional<BitsRange> CellPredicate::only_range() const {
  if (form_ != Form::ranges || !doubtful_.empty() || ranges_[0].size() != 1) return std::nullopt;
  return ranges_[0][0];
}

bool CellPredicate::table_holds(std::int64_t bits) const {
  const auto place = static_cast<std::uint64_t>(bits) - static_cast<std::uint64_t>(table_first_);
  const auto ask = [&] {
    const Scalar value = scalar_of({.bits = bits, .known = true}, table_type_, environment_.base.cells);
    const Scalar left = part_ ? time_part(value, *part_, environment_) : value;
    return comparer_.holds(left, [&](std::size_t i) { return literal_scalar(node_.operands[i]); }, environment_);
  };
  if (place >= table_.size()) return ask();
  std::atomic<Truth>& truth = table_[place];
  const Truth known = truth.load(std::memory_order_relaxed);
  if (known != Truth::unasked) return known == Truth::yes;
  const bool answer = ask();
  truth.store(answer ? Truth::yes : Truth::no, std::memory_order_relaxed);
  return answer;
}

// Of an instant's day or hour. `period` is where the last instant lay.
bool CellPredicate::instant_holds(std::int64_t ms, Zone::Period& period) const {
  if (ms < period.from.ms || ms >= period.to.ms) period = environment_.zone.period_of({ms});
  const std::int64_t local = ms + period.offset_ms;
  const std::int64_t day = local / kMillisecondsPerDay - (local % kMillisecondsPerDay < 0 ? 1 : 0);
  if (form_ == Form::days) return table_holds(day);
  return table_[static_cast<std::size_t>((local - day * kMillisecondsPerDay) / kHour)].load(std::memory_order_relaxed) == Truth::yes;
}

// The same, and how far around the instant it holds.
CellPredicate::Stretch CellPredicate::stretch_of(std::int64_t ms, Zone::Period& period) const {
  const bool holds = instant_holds(ms, period);
  const std::int64_t length = form_ == Form::days ? kMillisecondsPerDay : kHour;
  const std::int64_t into = (ms + period.offset_ms) % length;
  const std::int64_t start = ms - into - (into < 0 ? length : 0);
  const std::int64_t from = std::max(start, period.from.ms);
  return {.from = from, .length = static_cast<std::uint64_t>(std::min(start + length, period.to.ms) - from), .holds = holds};
}

// The next instant is likely to lie where the last one did, if they stand in order at all.
void CellPredicate::decide_instants(const Chunk& chunk, std::uint32_t rows, RowMask& out) const {
  constexpr std::uint32_t kMissesMost = 64;
  constexpr std::uint32_t kScattered = 4;  // a miss in so many rows
  Chunk::Values instants;
  chunk.read_all(instants);
  Stretch here;
  Zone::Period period{};
  std::uint32_t misses = 0;
  put_bits(rows, out, [&](std::uint32_t row) {
    if (misses <= kMissesMost && static_cast<std::uint64_t>(instants[row]) - static_cast<std::uint64_t>(here.from) < here.length) return here.holds;
    if (!chunk.is_known(row)) return false;
    if (misses > kMissesMost) return instant_holds(instants[row], period);
    misses += row < kScattered * (misses + 1) ? 1 : 0;
    here = stretch_of(instants[row], period);
    return here.holds;
  });
}

// Where a chunk has a dictionary, each of its values is looked up once.
void CellPredicate::decide_table(const Chunk& chunk, std::uint32_t rows, RowMask& out) const {
  if (!chunk.dictionary().empty()) {
    std::array<bool, 256> holds_of{};
    for (std::size_t i = 0; i < chunk.dictionary().size(); ++i) holds_of[i] = table_holds(chunk.dictionary()[i]);
    const std::uint8_t* codes = chunk.codes();
    return put_bits(rows, out, [&](std::uint32_t row) { return holds_of[codes[row]]; });
  }
  Chunk::Values values;
  chunk.read_all(values);
  put_bits(rows, out, [&](std::uint32_t row) { return chunk.is_known(row) && table_holds(values[row]); });
}

bool CellPredicate::elements_hold(const Cell& cell) const {
  const std::span<const TextId> elements = environment_.base.cells.set(cell);
  if (node_.test == CoreTest::has_at_least) return static_cast<std::int64_t>(elements.size()) >= node_.number;
  const auto has = [&](const std::vector<TextId>& texts) {
    return std::ranges::any_of(elements, [&](TextId id) { return std::ranges::find(texts, id) != texts.end(); });
  };
  return node_.test == CoreTest::has_any ? std::ranges::any_of(wanted_, has) : std::ranges::all_of(wanted_, has);
}

bool CellPredicate::holds(const Cell& cell) const {
  if (!cell.known && form_ == Form::known) return false;
  const bool is_doubtful = is_in(doubtful_, cell.bits);
  if (cell.known && form_ == Form::known) return true;
  if (cell.known && form_ == Form::ranges && !is_doubtful) return is_in(ranges(cell.scale), cell.bits);
  if (cell.known && form_ == Form::table) return table_holds(cell.bits);
  if (cell.known && (form_ == Form::days || form_ == Form::hours)) {
    Zone::Period period{};
    return stretch_of(cell.bits, period).holds;
  }
  if (cell.known && form_ == Form::elements) return elements_hold(cell);
  const Scalar value = scalar_of(cell, type_, environment_.base.cells);
  const Scalar left = part_ ? time_part(value, *part_, environment_) : value;
  return comparer_.holds(left, [&](std::size_t i) { return literal_scalar(node_.operands[i]); }, environment_);
}

void CellPredicate::decide_ranges(const Chunk& chunk, std::uint32_t rows, std::uint8_t scale, const Kernels& kernels, RowMask& out) const {
  bool is_first = true;
  for (const BitsRange& range : ranges(scale)) {
    RowMask next;
    find_in_range(chunk, range, rows, kernels, is_first ? out : next);
    if (!is_first) unite(out, next);
    is_first = false;
  }
  for (const BitsRange& range : doubtful_) {
    RowMask doubt;
    find_in_range(chunk, range, rows, kernels, doubt);
    for_each_bit(doubt, [&](std::uint32_t row) {
      const std::uint64_t bit = std::uint64_t{1} << (row % 64);
      if (chunk.is_known(row) && holds(chunk.at(row))) out[row / 64] |= bit;
      else out[row / 64] &= ~bit;
    });
  }
}

void CellPredicate::decide(const Chunk* chunk, std::uint32_t rows, const Kernels& kernels, RowMask& out) const {
  if (chunk == nullptr || chunk->known() == 0) return out.fill(0);
  rows = std::min(rows, chunk->size());
  const bool one_scale = type_ != ValueType::number || chunk->scale().has_value();
  if (form_ == Form::known) {
    fill_first(out, rows);
  } else if (form_ == Form::ranges && one_scale) {
    if (ranges(type_ == ValueType::number ? *chunk->scale() : std::uint8_t{0}).empty()) out.fill(0);
    decide_ranges(*chunk, rows, type_ == ValueType::number ? *chunk->scale() : std::uint8_t{0}, kernels, out);
  } else if (signature_tells_) {
    out.fill(0);
    decide_elements(*chunk, rows, out);
  } else if (form_ == Form::elements && node_.test == CoreTest::has_at_least) {
    out.fill(0);
    return count_elements(*chunk, rows, out);
  } else if (form_ == Form::days || form_ == Form::hours) {
    out.fill(0);
    decide_instants(*chunk, rows, out);
  } else if (form_ == Form::table) {
    out.fill(0);
    decide_table(*chunk, rows, out);
  } else {
    out.fill(0);
    for (std::uint32_t row = 0; row < rows; ++row) if (chunk->is_known(row) && holds(chunk->at(row))) set_bit(out, row);
    return;
  }
  if (const std::uint64_t* presence = chunk->presence()) for (std::uint32_t i = 0; i < (rows + 63) / 64; ++i) out[i] &= presence[i];
}

void CellPredicate::decide(const std::int64_t* values, std::uint8_t scale, const ShardBits* known, const Kernels& kernels, ShardBits& out) const {
  out.fill(0);
  if (form_ == Form::ranges && doubtful_.empty()) {
    for (const BitsRange& range : ranges(scale)) {
      ShardBits found;
      const std::uint64_t span = static_cast<std::uint64_t>(range.most) - static_cast<std::uint64_t>(range.least);
      kernels.range64(reinterpret_cast<const std::uint8_t*>(values), kShardContacts, static_cast<std::uint64_t>(range.least), span, found.data());
      unite(out, found);
    }
    if (known != nullptr) intersect(out, *known);
    return;
  }
  for (std::uint32_t i = 0; i < kShardContacts; ++i) {
    if ((known == nullptr || has_bit(*known, i)) && holds({.bits = values[i], .scale = scale, .known = true})) set_bit(out, i);
  }
}

}  // namespace wanamaker
