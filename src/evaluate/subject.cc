#include "evaluate/subject.h"

#include "base/check.h"
#include "base/text/fold.h"

#include <fmt/format.h>

namespace wanamaker {
namespace {

// Ids are no cells: their keys are worked out when a definition asks.
Scalar id_scalar(std::string_view id) {
  thread_local std::string key;
  thread_local std::string bare;
  key = fold_key(id);
  bare = without_accents(key);
  return TextRef{id, key, bare};
}

Scalar property(const Environment& environment, const TypedPath& path, const EventRef& event) {
  const auto& attribute = path.by_event[event.type.value];
  if (!attribute) return {};
  return scalar_of(environment.base.events[event.type.value].property(*attribute, event.row), path.type, environment.base.cells);
}

}  // namespace

Scalar scalar_of(const Cell& cell, ValueType type, const CellStore& cells) {
  if (!cell.known) return {};
  switch (type) {
    case ValueType::text: {
      const TextId id = text_id(cell);
      return TextRef{cells.texts().text(id), cells.texts().key(id), cells.texts().bare(id)};
    }
    case ValueType::number: return Number(decimal(cell));
    case ValueType::boolean: return cell.bits != 0;
    case ValueType::date: return Date{static_cast<std::int32_t>(cell.bits)};
    case ValueType::timestamp: return Timestamp{cell.bits};
    case ValueType::set: return SetRef{cells.set(cell)};
    case ValueType::location: return cells.location(cell);
  }
  CHECK(false, "every type has a case");
}

Scalar read_path(const Environment& environment, const Subject& subject, const TypedPath& path) {
  const Base& base = environment.base;
  const ContactOrdinal contact = path.role == ContactRole::self ? subject.self : subject.asked;
  switch (path.kind) {
    case PathKind::contact_attribute: return scalar_of(base.attribute(path.attribute, contact), path.type, base.cells);
    case PathKind::contact_id: return id_scalar(base.contact_id(contact));
    case PathKind::account_attribute: {
      const auto account = base.account_of(contact);
      return account ? scalar_of(base.account_attribute(path.attribute, *account), path.type, base.cells) : Scalar{};
    }
    case PathKind::account_id:
    case PathKind::account_link: {
      const auto account = base.account_of(contact);
      return account ? id_scalar(base.account_id(*account)) : Scalar{};
    }
    case PathKind::property: return property(environment, path, *subject.event);
    case PathKind::previous_property: return property(environment, path, *subject.previous);
    case PathKind::event_time: return base.events[subject.event->type.value].at(subject.event->row);
    case PathKind::previous_time: return base.events[subject.previous->type.value].at(subject.previous->row);
    case PathKind::field: return scalar_of(base.records[subject.record_type.value].field(path.attribute, *subject.record), path.type, base.cells);
    case PathKind::record_id: return id_scalar(base.records[subject.record_type.value].id(*subject.record));
  }
  CHECK(false, "every path has a case");
}

std::string to_string(const Scalar& scalar, const CellStore& cells) {
  struct Writer {
    const CellStore& cells;
    std::string operator()(std::monostate) const { return "missing"; }
    std::string operator()(const Number& number) const { return number.to_string(); }
    std::string operator()(const TextRef& text) const { return fmt::format("\"{}\"", text.text); }
    std::string operator()(bool truth) const { return truth ? "true" : "false"; }
    std::string operator()(const Date& date) const { return wanamaker::to_string(date); }
    std::string operator()(const Timestamp& at) const { return wanamaker::to_string(at); }
    std::string operator()(const SetRef& set) const {
      std::string text;
      for (const TextId id : set.elements) text += (text.empty() ? "" : ", ") + fmt::format("\"{}\"", cells.texts().text(id));
      return fmt::format("{{{}}}", text);
    }
    std::string operator()(const Location& location) const { return fmt::format("{},{}", location.latitude.to_string(), location.longitude.to_string()); }
  };
  return std::visit(Writer{cells}, scalar);
}

}  // namespace wanamaker
