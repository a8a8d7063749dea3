#include "store/batch_codec.h"

#include "store/text_codes.h"
#include "store/value_codec.h"

#include <fmt/format.h>

namespace wanamaker {
namespace {

constexpr std::uint8_t kKeepsHistory = 1;  // bits of the batch's flags
constexpr std::uint8_t kHasMark = 2;

Result<void> check_limits(const ImportBatch& batch) {
  const auto refuse = [](std::string message) { return fail(ErrorCode::invalid, std::move(message), "split it into smaller batches"); };
  const std::size_t columns = batch.columns.size();
  if (batch.rows.size() > kBatchRowsMax)
    return refuse(fmt::format("a batch has {} rows; at most {} are allowed", batch.rows.size(), kBatchRowsMax));
  if (columns > kBatchColumnsMax) return refuse(fmt::format("a batch has {} columns; at most {} are allowed", columns, kBatchColumnsMax));
  if (batch.rows.size() * columns > kBatchCellsMax) {
    return refuse(fmt::format("a batch has {} values; at most {} are allowed", batch.rows.size() * columns, kBatchCellsMax));
  }
  std::size_t text_bytes = 0;
  for (const BatchRow& row : batch.rows) {
    if (row.values.size() != columns) {
      return fail(ErrorCode::invalid, fmt::format("the row of '{}' has {} values for {} columns", row.id, row.values.size(), columns));
    }
    text_bytes += row.id.size() + row.event.size() + row.message_id.size() + (row.owner ? row.owner->size() : 0);
    for (const Value& value : row.values) {
      if (const auto* text = std::get_if<std::string>(&value)) text_bytes += text->size();
      if (const auto* set = std::get_if<TextSet>(&value))
        for (const std::string& element : *set) text_bytes += element.size();
    }
  }
  if (text_bytes > kBatchTextBytesMax)
    return refuse(fmt::format("a batch has {} bytes of text; at most {} are allowed", text_bytes, kBatchTextBytesMax));
  return {};
}

template <typename Member>
void write_texts(ByteWriter& out, const std::vector<BatchRow>& rows, Member member, std::size_t expected = 0) {
  TextWriter texts(out, expected);
  for (const BatchRow& row : rows) texts.write(row.*member);
}

template <typename Member>
void read_texts(ByteReader& in, std::vector<BatchRow>& rows, Member member, std::size_t& text_bytes) {
  TextReader texts(in);
  for (BatchRow& row : rows) {
    const std::string_view text = texts.read();
    text_bytes += text.size();
    if (text_bytes > kBatchTextBytesMax) in.refuse("a batch has too many bytes of text");
    if (!in.ok()) return;
    row.*member = text;
  }
}

void write_owners(ByteWriter& out, const std::vector<BatchRow>& rows) {
  Presence present(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i].owner) present.set(i);
  present.write(out);
  TextWriter texts(out);
  for (const BatchRow& row : rows)
    if (row.owner) texts.write(*row.owner);
}

void read_owners(ByteReader& in, std::vector<BatchRow>& rows, std::size_t& text_bytes) {
  const Presence present = Presence::read(in, rows.size());
  TextReader texts(in);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!present.test(i)) continue;
    const std::string_view text = texts.read();
    text_bytes += text.size();
    if (text_bytes > kBatchTextBytesMax) in.refuse("a batch has too many bytes of text");
    if (!in.ok()) return;
    rows[i].owner.emplace(text);
  }
}

// Instants are differences to the row before: files mostly come in the order of time.
void write_instants(ByteWriter& out, const std::vector<BatchRow>& rows) {
  Presence present(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i].at) present.set(i);
  present.write(out);
  std::uint64_t previous_ms = 0;
  for (const BatchRow& row : rows) {
    if (!row.at) continue;
    const auto ms = static_cast<std::uint64_t>(row.at->ms);
    out.zigzag(static_cast<std::int64_t>(ms - previous_ms));
    previous_ms = ms;
  }
}

void read_instants(ByteReader& in, std::vector<BatchRow>& rows) {
  const Presence present = Presence::read(in, rows.size());
  std::uint64_t previous_ms = 0;
  for (std::size_t i = 0; i < rows.size() && in.ok(); ++i) {
    if (!present.test(i)) continue;
    previous_ms += static_cast<std::uint64_t>(in.zigzag());
    rows[i].at = Timestamp{static_cast<std::int64_t>(previous_ms)};
  }
}

std::vector<BatchColumn> read_columns(ByteReader& in) {
  std::size_t count = in.count();
  if (count > kBatchColumnsMax) count = static_cast<std::size_t>(in.refuse("a batch has too many columns"));
  std::vector<BatchColumn> columns(count);
  for (BatchColumn& column : columns) {
    column.name = in.text();
    const std::uint8_t type = in.byte();
    if (type > static_cast<std::uint8_t>(ValueType::location)) in.refuse("a column has an unknown type");
    if (!in.ok()) return {};
    column.type = static_cast<ValueType>(type);
  }
  return columns;
}

}  // namespace

void write_mark(ByteWriter& out, const ImportMark& mark) {
  out.text(mark.import_key);
  out.varint(mark.rows_done);
  out.varint(mark.bytes_done);
  out.text(mark.prefix_hash);
  out.text(mark.previous_hash);
}

ImportMark read_mark(ByteReader& in) {
  ImportMark mark;
  mark.import_key = in.text();
  mark.rows_done = in.varint();
  mark.bytes_done = in.varint();
  mark.prefix_hash = in.text();
  mark.previous_hash = in.text();
  return mark;
}

Result<void> write_batch(ByteWriter& out, const ImportBatch& batch) {
  WM_CHECK_OK(check_limits(batch));
  out.byte(static_cast<std::uint8_t>(batch.kind));
  out.byte(static_cast<std::uint8_t>((batch.keeps_history ? kKeepsHistory : 0) | (batch.mark ? kHasMark : 0)));
  out.text(batch.record_type);
  if (batch.mark) write_mark(out, *batch.mark);
  out.varint(batch.columns.size());
  for (const BatchColumn& column : batch.columns) {
    out.text(column.name);
    out.byte(static_cast<std::uint8_t>(column.type));
  }
  out.varint(batch.rows.size());
  write_texts(out, batch.rows, &BatchRow::id, batch.rows.size());
  write_owners(out, batch.rows);
  write_instants(out, batch.rows);
  write_texts(out, batch.rows, &BatchRow::event);
  write_texts(out, batch.rows, &BatchRow::message_id);
  write_columns(out, batch.columns, batch.rows);
  return {};
}

ImportBatch read_batch(ByteReader& in) {
  ImportBatch batch;
  const std::uint8_t kind = in.byte();
  if (kind > static_cast<std::uint8_t>(BatchKind::events)) in.refuse("a batch has an unknown kind");
  batch.kind = static_cast<BatchKind>(in.ok() ? kind : 0);
  const std::uint8_t flags = in.byte();
  if ((flags & ~(kKeepsHistory | kHasMark)) != 0) in.refuse("a batch has unknown flags");
  batch.keeps_history = (flags & kKeepsHistory) != 0;
  batch.record_type = in.text();
  if ((flags & kHasMark) != 0) batch.mark = read_mark(in);
  batch.columns = read_columns(in);
  const std::size_t rows = in.count();
  if (rows > kBatchRowsMax || rows * batch.columns.size() > kBatchCellsMax) in.refuse("a batch has too many rows");
  if (!in.ok()) return batch;
  batch.rows.resize(rows);
  std::size_t text_bytes = 0;
  read_texts(in, batch.rows, &BatchRow::id, text_bytes);
  read_owners(in, batch.rows, text_bytes);
  read_instants(in, batch.rows);
  read_texts(in, batch.rows, &BatchRow::event, text_bytes);
  read_texts(in, batch.rows, &BatchRow::message_id, text_bytes);
  if (!in.ok()) return batch;
  for (BatchRow& row : batch.rows) row.values.resize(batch.columns.size());
  for (std::size_t i = 0; i < batch.columns.size() && in.ok(); ++i) read_column(in, batch.columns[i].type, batch.rows, i, text_bytes);
  return batch;
}

}  // namespace wanamaker
