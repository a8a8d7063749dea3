#include "store/store.h"

#include "store/command_text_test.h"

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace wanamaker {
namespace {

namespace fs = std::filesystem;

class StoreTest : public testing::Test {
 protected:
  StoreTest() {
    std::string pattern = (fs::temp_directory_path() / "wanamaker-store-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
  }
  ~StoreTest() override {
    std::error_code fault;
    fs::remove_all(root_, fault);
  }
  std::string path(const std::string& name = "store") const { return (root_ / name).string(); }

  fs::path root_;
};

Command declared(int number) {
  return {.accepted_at = Timestamp{1'700'000'000'000 + number}, .body = DeclareEvent{fmt::format("event_{}", number)}};
}

std::unique_ptr<Store> opened(const std::string& directory) {
  auto store = Store::open(directory);
  EXPECT_TRUE(store.has_value()) << store.error().message;
  return store ? *std::move(store) : nullptr;
}

Result<void> append(Store& store, const Command& command) {
  WM_TRY(const EncodedCommand encoded, encode_command(command));
  return store.log().append(std::span(&encoded, 1));
}

Error refused(const std::string& directory) {
  auto log = Store::open(directory);
  if (!log) return log.error();
  ADD_FAILURE() << directory << " was opened";
  return {};
}

std::string text_of(const Command& command) { return fmt::format("{} {}", to_string(command.accepted_at), text_of(command.body)); }

Result<std::vector<std::string>> replayed(Store& store) {
  std::vector<std::string> texts;
  WM_CHECK_OK(store.log().replay([&](Command&& command) -> Result<void> {
    texts.push_back(text_of(command));
    return {};
  }));
  return texts;
}

std::string contents(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

void write(const fs::path& file, std::string_view text) { std::ofstream(file, std::ios::binary) << text; }

// A store is made by opening it. What is appended is there again, in order, after the store is opened anew.
TEST_F(StoreTest, KeepsCommandsInOrder) {
  std::vector<std::string> expected;
  {
    auto log = opened(path());
    EXPECT_EQ(log->log().last().sequence, 0U);
    for (int i = 0; i < 5; ++i) {
      const Command command = declared(i);
      ASSERT_TRUE(append(*log, command).has_value());
      expected.push_back(text_of(command));
    }
    EXPECT_EQ(replayed(*log).value(), expected);
  }
  for (int round = 0; round < 3; ++round) {
    auto log = opened(path());
    EXPECT_EQ(log->log().last().sequence, expected.size());
    EXPECT_EQ(replayed(*log).value(), expected);
    ASSERT_TRUE(append(*log, declared(100 + round)).has_value());
    expected.push_back(text_of(declared(100 + round)));
  }
}

// Behind what a killed process wrote stand the zeros that its next commands would have gone over (log_room.h).
TEST_F(StoreTest, AKilledProcessLeavesRoomInItsLog) {
  std::vector<std::string> expected;
  const auto append_some = [&](Store& store) {
    for (int i = 0; i < 120; ++i) {
      const Command command = declared(static_cast<int>(expected.size()));
      ASSERT_TRUE(append(store, command).has_value());
      expected.push_back(text_of(command));
    }
  };
  std::string directory = path();
  for (int kill = 0; kill < 3; ++kill) {
    const std::string copy = path(fmt::format("killed-{}", kill));
    {
      auto store = opened(directory);
      append_some(*store);
      fs::copy(directory, copy, fs::copy_options::recursive);
    }
    bool has_room = false;
    for (const auto& file : fs::directory_iterator(copy + "/db")) has_room |= file.path().extension() == ".log" && contents(file.path()).ends_with(std::string(64, '\0'));
    EXPECT_TRUE(has_room);
    EXPECT_EQ(replayed(*opened(copy)).value(), expected);
    directory = copy;
  }
}

TEST_F(StoreTest, KeepsBatchesBeyondTheWriteBuffer) {
  RandomBatches batches(3);
  std::vector<std::string> expected;
  {
    auto log = opened(path());
    for (int i = 0; i < 60; ++i) {
      const Command command{.accepted_at = Timestamp{i}, .body = batches.next(4'000)};
      ASSERT_TRUE(append(*log, command).has_value());
      expected.push_back(text_of(command));
    }
  }
  EXPECT_EQ(replayed(*opened(path())).value(), expected);
}

TEST_F(StoreTest, OpensASmallStoreAtOnce) {
  { ASSERT_TRUE(append(*opened(path()), declared(1)).has_value()); }
  const auto start = std::chrono::steady_clock::now();
  { opened(path()); }
  const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - start;
  RecordProperty("open_and_close_ms", std::to_string(taken.count()));
  EXPECT_LT(taken.count(), 2'000) << "far above the 50 ms wanted, so that a busy machine does not fail the test";
}

TEST_F(StoreTest, TheErrorOfAVisitStopsTheReplay) {
  auto log = opened(path());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(append(*log, declared(i)).has_value());
  int seen = 0;
  const auto result = log->log().replay([&](Command&&) -> Result<void> {
    if (++seen == 2) return fail(ErrorCode::interrupted, "enough");
    return {};
  });
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().message, "enough");
  EXPECT_EQ(seen, 2);
}

TEST_F(StoreTest, ACommandOverALimitLeavesTheLogAsItWas) {
  auto log = opened(path());
  ASSERT_TRUE(append(*log, declared(1)).has_value());
  const auto result = append(*log, {.accepted_at = {}, .body = SetZone{std::string(kBlockBytesMax, 'x')}});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::invalid);
  EXPECT_TRUE(append(*log, declared(2)).has_value());
  EXPECT_EQ(replayed(*log).value().size(), 2U);
}

TEST_F(StoreTest, ASecondOpenerIsTold) {
  const auto log = opened(path());
  const Error error = refused(path());
  EXPECT_EQ(error.code, ErrorCode::conflict);
  EXPECT_EQ(error.message, fmt::format("another process ({}) holds the store {}", ::getpid(), path()));
}

TEST_F(StoreTest, AnotherProcessIsToldAndMayOpenAfterwards) {
  auto log = opened(path());
  const auto tried_in_child = [&] {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto second = Store::open(path());
      ::_exit(second ? 0 : second.error().code == ErrorCode::conflict ? 6 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WEXITSTATUS(status);
  };
  EXPECT_EQ(tried_in_child(), 6);
  log.reset();
  EXPECT_EQ(tried_in_child(), 0);
}

TEST_F(StoreTest, WhatIsNoStoreIsRefusedAndLeftAlone) {
  write(path("file"), "x");
  EXPECT_EQ(refused(path("file")).message, path("file") + " is a file; a directory is wanted");
  EXPECT_EQ(contents(path("file")), "x");
  EXPECT_FALSE(refused(path("file/below")).message.empty());

  fs::create_directory(path("photos"));
  write(path("photos/one.jpg"), "x");
  const Error error = refused(path("photos"));
  EXPECT_EQ(error.code, ErrorCode::not_allowed);
  EXPECT_EQ(error.message, path("photos") + " holds 'one.jpg' and is not a store");
  EXPECT_EQ(std::distance(fs::directory_iterator(path("photos")), fs::directory_iterator()), 1);
}

TEST_F(StoreTest, AnInterruptedStartIsFinished) {
  fs::create_directory(path());
  write(path() + "/LOCK", "");
  write(path() + "/FORMAT.new", "wana");
  write(path() + "/ERASED.new", "wana");  // a power cut between the ledger's bytes and its name
  { ASSERT_TRUE(append(*opened(path()), declared(1)).has_value()); }
  EXPECT_EQ(opened(path())->log().last().sequence, 1U);
}

TEST_F(StoreTest, ANewerOrUnreadableFormatIsRefused) {
  { opened(path()); }
  write(path() + "/FORMAT", "wanamaker store\nformat 3\n");
  const Error error = refused(path());
  EXPECT_EQ(error.code, ErrorCode::not_allowed);
  EXPECT_EQ(error.message, fmt::format("{}/FORMAT names format 3; this version reads up to 2", path()));
  for (const char* text :
       {"", "wanamaker store\nformat \n", "wanamaker store\nformat 1", "wanamaker store\nformat 0\n", "something else"}) {
    write(path() + "/FORMAT", text);
    EXPECT_EQ(refused(path()).code, ErrorCode::failure) << text;
  }
}

TEST_F(StoreTest, AStoreWithoutItsFormatOrItsLogIsNotMadeAnew) {
  { ASSERT_TRUE(append(*opened(path()), declared(1)).has_value()); }
  fs::rename(path() + "/FORMAT", path("kept"));
  EXPECT_EQ(refused(path()).message, fmt::format("the file {}/FORMAT is gone; 1 commands were acknowledged here (MARK)", path()));
  fs::rename(path("kept"), path() + "/FORMAT");
  EXPECT_EQ(opened(path())->log().last().sequence, 1U);
  fs::rename(path() + "/db", path("db"));
  EXPECT_FALSE(refused(path()).message.empty());
}

TEST_F(StoreTest, WithoutPermissionItSaysSo) {
  fs::create_directory(path());
  fs::permissions(path(), fs::perms::none);
  const uid_t user = ::geteuid();
  const bool root = user == 0;  // root may do everything: be nobody for a moment
  EXPECT_EQ(root ? ::seteuid(65'534) : 0, 0);
  EXPECT_EQ(refused(path()).code, ErrorCode::failure);
  EXPECT_EQ(root ? ::seteuid(user) : 0, 0);
  fs::permissions(path(), fs::perms::owner_all);
}

// What a checkpoint keeps: pages by name, and from where on the log is replayed.
Result<std::map<std::string, std::string>> pages_of(Store& store) {
  std::map<std::string, std::string> pages;
  WM_CHECK_OK(store.pages().load([&](std::string_view name, std::string_view bytes) -> Result<void> {
    pages.emplace(name, bytes);
    return {};
  }));
  return pages;
}

Result<void> checkpoint(Store& store, const std::map<std::string, std::string>& changed, const std::vector<std::string>& names) {
  const ChainLink link = store.log().last();
  store.pages().begin(link);
  for (const auto& [name, bytes] : changed) WM_CHECK_OK(store.pages().put(name, bytes));
  WM_CHECK_OK(store.pages().commit(names));
  return store.log().drop_up_to(link);
}

TEST_F(StoreTest, ACheckpointStandsForTheLogBeforeIt) {
  {
    auto store = opened(path());
    for (int i = 1; i <= 3; ++i) ASSERT_TRUE(append(*store, declared(i)).has_value());
    ASSERT_TRUE(checkpoint(*store, {{"a", "1"}, {"a/b", "2"}, {"c", "3"}}, {"a", "a/b", "c"}).has_value());
    ASSERT_TRUE(append(*store, declared(4)).has_value());
    EXPECT_EQ(replayed(*store).value(), std::vector<std::string>{text_of(declared(4))});
  }
  auto store = opened(path());
  EXPECT_EQ(pages_of(*store).value(), (std::map<std::string, std::string>{{"a", "1"}, {"a/b", "2"}, {"c", "3"}}));
  EXPECT_EQ(replayed(*store).value(), std::vector<std::string>{text_of(declared(4))});
  // The next one rewrites what changed, keeps the rest and drops what is no longer named.
  ASSERT_TRUE(checkpoint(*store, {{"a/b", "new"}}, {"a", "a/b"}).has_value());
  ASSERT_TRUE(checkpoint(*store, {{"a", "twice at one place of the log"}}, {"a", "a/b"}).has_value());
  store.reset();
  store = opened(path());
  EXPECT_EQ(pages_of(*store).value(), (std::map<std::string, std::string>{{"a", "twice at one place of the log"}, {"a/b", "new"}}));
  EXPECT_EQ(store->log().last().sequence, 4U);
  EXPECT_TRUE(replayed(*store).value().empty());
  ASSERT_TRUE(store->pages().compact().has_value());
}

TEST_F(StoreTest, ACheckpointThatIsNotCommittedIsNotThere) {
  {
    auto store = opened(path());
    ASSERT_TRUE(append(*store, declared(1)).has_value());
    ASSERT_TRUE(checkpoint(*store, {{"a", "1"}}, {"a"}).has_value());
    store->pages().begin(store->log().last());
    ASSERT_TRUE(store->pages().put("a", "half").has_value());
    ASSERT_TRUE(store->pages().put("b", "half").has_value());
  }
  auto store = opened(path());
  EXPECT_EQ(pages_of(*store).value(), (std::map<std::string, std::string>{{"a", "1"}}));
  ASSERT_TRUE(checkpoint(*store, {{"b", "whole"}}, {"a", "b"}).has_value());
  EXPECT_EQ(pages_of(*store).value(), (std::map<std::string, std::string>{{"a", "1"}, {"b", "whole"}}));
}

// One flipped bit in any file of a store, half of it in pages, half in the log: found and named, or harmless; never less with success.
TEST_F(StoreTest, AFlippedBitIsFoundOrHarmless) {
  RandomBatches batches(5);
  std::vector<std::string> expected;
  const std::map<std::string, std::string> pages{{"a", std::string(300, 'x')}, {"b", std::string(70'000, 'y')}};
  {
    auto store = opened(path());
    for (int i = 0; i < 6; ++i) ASSERT_TRUE(append(*store, declared(i)).has_value());
    ASSERT_TRUE(checkpoint(*store, pages, {"a", "b"}).has_value());
    for (int i = 0; i < 6; ++i) {
      const Command command{.accepted_at = Timestamp{i}, .body = batches.next(30)};
      ASSERT_TRUE(append(*store, command).has_value());
      expected.push_back(text_of(command));
    }
  }
  fs::copy(path(), path("intact"), fs::copy_options::recursive);
  int found = 0;
  constexpr std::size_t kTrials = 40;
  for (const auto& entry : fs::recursive_directory_iterator(path("intact"))) {
    if (!entry.is_regular_file()) continue;
    const std::string name = fs::relative(entry.path(), path("intact"));
    const std::string intact = contents(entry.path());
    for (std::size_t trial = 0; trial < std::min(kTrials, intact.size()); ++trial) {
      fs::remove_all(path());
      fs::copy(path("intact"), path(), fs::copy_options::recursive);
      std::string flipped = intact;
      const std::size_t at = trial * intact.size() / std::min(kTrials, intact.size());
      flipped[at] = static_cast<char>(flipped[at] ^ 4);
      write(path() + "/" + name, flipped);
      auto store = Store::open(path());
      const auto seen = store ? pages_of(**store) : Result<std::map<std::string, std::string>>(fail(store.error()));
      const auto texts = store ? replayed(**store) : Result<std::vector<std::string>>(fail(store.error()));
      if (seen && texts) {
        EXPECT_TRUE(*seen == pages && *texts == expected) << name << " byte " << at;
      }
      found += seen && texts ? 0 : 1;
    }
  }
  EXPECT_GT(found, static_cast<int>(kTrials));
}

TEST_F(StoreTest, ALogThatEndsBeforeItsMarkIsRefused) {
  {
    auto store = opened(path());
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(append(*store, declared(i)).has_value());
  }
  for (const auto& entry : fs::directory_iterator(path() + "/db")) {
    if (entry.path().extension() != ".log" || fs::file_size(entry.path()) == 0) continue;
    fs::resize_file(entry.path(), fs::file_size(entry.path()) - 3);
    const Error error = refused(path());
    EXPECT_NE(error.message.find("the log has lost acknowledged records"), std::string::npos) << error.message;
    EXPECT_NE(error.message.find(entry.path().string() + " is damaged at offset"), std::string::npos) << error.message;
  }
}

// The chain itself, without a file: what is changed, moved or missing is named.
TEST(Block, TheChainNamesWhatIsWrong) {
  const auto block_of = [](std::initializer_list<int> numbers, ChainLink before) {
    std::vector<EncodedCommand> commands;
    for (const int number : numbers) commands.push_back(encode_command(declared(number)).value());
    return encode_block(commands, before);
  };
  const auto first = block_of({1}, {});
  const auto second = block_of({2, 3}, first.link);
  const auto other = block_of({4}, {});
  EXPECT_EQ(second.link.sequence, 3U);
  const auto read = [](std::uint64_t sequence, std::string_view value, ChainLink before) -> Result<std::string> {
    std::string texts;
    WM_TRY(const CheckedBlock block, check_block(sequence, value));
    WM_CHECK_OK(decode_block(block, before, [&](Command&& command) -> Result<void> {
      texts += text_of(command) + "\n";
      return {};
    }));
    return texts;
  };
  EXPECT_EQ(read(2, second.value, first.link).value(), text_of(declared(2)) + "\n" + text_of(declared(3)) + "\n");
  EXPECT_EQ(read(3, second.value, second.link).error().message, "the log is damaged at record 3: its checksum does not match");
  EXPECT_EQ(read(2, second.value, {}).error().message, "the log is damaged at record 1: it is missing; the next one that is there is 2");
  EXPECT_EQ(read(2, second.value, other.link).error().message, "the log is damaged at record 2: it does not continue the record before it");
  for (std::size_t size = 0; size < second.value.size(); ++size) EXPECT_FALSE(check_block(2, second.value.substr(0, size)).has_value());
  for (std::size_t bit = 0; bit < second.value.size() * 8; ++bit) {
    std::string flipped = second.value;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(check_block(2, flipped).has_value()) << bit;
  }
  for (const char* key : {"", "1234567", "123456789"}) EXPECT_FALSE(decode_sequence(key).has_value());
  EXPECT_EQ(decode_sequence(encode_sequence(258)).value(), 258U);
}

}  // namespace
}  // namespace wanamaker
