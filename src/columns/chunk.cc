#include "columns/chunk.h"

#include "base/check.h"
#include "columns/bit_packing.h"

#include <algorithm>
#include <limits>

namespace wanamaker {
namespace {

constexpr std::uint8_t kAllKnown = 1;
constexpr std::uint8_t kBitmap = 2;
constexpr std::uint8_t kScalesDiffer = 255;
constexpr std::uint8_t kFrame = 0;  // each value as its distance from the least
constexpr std::uint8_t kDelta = 1;  // each value as its distance from the one before
constexpr unsigned kScaleBits = 5;  // scales go to 18

std::uint8_t width_for(std::uint64_t range) {
  if (range == 0) return 0;
  if (range <= 0xFF) return 1;
  if (range <= 0xFFFF) return 2;
  return range <= 0xFFFF'FFFF ? 4 : 8;
}

std::uint64_t distance(std::int64_t from, std::int64_t to) { return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from); }
std::uint64_t to_zigzag(std::uint64_t delta) { return (delta << 1) ^ (0 - (delta >> 63)); }
std::uint64_t from_zigzag(std::uint64_t code) { return (code >> 1) ^ (0 - (code & 1)); }

template <typename Code>
void copy_codes(std::span<const std::int64_t> values, std::int64_t base, std::uint8_t* to) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto code = static_cast<Code>(distance(base, values[i]));
    std::memcpy(to + i * sizeof code, &code, sizeof code);
  }
}

template <typename Code>
void copy_values(const std::uint8_t* from, std::uint32_t size, std::int64_t base, Chunk::Values& values) {
  for (std::uint32_t i = 0; i < size; ++i) {
    Code code;
    std::memcpy(&code, from + i * sizeof code, sizeof code);
    values[i] = static_cast<std::int64_t>(static_cast<std::uint64_t>(base) + code);
  }
}

template <typename Code>
void append_code(std::uint64_t code, std::vector<std::uint8_t>& codes) {
  const std::size_t end = codes.size();
  codes.resize(end + sizeof(Code));
  std::memcpy(codes.data() + end, &code, sizeof(Code));
}

// Of all rows; codes of fewer than 8 bytes keep the order of the values, since base plus code does not wrap between known rows.
template <typename Code>
Chunk::Bounds bounds_of(const std::vector<std::uint8_t>& codes, std::int64_t base) {
  Code least = std::numeric_limits<Code>::max();
  Code most = 0;
  for (std::size_t i = 0; i < codes.size(); i += sizeof(Code)) {
    Code code;
    std::memcpy(&code, codes.data() + i, sizeof code);
    least = std::min(least, code);
    most = std::max(most, code);
  }
  const auto value = [&](Code code) { return static_cast<std::int64_t>(static_cast<std::uint64_t>(base) + code); };
  return {value(least), value(most)};
}

}  // namespace

void Chunk::set(std::uint32_t row, const Cell& cell) {
  CHECK(row < kRows, "a chunk has 4,096 rows");
  if (!cell.known) return clear(row);
  if (continues_at(row, cell.scale) && fits(cell.bits)) {
    append(cell.bits);
    return finish(row);
  }
  const bool is_new = !is_known(row);
  if (known_ == 0) {
    dictionary_.clear();
    base_ = cell.bits;
    scale_ = cell.scale;
    loose_ = {cell.bits, cell.bits};
  }
  loose_ = {std::min(loose_.least, cell.bits), std::max(loose_.most, cell.bits)};
  if (row > size_ && present_.empty()) list_presence();
  if (row >= size_) grow(row);
  if (!present_.empty()) present_[row / 64] |= std::uint64_t{1} << (row % 64);
  if (is_new) ++known_;
  if (known_ == size_) present_.clear();
  if (!fits(cell.bits)) widen(row, cell.bits);
  write_code(row, cell.bits);
  if (scales_.empty() && cell.scale != scale_) scales_.assign(size_, scale_);
  if (!scales_.empty()) scales_[row] = cell.scale;
  if (is_new) finish(row);
}

// What fits behind the rows that are there goes in together.
void Chunk::set_all(std::uint32_t row, std::span<const std::int64_t> bits, std::uint8_t scale) {
  while (!bits.empty()) {
    std::size_t fitting = 0;
    if (continues_at(row, scale) && dictionary_.empty() && row + bits.size() <= kRows) while (fitting < bits.size() && fits(bits[fitting])) ++fitting;
    if (fitting > 0) append_all(bits.first(fitting));
    else set(row, {.bits = bits[0], .scale = scale, .known = true});
    const std::size_t done = std::max<std::size_t>(fitting, 1);
    row += static_cast<std::uint32_t>(done);
    bits = bits.subspan(done);
  }
}

void Chunk::append_all(std::span<const std::int64_t> bits) {
  for (const std::int64_t one : bits) loose_ = {std::min(loose_.least, one), std::max(loose_.most, one)};
  size_ += static_cast<std::uint32_t>(bits.size());
  known_ += static_cast<std::uint32_t>(bits.size());
  if (width_ != 0) {
    const std::size_t before = codes_.size();
    reserve_codes(std::size_t{size_} * width_);
    codes_.resize(std::size_t{size_} * width_);
    write_codes(bits, codes_.data() + before);
  }
  finish(size_ - 1);
}

void Chunk::write_codes(std::span<const std::int64_t> values, std::uint8_t* to) const {
  switch (width_) {
    case 1: return copy_codes<std::uint8_t>(values, base_, to);
    case 2: return copy_codes<std::uint16_t>(values, base_, to);
    case 4: return copy_codes<std::uint32_t>(values, base_, to);
    case 8: return copy_codes<std::uint64_t>(values, base_, to);
    default: return;
  }
}

// A chunk that has become full is written seldom from now on.
void Chunk::finish(std::uint32_t row) {
  if (row + 1 != kRows || width_ < 2) return;
  Values values;
  read_all(values);
  make_dictionary(values);
}

// What set() mostly does: one row more, like those before it.
void Chunk::append(std::int64_t bits) {
  loose_ = {std::min(loose_.least, bits), std::max(loose_.most, bits)};
  ++size_;
  ++known_;
  if (width_ == 0) return;
  reserve_codes(std::size_t{size_} * width_);
  const std::uint64_t code = code_of(bits);
  switch (width_) {  // of a known size they are stores, not a call
    case 1: return codes_.push_back(static_cast<std::uint8_t>(code));
    case 2: return append_code<std::uint16_t>(code, codes_);
    case 4: return append_code<std::uint32_t>(code, codes_);
    default: return append_code<std::uint64_t>(code, codes_);
  }
}

std::uint64_t Chunk::code_of(std::int64_t bits) const {
  if (dictionary_.empty()) return distance(base_, bits);
  return static_cast<std::uint64_t>(std::ranges::lower_bound(dictionary_, bits) - dictionary_.begin());
}

void Chunk::reserve_codes(std::size_t bytes) {
  if (bytes <= codes_.capacity()) return;  // a full chunk has no slack
  codes_.reserve(std::min(std::max(bytes, 2 * codes_.capacity()), std::size_t{kRows} * width_));
}

// Makes room up to the row; a gap before it is missing.
void Chunk::grow(std::uint32_t row) {
  const bool listed = !present_.empty() || row > size_;
  size_ = row + 1;
  const std::size_t bytes = std::size_t{size_} * width_;
  reserve_codes(bytes);
  codes_.resize(bytes);
  if (listed) present_.resize((size_ + 63) / 64);
  if (!scales_.empty()) scales_.resize(size_);
}

void Chunk::list_presence() {
  present_.assign((size_ + 63) / 64, ~std::uint64_t{0});
  if (size_ % 64 != 0) present_.back() = (std::uint64_t{1} << (size_ % 64)) - 1;
}

void Chunk::clear(std::uint32_t row) {
  if (!is_known(row)) return;
  if (known_ == 1) {
    *this = Chunk();
    return;
  }
  if (present_.empty()) list_presence();
  present_[row / 64] &= ~(std::uint64_t{1} << (row % 64));
  --known_;
  write_code(row, base_);
  if (!scales_.empty()) scales_[row] = 0;
}

void Chunk::write_code(std::uint32_t row, std::int64_t bits) {
  if (width_ == 0) return;  // all values are the base, and there are no codes
  const std::uint64_t code = code_of(bits);  // little-endian: the low bytes come first
  std::memcpy(codes_.data() + std::size_t{row} * width_, &code, width_);
}

// Chooses a base and a width for the values that are there and one more, which the row will have. The range lies in the middle of what the width can hold, so
// that falling values do not move the base each time.
void Chunk::widen(std::uint32_t row, std::int64_t bits) {
  Values values;
  read_all(values);
  Bounds range{bits, bits};
  for (std::uint32_t i = 0; i < size_; ++i) {
    if (i == row || !is_known(i)) continue;
    range.least = std::min(range.least, values[i]);
    range.most = std::max(range.most, values[i]);
  }
  fill(values, range);
  loose_ = range;
  const std::uint64_t span = width_ == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * width_)) - 1;
  const std::uint64_t room = (span - distance(range.least, range.most)) / 2;
  const auto base = static_cast<std::int64_t>(static_cast<std::uint64_t>(range.least) - room);
  if (width_ == 8 || range.most == bits) return;  // rising values have their room above already
  fill(values, {base, range.most});
}

void Chunk::fill(const Values& values, Bounds range) {
  dictionary_.clear();
  width_ = width_for(distance(range.least, range.most));
  base_ = range.least;
  codes_.assign(std::size_t{size_} * width_, 0);
  write_codes(std::span(values).first(size_), codes_.data());
  if (!present_.empty()) for (std::uint32_t i = 0; i < size_; ++i) if (!is_known(i)) write_code(i, base_);
}

// Gives up as soon as a byte cannot tell the values, and where the dictionary would take what the codes save.
void Chunk::make_dictionary(const Values& values) {
  constexpr std::size_t kMost = 256;
  constexpr std::size_t kSlots = 1024;
  std::array<std::uint16_t, kSlots> slots{};  // 1 + a place in `found`; 0: free
  std::array<std::uint8_t, kRows> places;     // of each row's value in `found`
  std::vector<std::int64_t> found;            // as they come
  for (std::uint32_t i = 0; i < size_; ++i) {
    const std::int64_t bits = is_known(i) ? values[i] : loose_.least;
    std::size_t slot = (static_cast<std::uint64_t>(bits) * 0x9E37'79B9'7F4A'7C15U) >> 54;
    while (slots[slot] != 0 && found[slots[slot] - 1U] != bits) slot = (slot + 1) % kSlots;
    if (slots[slot] == 0) {
      if (found.size() == kMost || (found.size() + 1) * sizeof bits >= std::size_t{size_} * (width_ - 1U)) return;
      found.push_back(bits);
      slots[slot] = static_cast<std::uint16_t>(found.size());
    }
    places[i] = static_cast<std::uint8_t>(slots[slot] - 1);
  }
  dictionary_ = found;
  std::ranges::sort(dictionary_);
  std::array<std::uint8_t, kMost> codes{};
  for (std::size_t i = 0; i < found.size(); ++i) codes[i] = static_cast<std::uint8_t>(std::ranges::lower_bound(dictionary_, found[i]) - dictionary_.begin());
  width_ = 1;
  base_ = dictionary_[0];
  codes_ = std::vector<std::uint8_t>(size_);
  for (std::uint32_t i = 0; i < size_; ++i) codes_[i] = codes[places[i]];
}

std::uint8_t Chunk::most_scale() const { return scales_.empty() ? scale_ : *std::ranges::max_element(scales_); }

void Chunk::read_all(Values& values) const {
  if (!dictionary_.empty()) {
    for (std::uint32_t i = 0; i < size_; ++i) values[i] = dictionary_[codes_[i]];
    return;
  }
  switch (width_) {
    case 1: return copy_values<std::uint8_t>(codes_.data(), size_, base_, values);
    case 2: return copy_values<std::uint16_t>(codes_.data(), size_, base_, values);
    case 4: return copy_values<std::uint32_t>(codes_.data(), size_, base_, values);
    case 8: return copy_values<std::uint64_t>(codes_.data(), size_, base_, values);
    default: std::fill_n(values.begin(), size_, base_);
  }
}

std::optional<Chunk::Bounds> Chunk::bounds() const {
  if (known_ == 0) return std::nullopt;
  if (present_.empty() && dictionary_.empty()) {
    switch (width_) {
      case 1: return bounds_of<std::uint8_t>(codes_, base_);
      case 2: return bounds_of<std::uint16_t>(codes_, base_);
      case 4: return bounds_of<std::uint32_t>(codes_, base_);
      default: break;
    }
  }
  Values values;
  read_all(values);
  std::optional<Bounds> range;
  for (std::uint32_t i = 0; i < size_; ++i) {
    if (!is_known(i)) continue;
    if (!range) range = {values[i], values[i]};
    range->least = std::min(range->least, values[i]);
    range->most = std::max(range->most, values[i]);
  }
  return range;
}

// ---- bytes ----

void Chunk::encode(ByteWriter& out) const {
  std::uint32_t rows = size_;
  while (rows > 0 && !is_known(rows - 1)) --rows;
  out.varint(rows);
  if (rows == 0) return;
  write_presence(out, rows);
  write_scales(out, rows);

  Values values;
  read_all(values);
  if (has_missing()) {
    std::uint32_t next = 0;
    for (std::uint32_t i = 0; i < rows; ++i) if (is_known(i)) values[next++] = values[i];
  }
  const std::int64_t least = *std::min_element(values.begin(), values.begin() + known_);
  std::array<std::uint64_t, kRows> codes;
  std::uint64_t all = 0;  // the bits that any code needs
  std::uint64_t all_deltas = 0;
  for (std::uint32_t i = 0; i < known_; ++i) all |= distance(least, values[i]);
  for (std::uint32_t i = 1; i < known_; ++i) all_deltas |= to_zigzag(distance(values[i - 1], values[i]));
  if (bits_of(all) <= bits_of(all_deltas)) {
    for (std::uint32_t i = 0; i < known_; ++i) codes[i] = distance(least, values[i]);
    out.byte(kFrame);
    out.zigzag(least);
    out.byte(static_cast<std::uint8_t>(bits_of(all)));
    return pack_bits(out, std::span(codes).first(known_), bits_of(all));
  }
  for (std::uint32_t i = 1; i < known_; ++i) codes[i - 1] = to_zigzag(distance(values[i - 1], values[i]));
  out.byte(kDelta);
  out.zigzag(values[0]);
  out.byte(static_cast<std::uint8_t>(bits_of(all_deltas)));
  pack_bits(out, std::span(codes).first(known_ - 1), bits_of(all_deltas));
}

void Chunk::write_presence(ByteWriter& out, std::uint32_t rows) const {
  if (known_ == rows) return out.byte(kAllKnown);
  out.byte(kBitmap);
  for (std::uint32_t i = 0; i < rows; i += 8) {
    const std::uint64_t bits = present_[i / 64] >> (i % 64);
    out.byte(static_cast<std::uint8_t>(bits & 0xFF));
  }
}

void Chunk::write_scales(ByteWriter& out, std::uint32_t rows) const {
  std::array<std::uint64_t, kRows> scales;
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < rows && !scales_.empty(); ++i) if (is_known(i)) scales[count++] = scales_[i];
  const auto known = std::span(scales).first(count);
  if (std::ranges::all_of(known, [&](std::uint64_t scale) { return scale == known[0]; })) {
    return out.byte(count == 0 ? scale_ : static_cast<std::uint8_t>(known[0]));
  }
  out.byte(kScalesDiffer);
  pack_bits(out, known, kScaleBits);
}

Chunk Chunk::decode(ByteReader& in) {
  Chunk chunk;
  const std::uint64_t rows = in.varint();
  if (rows > kRows) in.refuse("a chunk has more than 4,096 rows");
  if (!in.ok() || rows == 0) return {};
  chunk.size_ = static_cast<std::uint32_t>(rows);
  chunk.read_presence(in);
  if (!in.ok() || chunk.known_ == 0) {
    in.refuse("a chunk with rows has no value");
    return {};
  }
  chunk.read_scales(in);
  chunk.read_codes(in);
  return in.ok() ? std::move(chunk) : Chunk();
}

void Chunk::read_presence(ByteReader& in) {
  const std::uint8_t form = in.byte();
  known_ = size_;
  if (form == kAllKnown) return;
  if (form != kBitmap) {
    in.refuse("a chunk's presence has an unknown form");
    return;
  }
  const std::string_view bytes = in.raw((size_ + 7) / 8);
  if (bytes.empty()) return;
  present_.assign((size_ + 63) / 64, 0);
  std::memcpy(present_.data(), bytes.data(), bytes.size());
  if (size_ % 64 != 0 && (present_.back() >> (size_ % 64)) != 0) in.refuse("a chunk's presence has bits beyond its last row");
  known_ = 0;
  for (const std::uint64_t word : present_) known_ += static_cast<std::uint32_t>(std::popcount(word));
  if (!is_known(size_ - 1)) in.refuse("the last row of a chunk is missing");
  if (known_ == size_) present_.clear();
}

void Chunk::read_scales(ByteReader& in) {
  scale_ = in.byte();
  if (scale_ <= kDecimalDigitsMax) return;
  if (scale_ != kScalesDiffer) {
    in.refuse("a scale exceeds 18");
    return;
  }
  scale_ = 0;
  std::array<std::uint64_t, kRows> scales;
  unpack_bits(in, std::span(scales).first(known_), kScaleBits);
  scales_.assign(size_, 0);
  std::uint32_t next = 0;
  for (std::uint32_t i = 0; i < size_ && in.ok(); ++i) {
    if (!is_known(i)) continue;
    if (scales[next] > kDecimalDigitsMax) in.refuse("a scale exceeds 18");
    scales_[i] = static_cast<std::uint8_t>(scales[next++]);
  }
}

void Chunk::read_codes(ByteReader& in) {
  const std::uint8_t form = in.byte();
  const std::int64_t first = in.zigzag();
  const unsigned bits = in.byte();
  if (form > kDelta) in.refuse("the codes of a chunk have an unknown form");
  std::array<std::uint64_t, kRows> codes;
  unpack_bits(in, std::span(codes).first(form == kDelta ? known_ - 1 : known_), bits);
  if (!in.ok()) return;
  Values values;
  auto value = static_cast<std::uint64_t>(first);
  if (form == kFrame) {
    for (std::uint32_t i = 0; i < known_; ++i) values[i] = static_cast<std::int64_t>(value + codes[i]);
  } else {
    values[0] = first;
    for (std::uint32_t i = 1; i < known_; ++i) values[i] = static_cast<std::int64_t>(value += from_zigzag(codes[i - 1]));
  }
  Bounds range{values[0], values[0]};
  for (std::uint32_t i = 1; i < known_; ++i) {
    range.least = std::min(range.least, values[i]);
    range.most = std::max(range.most, values[i]);
  }
  if (has_missing()) {
    std::uint32_t next = known_;
    for (std::uint32_t i = size_; i-- > 0;) values[i] = is_known(i) ? values[--next] : range.least;
  }
  fill(values, range);
  loose_ = range;
  if (width_ > 1) make_dictionary(values);
}

}  // namespace wanamaker
