#include "engine/audit_log.h"

#include "base/bytes.h"
#include "base/text/fold.h"
#include "engine/kept_answers.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker {

void AuditLog::apply(const NoteAudit& command, Timestamp at) {
  entries_.push_back({.at = at, .who = command.who, .action = command.action, .kind = command.kind, .key = command.key, .from = command.from});
  if (entries_.size() <= kAuditEntriesMax) return;
  entries_.pop_front();
  ++first_;
}

void AuditLog::expire(Timestamp now) {
  while (!entries_.empty() && now.ms - entries_.front().at.ms > kAuditKeptMs) {
    entries_.pop_front();
    ++first_;
  }
}

void AuditLog::forget(std::string_view key) {
  for (AuditEntry& entry : entries_)
    if (entry.kind == "contact" && entry.key == key) entry.key.clear();
}

std::string AuditLog::encode() const {
  ByteWriter out;
  out.varint(first_);
  out.varint(entries_.size());
  for (const AuditEntry& entry : entries_) {
    out.zigzag(entry.at.ms);
    for (const std::string* text : {&entry.who, &entry.action, &entry.kind, &entry.key, &entry.from}) out.text(*text);
  }
  return out.take();
}

Result<AuditLog> AuditLog::decode(std::string_view bytes) {
  ByteReader in(bytes);
  AuditLog log;
  log.first_ = in.varint();
  if (log.first_ == 0) in.refuse("entries of the audit are numbered from 1");
  for (std::size_t count = in.count(); count > 0 && in.ok(); --count) {
    AuditEntry entry;
    entry.at.ms = in.zigzag();
    for (std::string* text : {&entry.who, &entry.action, &entry.kind, &entry.key, &entry.from}) *text = in.text();
    log.entries_.push_back(std::move(entry));
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
