#include "store/value_codec.h"

#include "base/check.h"
#include "store/text_codes.h"

#include <bit>
#include <deque>
#include <limits>

namespace wanamaker {
namespace {

constexpr std::uint8_t kMissingTag = 0;  // a value's tag is otherwise its type + 1
constexpr std::uint8_t kMixed = 1;       // a column whose values carry their tags

std::uint8_t tag_of(ValueType type) { return static_cast<std::uint8_t>(static_cast<std::uint8_t>(type) + 1); }

ValueType read_tag(ByteReader& in) {
  const std::uint8_t tag = in.byte();
  if (tag >= 1 && tag <= tag_of(ValueType::location)) return static_cast<ValueType>(tag - 1);
  in.refuse("a value has an unknown type");
  return ValueType::boolean;
}

void write_decimal(ByteWriter& out, const Decimal& number) {
  out.zigzag(number.mantissa());
  out.byte(number.scale());
}

Decimal read_decimal(ByteReader& in) {
  const std::int64_t mantissa = in.zigzag();
  const std::uint8_t scale = in.byte();
  const std::int64_t limit = power_of_ten(kDecimalDigitsMax);
  if (scale > kDecimalDigitsMax || mantissa <= -limit || mantissa >= limit) {
    in.refuse("a number has more than 18 digits");
    return Decimal();
  }
  return Decimal::from_parts(mantissa, scale);
}

Date read_date(ByteReader& in) {
  const std::int64_t days = in.zigzag();
  if (days < std::numeric_limits<std::int32_t>::min() || days > std::numeric_limits<std::int32_t>::max()) {
    in.refuse("a date lies outside the calendar");
    return {};
  }
  return Date{static_cast<std::int32_t>(days)};
}

// What a run of values shares: the dictionary of its texts and the instant before, from which the next is a difference.
struct ColumnWriter {
  explicit ColumnWriter(ByteWriter& bytes) : out(bytes), texts(bytes) {}

  void operator()(std::monostate) const { CHECK(false, "a missing value has no bytes of its own in a column"); }
  void operator()(const std::string& text) { texts.write(text); }
  void operator()(const Decimal& number) const { write_decimal(out, number); }
  void operator()(bool truth) const { out.byte(truth ? 1 : 0); }
  void operator()(Date date) const { out.zigzag(date.days); }
  void operator()(Timestamp at) {
    const auto ms = static_cast<std::uint64_t>(at.ms);
    out.zigzag(static_cast<std::int64_t>(ms - previous_ms));
    previous_ms = ms;
  }
  void operator()(const TextSet& set) {
    out.varint(set.size());
    for (const std::string& text : set) texts.write(text);
  }
  void operator()(const Location& location) const {
    write_decimal(out, location.latitude);
    write_decimal(out, location.longitude);
  }

  ByteWriter& out;
  TextWriter texts;
  std::uint64_t previous_ms = 0;  // unsigned, so that the difference of any two instants wraps instead of overflowing
};

struct ColumnReader {
  ColumnReader(ByteReader& bytes, std::size_t& counted) : in(bytes), texts(bytes), text_bytes(counted) {}

  std::string_view text() {
    const std::string_view found = texts.read();
    text_bytes += found.size();
    if (text_bytes <= kBatchTextBytesMax) return found;
    in.refuse("a batch has too many bytes of text");
    return {};
  }
  bool boolean() const {
    const std::uint8_t truth = in.byte();
    if (truth > 1) in.refuse("a boolean is neither true nor false");
    return truth == 1;
  }
  Timestamp instant() {
    previous_ms += static_cast<std::uint64_t>(in.zigzag());
    return Timestamp{static_cast<std::int64_t>(previous_ms)};
  }
  TextSet set() {
    TextSet set;
    for (std::size_t left = in.count(); left > 0 && in.ok(); --left) set.emplace_back(text());
    return set;
  }
  void read(ValueType type, Value& value) {
    switch (type) {
      case ValueType::text: value.emplace<std::string>(text()); return;
      case ValueType::number: value = read_decimal(in); return;
      case ValueType::boolean: value = boolean(); return;
      case ValueType::date: value = read_date(in); return;
      case ValueType::timestamp: value = instant(); return;
      case ValueType::set: value = set(); return;
      case ValueType::location: {
        const Decimal latitude = read_decimal(in);
        value = Location{.latitude = latitude, .longitude = read_decimal(in)};
        return;
      }
    }
  }

  ByteReader& in;
  TextReader texts;
  std::size_t& text_bytes;
  std::uint64_t previous_ms = 0;
};

// The values of one column while rows are walked through: a row's values lie together, those of a column far apart.
struct ColumnOfRows {
  ColumnOfRows(ValueType of_values, std::size_t rows) : type(of_values), present(rows), column(bytes) {}
  ColumnOfRows(const ColumnOfRows&) = delete;
  ColumnOfRows& operator=(const ColumnOfRows&) = delete;

  void add(std::size_t row, const Value& value) {
    present.set(row);
    mixed = mixed || type_of(value) != type;
    if (!mixed) std::visit(column, value);
  }

  ValueType type;
  Presence present;
  bool mixed = false;  // the bytes mean nothing then
  ByteWriter bytes;
  ColumnWriter column;
};

void write_mixed(ByteWriter& out, std::span<const BatchRow> rows, std::size_t index) {
  ColumnWriter column(out);
  for (const BatchRow& row : rows) {
    const Value& value = row.values[index];
    if (is_missing(value)) continue;
    out.byte(tag_of(type_of(value)));
    std::visit(column, value);
  }
}

}  // namespace

void write_value(ByteWriter& out, const Value& value) {
  if (is_missing(value)) return out.byte(kMissingTag);
  out.byte(tag_of(type_of(value)));
  std::visit(ColumnWriter(out), value);
}

Value read_value(ByteReader& in) {
  Value value;
  const std::uint8_t tag = in.byte();
  if (tag == kMissingTag) return value;
  if (tag > tag_of(ValueType::location)) {
    in.refuse("a value has an unknown type");
    return value;
  }
  std::size_t text_bytes = 0;
  ColumnReader(in, text_bytes).read(static_cast<ValueType>(tag - 1), value);
  return value;
}

void write_columns(ByteWriter& out, std::span<const BatchColumn> columns, std::span<const BatchRow> rows) {
  std::deque<ColumnOfRows> written;
  for (const BatchColumn& column : columns) written.emplace_back(column.type, rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t i = 0; i < columns.size(); ++i) if (!is_missing(rows[row].values[i])) written[i].add(row, rows[row].values[i]);
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    out.byte(written[i].mixed ? kMixed : 0);
    written[i].present.write(out);
    if (written[i].mixed) write_mixed(out, rows, i);
    else out.raw(written[i].bytes.view());
  }
}

void read_column(ByteReader& in, ValueType type, std::span<BatchRow> rows, std::size_t index, std::size_t& text_bytes) {
  const std::uint8_t form = in.byte();
  if (form > kMixed) in.refuse("a column has an unknown form");
  const Presence present = Presence::read(in, rows.size());
  ColumnReader column(in, text_bytes);
  for (std::size_t row = 0; row < rows.size() && in.ok(); ++row) {
    if (!present.test(row)) continue;
    column.read(form == kMixed ? read_tag(in) : type, rows[row].values[index]);
  }
}

void Presence::write(ByteWriter& out) const {
  if (present_ == 0) return out.byte(0);
  if (all()) return out.byte(1);
  out.byte(2);
  out.raw({reinterpret_cast<const char*>(bits_.data()), bits_.size()});
}

Presence Presence::read(ByteReader& in, std::size_t rows) {
  const std::uint8_t form = in.byte();
  Presence presence(0);
  presence.rows_ = rows;
  if (form == 0) return presence;
  if (form == 1) {
    presence.present_ = rows;
    return presence;
  }
  if (form != 2) in.refuse("a presence has an unknown form");
  const std::string_view bytes = in.raw((rows + 7) / 8);
  if (bytes.empty()) return presence;
  presence.bits_.assign(bytes.begin(), bytes.end());
  for (const std::uint8_t bits : presence.bits_) presence.present_ += static_cast<std::size_t>(std::popcount(bits));
  const unsigned used = rows % 8;
  if (used != 0 && (presence.bits_.back() >> used) != 0) in.refuse("a presence has bits beyond its last row");
  return presence;
}

}  // namespace wanamaker
