#include "ingest/chunk_reader.h"

#include "base/check.h"

#include <utility>

namespace wanamaker {

Result<std::optional<ImportChunk>> ChunkReader::next(KeptRows spent) {
  ImportChunk chunk{.kept = std::move(spent)};
  chunk.kept.clear();
  RawRow row;
  std::uint64_t rows = 0;
  while (!chunk.is_full) {
    WM_TRY(const bool is_there, read(row));
    if (!is_there) break;
    ++rows;
    chunk.rows_read = row.number;
    take(row, chunk);
    chunk.is_full = rows == rows_at_once_ || chunk.kept.text_bytes() >= kChunkBytesMax;
  }
  if (rows == 0) return std::nullopt;
  WM_CHECK_OK(decide_waiting(chunk));
  if (purpose_ == Purpose::take_in) chunk.batches = batches_.finish();
  chunk.bytes_done = rows_.stream().offset();
  chunk.prefix_hash = rows_.stream().prefix_hash();
  chunk.file_bytes_read = rows_.stream().source().bytes_read();
  return chunk;
}

Result<bool> ChunkReader::read(RawRow& row) {
  if (!first_) return rows_.next(row);
  row = *std::exchange(first_, {});
  return true;
}

void ChunkReader::take(const RawRow& row, ImportChunk& chunk) {
  BuiltRow built;
  RowOutcome outcome = builder_.build(row, built);
  if (auto* fault = std::get_if<RowFault>(&outcome)) {
    chunk.rejects.push_back({.place = chunk.kept.size(), .fault = std::move(*fault), .is_readable = !row.fault});
    chunk.kept.add(row);
  } else if (std::holds_alternative<FilteredRow>(outcome)) {
    ++chunk.rows_filtered;
  } else if (builder_.needs_known_contacts()) {
    waiting_.push_back({.row = std::move(built), .place = chunk.kept.size()});
    chunk.kept.add(row);
  } else {
    accept(std::move(built), chunk.kept.size(), chunk);
    if (purpose_ == Purpose::take_in) chunk.kept.add(row);
  }
}

void ChunkReader::accept(BuiltRow row, std::size_t place, ImportChunk& chunk) {
  if (purpose_ == Purpose::dry_run) ++chunk.rows_applicable;
  else batches_.add(std::move(row), place);
}

Result<void> ChunkReader::decide_waiting(ImportChunk& chunk) {
  if (waiting_.empty()) return {};
  std::vector<std::string_view> contacts;
  for (const Waiting& waiting : waiting_) contacts.push_back(builder_.contact_of(waiting.row.row));
  WM_TRY(const std::vector<bool> known, target_.know_contacts(contacts));
  CHECK(known.size() == contacts.size(), "the target answers for each contact");
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    if (known[i]) accept(std::move(waiting_[i].row), waiting_[i].place, chunk);
    else chunk.rejects.push_back({.place = waiting_[i].place, .fault = RowBuilder::unknown_contact()});
  }
  waiting_.clear();
  return {};
}

}  // namespace wanamaker
