#include "live/graph.h"

#include "base/check.h"
#include "language/checker.h"
#include "language/references.h"
#include "live/condition_identity.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker {
namespace {

// Parameters have the same text in every instance of a segment: their values belong to the identity of what they stand in.
std::string parameters_of(const Catalog& catalog) {
  std::string text;
  for (const auto& [key, segment] : catalog.segments) {
    for (const SegmentParameter& parameter : segment.parameters) text += fmt::format("{}\n{}={}\n", key, parameter.name, to_json_text(parameter.value));
  }
  return text;
}

}  // namespace

LiveCondition::LiveCondition(std::string name, Definition alone, EventReads& reads)
    : identity(std::move(name)), definition(std::move(alone)), next_edge(definition.root), quick(QuickLook::of(definition.root, reads)), topics(topics_of(definition.root)) {}

Graph::Rebuilt Graph::rebuild(const std::vector<Member>& members, const Schema& schema, const Catalog& catalog) {
  before_ = std::exchange(by_identity_, {});
  for (auto& [number, rule] : rules_) formulas_before_.emplace(number, std::move(rule.formula));
  find_free_numbers();
  rules_.clear();
  faults_.clear();
  named_by_.clear();
  const std::size_t slots = conditions_.size();
  conditions_.clear();
  conditions_.resize(slots);
  reads_ = {};
  parameters_ = parameters_of(catalog);
  keys_ = keys_read_by_rules(catalog);
  schema_size_ = size_of(schema);
  overridden_ = overridden_in(catalog);
  std::vector<SegmentNumber> compiled;
  for (const Member& member : members) {
    compile(member, schema, catalog);
    compiled.push_back(member.number);
  }
  make_index();
  return finish(compiled);
}

Graph::Rebuilt Graph::renew(const std::vector<Member>& members, std::string_view key, const Schema& schema, const Catalog& catalog) {
  if (is_behind(schema) || is_behind(catalog) || parameters_ != parameters_of(catalog) || keys_ != keys_read_by_rules(catalog)) return rebuild(members, schema, catalog);
  find_free_numbers();
  const std::set<std::string, std::less<>> users = users_of(key);
  std::vector<SegmentNumber> gone;
  for (const auto& [number, rule] : rules_) if (!std::ranges::binary_search(members, number, {}, &Member::number)) gone.push_back(number);
  std::vector<Member> changed;
  for (const Member& member : members) if (users.contains(member.key) || !rules_.contains(member.number)) changed.push_back(member);
  for (const Member& member : changed) gone.push_back(member.number);
  for (const SegmentNumber number : gone) forget(number);
  named_by_.erase(named_by_.lower_bound(key), named_by_.upper_bound(key));
  std::vector<SegmentNumber> compiled;
  for (const Member& member : changed) {
    compile(member, schema, catalog);
    compiled.push_back(member.number);
  }
  bool are_fewer = false;
  for (auto& condition : conditions_) {
    if (!condition || !condition->segments.empty()) continue;
    are_fewer = true;
    by_identity_.erase(condition->identity);
    condition.reset();
  }
  if (are_fewer) make_index();
  else for (const ConditionNumber number : fresh_) add_to_index(number);
  return finish(compiled);
}

// Rules that use others, and those that are broken, may say something else as soon as one does.
std::set<std::string, std::less<>> Graph::users_of(std::string_view key) const {
  std::set<std::string, std::less<>> users{std::string(key)};
  for (bool grows = true; grows;) {
    grows = false;
    for (const auto& [user, named] : named_by_)
      if (!users.contains(user) && std::ranges::any_of(named, [&](const std::string& one) { return users.contains(one); })) grows = users.insert(user).second;
  }
  return users;
}

std::string Graph::keys_read_by_rules(const Catalog& catalog) {
  std::string text;
  for (const auto& [key, list] : catalog.lists) text += key + "\n";
  text += "\n";
  for (const auto& [key, set] : catalog.sets) text += key + "\n";
  return text;
}

void Graph::find_free_numbers() {
  free_.clear();
  for (std::uint32_t i = 0; i < conditions_.size(); ++i) if (!conditions_[i]) free_.push_back({i});
}

void Graph::compile(const Member& member, const Schema& schema, const Catalog& catalog) {
  const std::string& text = catalog.segments.at(member.key).text;
  named_by_.erase(member.key);
  if (text.find("segment") != std::string::npos) named_by_[member.key] = references_of(text).segments;
  auto definition = compile_saved(member.key, schema, catalog);
  if (definition) add_rule(member, *std::move(definition));
  else faults_[member.number] = definition.error().message;
}

// Conditions that nobody else has stay until it is known who wants them now.
void Graph::forget(SegmentNumber segment) {
  faults_.erase(segment);
  const auto rule = rules_.find(segment);
  if (rule == rules_.end()) return;
  for (const ConditionNumber number : rule->second.formula.conditions()) std::erase(conditions_[number.value]->segments, segment);
  formulas_before_.emplace(segment, std::move(rule->second.formula));
  rules_.erase(rule);
}

Graph::Rebuilt Graph::finish(std::span<const SegmentNumber> compiled) {
  rule_of_.clear();
  for (const auto& [number, rule] : rules_) {
    rule_of_.resize(number.value + std::size_t{1});
    rule_of_.back() = &rule;
  }
  make_tables();
  Rebuilt rebuilt{.conditions = std::move(fresh_), .segments = {}};
  std::ranges::sort(rebuilt.conditions);
  const auto is_fresh = [&](ConditionNumber number) { return std::ranges::binary_search(rebuilt.conditions, number); };
  for (const SegmentNumber number : compiled) {
    const auto rule = rules_.find(number);
    if (rule == rules_.end()) continue;
    const auto before = formulas_before_.find(number);
    const bool is_same = before != formulas_before_.end() && before->second == rule->second.formula;
    if (!is_same || std::ranges::any_of(rule->second.formula.conditions(), is_fresh)) rebuilt.segments.push_back(number);
  }
  std::ranges::sort(rebuilt.segments);
  fresh_.clear();
  before_.clear();
  formulas_before_.clear();
  return rebuilt;
}

void Graph::add_rule(const Member& member, Definition definition) {
  const std::uint32_t rankings = definition.rankings;
  Formula formula(definition.root, [&](const TypedExpression& condition, const std::string& scope) {
    std::string identity = identity_of(condition);
    if (identity.find('$') != std::string::npos) identity += fmt::format("\n{}{}\n{}", member.key, scope, parameters_);
    return intern(condition, std::move(identity), rankings);
  });
  for (const ConditionNumber number : formula.conditions()) {
    std::vector<SegmentNumber>& over = conditions_[number.value]->segments;
    over.insert(std::ranges::lower_bound(over, member.number), member.number);
  }
  rules_.emplace(member.number, Rule{std::move(definition), std::move(formula)});
}

ConditionNumber Graph::intern(const TypedExpression& condition, std::string identity, std::uint32_t rankings) {
  if (const auto known = by_identity_.find(identity); known != by_identity_.end()) return known->second;
  ConditionNumber number;
  if (const auto kept = before_.find(identity); kept != before_.end()) {
    number = kept->second;
  } else {
    if (free_.empty()) {
      free_.push_back({static_cast<std::uint32_t>(conditions_.size())});
      conditions_.emplace_back();
    }
    number = free_.back();
    free_.pop_back();
    fresh_.push_back(number);
  }
  Definition alone{.root = condition, .text = condition.text, .warnings = {}, .rankings = 0};
  const bool tile = std::ranges::any_of(condition.operands, [](const TypedOperand& operand) {
    const auto holds_tile = [](const auto& self, const TypedOperand& inner) -> bool {
      return inner.kind == OperandKind::tile || std::ranges::any_of(inner.operands, [&](const TypedOperand& next) { return self(self, next); });
    };
    return holds_tile(holds_tile, operand);
  });
  if (tile || condition.kind == ExpressionKind::ranking) alone.rankings = rankings;
  conditions_[number.value] = std::make_unique<LiveCondition>(identity, std::move(alone), reads_);
  by_identity_.emplace(std::move(identity), number);
  return number;
}

void Graph::make_index() {
  index_.clear();
  arrivals_.clear();
  reads_groups_ = ranks_ = false;
  for (std::uint32_t i = 0; i < conditions_.size(); ++i) if (conditions_[i]) add_to_index({i});
}

void Graph::add_to_index(ConditionNumber number) {
  const LiveCondition& condition = *conditions_[number.value];
  reads_groups_ = reads_groups_ || wanamaker::reads_groups(condition.topics);
  ranks_ = ranks_ || condition.ranks();
  if (condition.ranks()) return;
  for (const Topic& topic : condition.topics) {
    index_[topic].push_back(number);
    if (topic.kind != TopicKind::event) continue;
    if (topic.id >= arrivals_.size()) arrivals_.resize(topic.id + std::size_t{1});
    if (!arrivals_[topic.id]) arrivals_[topic.id].emplace(EventTypeId{topic.id});
    arrivals_[topic.id]->add(number, condition.definition.root);
  }
  index_[Topic{}].push_back(number);
}

void Graph::make_tables() {
  quick_.assign(conditions_.size(), nullptr);
  for (std::uint32_t i = 0; i < conditions_.size(); ++i)
    if (conditions_[i] && conditions_[i]->quick) quick_[i] = &*conditions_[i]->quick;
  over_starts_.assign(1, 0);
  over_.clear();
  for (const auto& condition : conditions_) {
    if (condition) over_.insert(over_.end(), condition->segments.begin(), condition->segments.end());
    over_starts_.push_back(static_cast<std::uint32_t>(over_.size()));
  }
  tables_.assign(rule_of_.size(), {});
  for (std::size_t i = 0; i < rule_of_.size(); ++i) {
    if (rule_of_[i] == nullptr) continue;
    const Formula& formula = rule_of_[i]->formula;
    const auto fits = [](ConditionNumber number) { return number.value <= UINT16_MAX; };
    if (formula.conditions().size() > Formula::kTableConditions || !std::ranges::all_of(formula.conditions(), fits)) continue;
    Table& table = tables_[i];
    table = {.cases = formula.table(), .conditions = static_cast<std::uint8_t>(formula.conditions().size()), .is_there = true};
    for (std::size_t k = 0; k < formula.conditions().size(); ++k) table.numbers[k] = static_cast<std::uint16_t>(formula.conditions()[k].value);
  }
}

Graph::Verdict Graph::decide(SegmentNumber segment, const std::uint64_t* row, const std::uint64_t* turned) const {
  const Table& table = tables_[segment.value];
  if (!table.is_there) {
    const Formula& formula = rule_of_[segment.value]->formula;
    return {.held = formula.decide([&](ConditionNumber number) { return ConditionBits::is_set(row, number) != ConditionBits::is_set(turned, number); }),
            .holds = formula.decide([&](ConditionNumber number) { return ConditionBits::is_set(row, number); })};
  }
  unsigned now = 0;
  unsigned flipped = 0;
  for (unsigned i = 0; i < table.conditions; ++i) {
    const ConditionNumber number{table.numbers[i]};
    now |= (ConditionBits::is_set(row, number) ? 1U : 0U) << i;
    flipped |= (ConditionBits::is_set(turned, number) ? 1U : 0U) << i;
  }
  return {.held = ((table.cases >> (now ^ flipped)) & 1) != 0, .holds = ((table.cases >> now) & 1) != 0};
}

std::string Graph::why_invalid(SegmentNumber segment) const {
  const auto found = faults_.find(segment);
  return found == faults_.end() ? std::string() : found->second;
}

const std::vector<ConditionNumber>& Graph::touched_by(const Topic& topic) const {
  static const std::vector<ConditionNumber> kNone;
  const auto found = index_.find(topic);
  return found == index_.end() ? kNone : found->second;
}

std::set<std::string> Graph::overridden_in(const Catalog& catalog) {
  std::set<std::string> keys;
  for (const auto& [key, segment] : catalog.segments) if (!segment.overrides.empty()) keys.insert(key);
  return keys;
}

// Names are only ever added, so their number says whether there are new ones.
std::uint64_t Graph::size_of(const Schema& schema) {
  std::uint64_t size = std::uint64_t{schema.contact.size()} + schema.account.size() + schema.events.size() + schema.records.size();
  for (const EventType& type : schema.events) size += type.properties.size();
  for (const RecordType& type : schema.records) size += type.fields.size();
  return size;
}

}  // namespace wanamaker
