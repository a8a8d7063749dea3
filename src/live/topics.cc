#include "live/topics.h"

#include <algorithm>

namespace wanamaker {
namespace {

class TopicCollector {
 public:
  explicit TopicCollector(std::set<Topic>& topics) : topics_(topics) {}

  // Its levels are limited by the checker.
  void expression(const TypedExpression& node) {
    for (const TypedExpression& child : node.children) expression(child);
    for (const TypedOperand& side : node.operands) operand(side);
    for (const TypedStep& step : node.steps) source(step.source);
    if (node.among) expression(*node.among);
    switch (node.kind) {
      case ExpressionKind::did:
      case ExpressionKind::moment:
      case ExpressionKind::related: source(node.source); break;
      case ExpressionKind::has_been:
      case ExpressionKind::changed: path(node.path); break;
      case ExpressionKind::list: topics_.insert({.kind = TopicKind::list, .key = node.key}); break;
      case ExpressionKind::all_of:
      case ExpressionKind::any_of:
      case ExpressionKind::inverse:
      case ExpressionKind::constant:
      case ExpressionKind::at_least_of:
      case ExpressionKind::sequence:
      case ExpressionKind::segment:
      case ExpressionKind::ranking:
      case ExpressionKind::random:
      case ExpressionKind::compare: break;
    }
  }

 private:
  void source(const TypedSource& source) {
    switch (source.kind) {
      case SourceClass::events:
        for (const EventTypeId event : source.events) topics_.insert({.kind = TopicKind::event, .id = event.value});
        break;
      case SourceClass::contact_records: topics_.insert({.kind = TopicKind::record, .id = source.record.value}); break;
      case SourceClass::account_records:
        topics_.insert({.kind = TopicKind::account_record, .id = source.record.value});
        topics_.insert({.kind = TopicKind::account});  // another account has other records
        break;
      case SourceClass::colleagues:
        topics_.insert({.kind = TopicKind::colleagues});
        topics_.insert({.kind = TopicKind::account});
        break;
    }
    if (source.where) expression(*source.where);
  }

  void operand(const TypedOperand& operand) {
    switch (operand.kind) {
      case OperandKind::path:
      case OperandKind::part: path(operand.path); break;
      case OperandKind::aggregate:
      case OperandKind::count:
      case OperandKind::property_of:
      case OperandKind::time_of:
      case OperandKind::days_since: source(operand.source); break;
      case OperandKind::literal:
      case OperandKind::arithmetic:
      case OperandKind::negate:
      case OperandKind::tile: break;
    }
    for (const TypedOperand& inner : operand.operands) this->operand(inner);
    if (operand.among) expression(*operand.among);
  }

  void path(const TypedPath& path) {
    switch (path.kind) {
      case PathKind::contact_attribute: topics_.insert({.kind = TopicKind::attribute, .id = path.attribute.value}); break;
      case PathKind::account_attribute:
      case PathKind::account_id:
      case PathKind::account_link: topics_.insert({.kind = TopicKind::account}); break;
      case PathKind::contact_id:
      case PathKind::property:
      case PathKind::event_time:
      case PathKind::field:
      case PathKind::record_id:
      case PathKind::previous_property:
      case PathKind::previous_time: break;
    }
  }

  std::set<Topic>& topics_;
};

}  // namespace

std::set<Topic> topics_of(const TypedExpression& condition) {
  std::set<Topic> topics;
  TopicCollector(topics).expression(condition);
  return topics;
}

bool reads_groups(const std::set<Topic>& topics) {
  return std::ranges::any_of(topics, [](const Topic& topic) {
    return topic.kind == TopicKind::record || topic.kind == TopicKind::account_record || topic.kind == TopicKind::colleagues || topic.kind == TopicKind::account;
  });
}

}  // namespace wanamaker
