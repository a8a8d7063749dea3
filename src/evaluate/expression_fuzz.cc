// Any bytes as a definition: no crash; what parses comes back from its text and its JSON; what compiles is decided alike by sweep
// and probe on a small base.

#include "base/check.h"
#include "evaluate/probe.h"
#include "evaluate/sweep/sweep.h"
#include "language/checker.h"
#include "language/formatter.h"
#include "language/json_form.h"
#include "language/parser.h"

namespace wanamaker {
namespace {

constexpr Timestamp kNow{1'700'000'000'000};

Base small_base() {
  Base base;
  base.schema.contact.add({.name = "country", .type = ValueType::text});
  base.schema.contact.add({.name = "age", .type = ValueType::number});
  base.schema.contact.add({.name = "birth_date", .type = ValueType::date});
  base.schema.contact.add({.name = "consent", .type = ValueType::boolean, .history = History::kept});
  base.schema.contact.add({.name = "interests", .type = ValueType::set});
  base.schema.contact.add({.name = "home", .type = ValueType::location});
  base.schema.account.add({.name = "industry", .type = ValueType::text});
  for (const std::string name : {"a", "b"}) {
    base.schema.events.push_back({.name = name, .properties = {}});
    base.schema.events.back().properties.add({.name = "amount", .type = ValueType::number});
    base.events.emplace_back();
  }
  base.schema.records.push_back({.name = "deal", .fields = {}});
  base.schema.records.back().fields.add({.name = "due", .type = ValueType::date});
  base.records.emplace_back();
  base.catalog.lists["vip"].entries.add({0}, {});
  base.catalog.sets["east"].values = {"SK"};
  for (std::uint32_t i = 0; i < 4; ++i) {
    const ContactOrdinal contact = base.contact_for("c" + std::to_string(i));
    base.set_account_of(contact, base.account_for("acme"));
    if (i != 1) base.set_attribute({0}, contact, base.cells.to_cell(std::string(i == 0 ? "SK" : "Česko")));
    if (i != 2) base.set_attribute({1}, contact, base.cells.to_cell(Decimal(20 * i)));
    base.set_attribute({2}, contact, base.cells.to_cell(Date{static_cast<std::int32_t>(10'000 + 400 * i)}));
    base.add_history({3}, contact, {kNow.ms - 1000 * i}, base.cells.to_cell(i % 2 == 0));
    base.set_attribute({4}, contact, base.cells.to_cell(TextSet{"run", "Ski"}));
    for (std::uint32_t k = 0; k < i; ++k) {
      const std::uint32_t row = base.events[k % 2].append(contact, {kNow.ms - kMillisecondsPerDay * 10 * k}, "");
      base.events[k % 2].set_property(row, {0}, base.cells.to_cell(Decimal(k)));
    }
    base.records[0].set_owner(base.records[0].row_for("d" + std::to_string(i)), OwnerKind::contact, i);
    base.records[0].set_field(i, {0}, base.cells.to_cell(Date{static_cast<std::int32_t>(19'600 + i)}));
  }
  base.touch();
  base.settle();
  return base;
}

void check_tree(const Expression& tree) {
  const auto again = parse_expression(format(tree));
  CHECK(again && *again == tree, "parse(format(x)) is x");
  const auto from = from_json(to_json(tree));
  CHECK(from && *from == tree, "from_json(to_json(x)) is x");
}

void check_answers(const Definition& definition, const Base& base, const Zone& zone) {
  if (definition.ranks()) return;
  const SweepResult swept = Sweeper(best_kernels(), 1).sweep(definition, base, zone, kNow);
  Probe probe({base, zone, kNow}, nullptr);
  for (std::uint32_t i = 0; i < base.ordinals(); ++i) CHECK(probe.decide(definition.root, Subject::of({i})) == swept.has({i}), "sweep and probe agree");
}

}  // namespace
}  // namespace wanamaker

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace wanamaker;
  if (size > 4096) return 0;
  static const Base base = small_base();
  static const Zone zone = Zone::utc();
  const std::string_view source(reinterpret_cast<const char*>(bytes), size);
  const auto tree = parse_definition(source);
  if (!tree) return 0;
  check_tree(*tree);
  const auto definition = compile(source, {.schema = base.schema, .catalog = base.catalog});
  if (definition) check_answers(*definition, base, zone);
  return 0;
}
