#include "engine/audit_log.h"

#include "base/bytes.h"
#include "base/text/fold.h"
#include "engine/kept_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace wanamaker {
namespace {

constexpr std::uint64_t kNumberMax = std::uint64_t{1} << 62;

}  // namespace

std::uint64_t AuditLog::first() const {
  std::uint64_t first = last_ + 1;
  for (const Entries* entries : {&done_, &refused_})
    if (!entries->empty()) first = std::min(first, entries->front().number);
  return first;
}

void AuditLog::apply(const NoteAudit& command, Timestamp at) {
  Entries& entries = of(*this, command.action);
  entries.push_back({.number = ++last_, .at = at, .who = command.who, .action = command.action, .kind = command.kind, .key = command.key, .from = command.from});
  if (entries.size() > (&entries == &done_ ? kAuditEntriesMax : kAuditRefusedMax)) entries.pop_front();
}

void AuditLog::expire(Timestamp now) {
  for (Entries* entries : {&done_, &refused_})
    while (!entries->empty() && now.ms - entries->front().at.ms > kAuditKeptMs) entries->pop_front();
}

void AuditLog::forget(std::string_view key) {
  for (AuditEntry& entry : done_)
    if (entry.kind == "contact" && entry.key == key) entry.key.clear();
}

std::string AuditLog::encode() const {
  ByteWriter out;
  ByteWriter steps;
  bool is_each_one = true;
  std::uint64_t before = first();
  out.varint(before);
  out.varint(done_.size() + refused_.size());
  read(0, [&](const AuditEntry& entry) {
    out.zigzag(entry.at.ms);
    for (const std::string* text : {&entry.who, &entry.action, &entry.kind, &entry.key, &entry.from}) out.text(*text);
    if (entry.number != first()) steps.varint(entry.number - before);
    is_each_one = is_each_one && entry.number - before <= 1;
    before = entry.number;
    return true;
  });
  const std::uint64_t last = done_.empty() && refused_.empty() ? first() - 1 : before;
  if (is_each_one && last == last_) return out.take();
  out.raw(steps.view());
  out.varint(last_);
  return out.take();
}

Result<AuditLog> AuditLog::decode(std::string_view bytes) {
  ByteReader in(bytes);
  AuditLog log;
  const std::uint64_t first = in.varint();
  if (first == 0) in.refuse("entries of the audit are numbered from 1");
  std::vector<AuditEntry> entries;
  for (std::size_t count = in.count(); count > 0 && in.ok(); --count) {
    AuditEntry& entry = entries.emplace_back();
    entry.at.ms = in.zigzag();
    for (std::string* text : {&entry.who, &entry.action, &entry.kind, &entry.key, &entry.from}) *text = in.text();
  }
  const bool has_steps = in.remaining() > 0;
  log.last_ = first - 1;
  for (AuditEntry& entry : entries) {
    const std::uint64_t step = &entry == &entries.front() || !has_steps ? 1 : in.varint();
    if (step == 0 || log.last_ > kNumberMax - std::min(step, kNumberMax)) in.refuse("numbers of the audit rise");
    if (!in.ok()) break;
    entry.number = log.last_ += step;
    of(log, entry.action).push_back(std::move(entry));
  }
  if (has_steps) {
    const std::uint64_t last = in.varint();
    if (last < log.last_ || last > kNumberMax) in.refuse("the last number of the audit is too low");
    log.last_ = last;
  }
  WM_CHECK_OK(in.finish());
  return log;
}

std::string audit_key_of(std::string_view contact_id) {
  std::string key;
  for (const char byte : subject_of(contact_id).substr(0, 8)) key += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return key;
}

Result<SubmitOutcome> validate(const NoteAudit& command) {
  for (const std::string* text : {&command.who, &command.action, &command.kind, &command.key, &command.from})
    if (text->size() > kAuditTextBytesMax || !is_valid_utf8(*text)) return fail(ErrorCode::invalid, fmt::format("a part of an entry of the audit has at most {} bytes", kAuditTextBytesMax));
  return SubmitOutcome{};
}

}  // namespace wanamaker
