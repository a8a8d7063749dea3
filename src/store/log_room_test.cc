#include "store/log_room.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace wanamaker {
namespace {

namespace fs = std::filesystem;
const rocksdb::FileOptions kPlain;
const rocksdb::IOOptions kIo;

class LogRoomTest : public testing::Test {
 protected:
  LogRoomTest() {
    std::string pattern = (fs::temp_directory_path() / "wanamaker-room-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
  }
  ~LogRoomTest() override {
    std::error_code fault;
    fs::remove_all(root_, fault);
  }
  std::string path(const std::string& name) const { return (root_ / name).string(); }
  std::unique_ptr<rocksdb::FSWritableFile> file(const std::string& name) {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    EXPECT_TRUE(files_->NewWritableFile(path(name), kPlain, &file, nullptr).ok());
    return file;
  }
  std::uint64_t told_size(const std::string& name) {
    std::uint64_t size = 0;
    EXPECT_TRUE(files_->GetFileSize(path(name), kIo, &size, nullptr).ok());
    return size;
  }
  std::string contents(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(path(name), std::ios::binary).rdbuf();
    return text.str();
  }

  fs::path root_;
  std::shared_ptr<LogRoom> files_ = std::make_shared<LogRoom>(rocksdb::FileSystem::Default());
};

void append(rocksdb::FSWritableFile& file, const std::string& text) { EXPECT_TRUE(file.Append(text, kIo, nullptr).ok()); }

// Zeros stand behind what was written, what comes goes over them, and the file as it is closed holds nothing else.
TEST_F(LogRoomTest, AppendsGoOverZeros) {
  const auto log = file("000001.log");
  std::string written(10'000, 'a');
  append(*log, written);
  const std::uint64_t room = fs::file_size(path("000001.log"));
  EXPECT_EQ(room, 20'000U);
  for (int i = 0; i < 9; ++i) {
    append(*log, std::string(1'000, static_cast<char>('b' + i)));
    written += std::string(1'000, static_cast<char>('b' + i));
  }
  EXPECT_EQ(fs::file_size(path("000001.log")), room);
  EXPECT_EQ(contents("000001.log"), written + std::string(room - written.size(), '\0'));
  EXPECT_EQ(told_size("000001.log"), written.size());
  EXPECT_EQ(log->GetFileSize(kIo, nullptr), written.size());
  EXPECT_TRUE(log->Close(kIo, nullptr).ok());
  EXPECT_EQ(contents("000001.log"), written);
}

TEST_F(LogRoomTest, APieceThatIsLargerThanTheRoomIsWhole) {
  const auto log = file("000002.log");
  append(*log, std::string(5'000, 'a'));
  append(*log, std::string(70'000, 'b'));
  append(*log, "c");
  EXPECT_EQ(told_size("000002.log"), 75'001U);
  EXPECT_TRUE(log->Close(kIo, nullptr).ok());
  EXPECT_EQ(contents("000002.log"), std::string(5'000, 'a') + std::string(70'000, 'b') + "c");
}

TEST_F(LogRoomTest, LittleAndMuchGetNoRoom) {
  const auto log = file("000003.log");
  append(*log, "one command");
  EXPECT_EQ(fs::file_size(path("000003.log")), 11U);
  append(*log, std::string(200'000, 'a'));
  EXPECT_EQ(fs::file_size(path("000003.log")), 200'011U);
}

TEST_F(LogRoomTest, OtherFilesAreAsTheyWere) {
  const auto table = file("000004.sst");
  append(*table, std::string(10'000, 'a'));
  EXPECT_EQ(fs::file_size(path("000004.sst")), 10'000U);
}

// A name that comes again is another file.
TEST_F(LogRoomTest, ALogThatIsGoneTellsNoSize) {
  append(*file("000005.log"), std::string(10'000, 'a'));
  EXPECT_EQ(told_size("000005.log"), fs::file_size(path("000005.log")));
}

}  // namespace
}  // namespace wanamaker
