#include "ingest/chunk_pipe.h"

#include "ingest/memory_target.h"

#include <gtest/gtest.h>

namespace wanamaker {
namespace {

// Contacts of a file with nothing but ids.
class ChunkPipeTest : public testing::Test {
 protected:
  ChunkPipeTest() {
    plan_.id = {.position = 0, .file_name = "id"};
  }

  ChunkReader& reader_of(const std::string& text) {
    TextStream stream = TextStream::open(directory_.write("ids.csv", text), Encoding::utf8).value();
    rows_ = CsvReader::open(std::move(stream), {}, {}, "ids.csv").value();
    builder_.emplace(RowBuilder::make(plan_, options_, target_).value());
    return reader_.emplace(*rows_, std::nullopt, plan_, *builder_, target_, ChunkReader::Purpose::take_in);
  }

  static std::string ids(std::uint64_t first, std::uint64_t count) {
    std::string text;
    for (std::uint64_t id = first; id < first + count; ++id) text += std::to_string(id) + "\n";
    return text;
  }

  TestDirectory directory_;
  MemoryTarget target_;
  ImportOptions options_;
  ImportPlan plan_{Zone::utc()};
  std::unique_ptr<CsvReader> rows_;
  std::optional<RowBuilder> builder_;
  std::optional<ChunkReader> reader_;
};

// All rows, in the order of the file; then nothing.
TEST_F(ChunkPipeTest, GivesTheChunksOfItsReader) {
  ChunkPipe pipe(reader_of("id\n" + ids(1, 3 * kRowsBesideOthers + 7)));
  std::uint64_t rows = 0;
  for (auto chunk = pipe.take().value(); chunk; chunk = pipe.take().value()) {
    for (const BatchRow& row : chunk->batches.at(0).batch.rows) EXPECT_EQ(row.id, std::to_string(++rows));
    EXPECT_EQ(chunk->rows_read, rows);
    EXPECT_EQ(chunk->is_full, rows % kRowsBesideOthers == 0);
    EXPECT_EQ(chunk->kept.row(chunk->kept.size() - 1).cells.at(0).text, std::to_string(rows));
    pipe.give_back(std::move(chunk->kept));
  }
  EXPECT_EQ(rows, 3 * kRowsBesideOthers + 7);
}

// An error comes behind all chunks before it.
TEST_F(ChunkPipeTest, GivesTheErrorOfItsReaderWhereItStands) {
  ChunkPipe pipe(reader_of("id\n" + ids(1, 3 * kRowsBesideOthers + 7) + "\"never closed\n"));
  for (std::uint64_t chunks = 1; chunks <= 3; ++chunks) EXPECT_EQ(pipe.take().value()->rows_read, chunks * kRowsBesideOthers);
  EXPECT_EQ(pipe.take().error().code, ErrorCode::invalid);
}

// Whoever stops in the middle need not take the rest.
TEST_F(ChunkPipeTest, MayBeLeftAtAnyTime) {
  const std::string text = "id\n" + ids(1, 40 * kRowsBesideOthers);
  for (int taken = 0; taken < 4; ++taken) {
    ChunkPipe pipe(reader_of(text));
    for (int i = 0; i < taken; ++i) EXPECT_TRUE(pipe.take().value());
  }
}

// Large rows end a chunk early: what waits is bounded in bytes too.
TEST_F(ChunkPipeTest, ChunksAreBoundedInBytes) {
  std::string text = "id\n";
  for (int i = 0; i < 30; ++i) text += std::string(kRowBytesMax - 10, 'x') + "\n";
  ChunkPipe pipe(reader_of(text));
  const auto first = pipe.take().value();
  EXPECT_TRUE(first->is_full);
  EXPECT_EQ(first->rows_read, kChunkBytesMax / kRowBytesMax + 1);
  EXPECT_EQ(first->rejects.size(), first->rows_read);  // no id is as long
}

}  // namespace
}  // namespace wanamaker
