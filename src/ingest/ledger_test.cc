#include "ingest/ledger.h"

#include "ingest/memory_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace wanamaker {
namespace {

std::string orders(int rows) {
  std::string text = "who,at,n\n";
  for (int i = 1; i <= rows; ++i) text += std::to_string(i % 100) + ",2024-01-31," + std::to_string(i) + "\n";
  return text;
}

ImportOptions options() {
  return {.kind = BatchKind::events, .file = "orders.csv", .contact_column = "who", .time_column = "at", .event_name = "order"};
}

// The same file twice is one import; a file that has grown brings its new rows.
TEST(Ledger, RepeatsAndGrows) {
  const TestDirectory directory;
  MemoryTarget target;
  directory.write("orders.csv", orders(10));
  EXPECT_EQ(import_well(options(), target).rows_applied, 10U);

  const ImportReport again = import_well(options(), target);
  EXPECT_EQ(again.rows_skipped, 10U);
  EXPECT_EQ(again.rows_applied, 0U);
  EXPECT_EQ(target.events.size(), 10U);

  directory.write("orders.csv", orders(12));
  const ImportReport grown = import_well(options(), target);
  EXPECT_EQ(grown.rows_skipped, 10U);
  EXPECT_EQ(grown.rows_applied, 2U);

  ImportOptions as_new = options();
  as_new.as_new = true;
  EXPECT_EQ(import_well(as_new, target).rows_applied, 12U);
}

TEST(Ledger, GoesOnWhereAnImportWasStopped) {
  struct Impatient : Progress {
    void update(const ProgressState&) override {}
    bool should_stop() override { return true; }
  };
  const TestDirectory directory;
  MemoryTarget target;
  directory.write("orders.csv", orders(12'000));
  Impatient impatient;
  const auto stopped = run_import(options(), target, &impatient);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::interrupted);
  EXPECT_EQ(target.events.size(), 5'000U);
  const ImportReport rest = import_well(options(), target);
  EXPECT_EQ(rest.rows_skipped, 5'000U);
  EXPECT_EQ(rest.rows_applied, 7'000U);
  EXPECT_EQ(target.batches.size(), 3U);
  EXPECT_EQ(target.batches[1].mark->previous_hash, "");
  EXPECT_EQ(target.batches[2].mark->previous_hash, target.batches[1].mark->prefix_hash);
  EXPECT_EQ(target.batches[2].mark->rows_done, 12'000U);
}

// Each chunk with its mark; and what was rejected in a large one is found again by who takes smaller ones.
TEST(Ledger, TakesAsManyRowsAtOnceAsTheTargetDoes) {
  const TestDirectory directory;
  MemoryTarget target;
  target.at_once = kRowsAlone;
  std::string text = "who,at\n";
  for (int row = 1; row <= 25'000; ++row) text += row == 19'000 ? "c1,never\n" : "c" + std::to_string(row) + ",2024-01-31\n";
  directory.write("orders.csv", text);
  const ImportReport report = import_well(options(), target);
  EXPECT_EQ(report.rows_applied, 24'999U);
  EXPECT_EQ(report.rows_rejected, 1U);
  ASSERT_EQ(target.batches.size(), 2U);
  EXPECT_EQ(target.batches[0].mark->rows_done, 20'000U);
  EXPECT_EQ(target.batches[1].mark->rows_done, 25'000U);
  target.at_once = kRowsBesideOthers;
  const ImportReport again = import_well(options(), target);
  EXPECT_EQ(again.rows_skipped, 24'999U);
  EXPECT_EQ(again.rows_rejected, 1U);
}

TEST(Ledger, BlankLinesAtTheEndDoNotCount) {
  const TestDirectory directory;
  for (const std::string ending : {"", "\n", "\n\n \n"}) {
    MemoryTarget target;
    directory.write("p.ndjson", "{\"id\": \"1\"}\n{\"id\": \"2\"}" + ending);
    const ImportOptions people{.file = "p.ndjson", .id_column = "id"};
    import_well(people, target);
    EXPECT_EQ(import_well(people, target).rows_skipped, 2U) << ending.size();
    directory.write("orders.csv", " who at\n 1 2024-01-31" + ending);
    ImportOptions blanks = options();
    blanks.delimiter = "blanks";
    import_well(blanks, target);
    EXPECT_EQ(import_well(blanks, target).rows_skipped, 1U) << ending.size();
  }
}

TEST(Ledger, AJsonArrayThatHasGrown) {
  const TestDirectory directory;
  MemoryTarget target;
  const ImportOptions people{.file = "p.json", .id_column = "id"};
  directory.write("p.json", "[\n  {\"id\": \"1\"},\n  {\"id\": \"2\"}\n]\n");
  EXPECT_EQ(import_well(people, target).rows_applied, 2U);
  EXPECT_EQ(import_well(people, target).rows_skipped, 2U);
  directory.write("p.json", "[\n  {\"id\": \"1\"},\n  {\"id\": \"2\"},\n  {\"id\": \"3\"}\n]\n");
  const ImportReport grown = import_well(people, target);
  EXPECT_EQ(grown.form, "json");
  EXPECT_EQ(grown.rows_skipped, 2U);
  EXPECT_EQ(grown.rows_applied, 1U);
}

TEST(Ledger, AChangedBeginningIsANewFile) {
  const TestDirectory directory;
  MemoryTarget target;
  directory.write("orders.csv", orders(10));
  import_well(options(), target);
  std::string changed = orders(10);
  changed.replace(changed.find("2024"), 4, "2023");
  directory.write("orders.csv", changed);
  EXPECT_EQ(import_well(options(), target).rows_applied, 10U);
}

TEST(Ledger, ALineEndMoreIsNoChangeButALongerLastRowIs) {
  const TestDirectory directory;
  MemoryTarget target;
  directory.write("orders.csv", "who,at,n\n1,2024-01-31,1");
  import_well(options(), target);
  directory.write("orders.csv", "who,at,n\n1,2024-01-31,1\n2,2024-01-31,2\n");
  EXPECT_EQ(import_well(options(), target).rows_skipped, 1U);

  MemoryTarget other;
  directory.write("orders.csv", "who,at,n\n1,2024-01-31,1");
  import_well(options(), other);
  directory.write("orders.csv", "who,at,n\n1,2024-01-31,12\n");
  EXPECT_EQ(import_well(options(), other).rows_applied, 1U);
}

TEST(Ledger, AnotherMappingIsAnotherImport) {
  ImportOptions changed = options();
  changed.where = "n > 1";
  EXPECT_NE(import_key(options(), {}, "UTC"), import_key(changed, {}, "UTC"));
  const ImportOptions contacts{.kind = BatchKind::contacts, .file = "people.csv", .id_column = "who"};
  EXPECT_NE(import_key(contacts, {}, "UTC"), import_key(contacts, {}, "Europe/Prague"));
  EXPECT_NE(import_key(contacts, {}, "UTC"), import_key(contacts, {{.column = "n", .is_left_out = true}}, "UTC"));
  ImportOptions elsewhere = options();
  elsewhere.file = "copy.csv";
  elsewhere.rejects_file = "r.csv";
  EXPECT_EQ(import_key(options(), {}, "UTC"), import_key(elsewhere, {}, "UTC"));
}

// Found by a user: a superfluous --type took every order in twice.
TEST(Ledger, EventsCountOnceHoweverTheirColumnsAreSpelled) {
  ImportOptions typed = options();
  typed.types.push_back({"n", ValueType::number});
  typed.delimiter = ",";
  EXPECT_EQ(import_key(options(), {}, "UTC"), import_key(typed, {}, "Europe/Prague"));
}

TEST(Ledger, RejectsOfAStoppedImportStay) {
  const TestDirectory directory;
  MemoryTarget target;
  directory.write("orders.csv", "who,at,n\n,2024-01-31,1\n");
  import_well(options(), target);
  directory.write("orders.csv", "who,at,n\n,2024-01-31,1\n,2024-01-31,2\n");
  import_well(options(), target);
  const std::string rejects = directory.read("orders.csv.rejects.csv");
  EXPECT_NE(rejects.find(",2024-01-31,1,1,contact"), std::string::npos);
  EXPECT_NE(rejects.find(",2024-01-31,2,2,contact"), std::string::npos);
  EXPECT_EQ(rejects.find("who,", 1), std::string::npos);
}

// The same file again seemed to be taken in whole.
TEST(Ledger, WhatWasRejectedIsSaidAgain) {
  const TestDirectory directory;
  MemoryTarget target;
  target.refuses = [](const BatchRow& row) { return row.id == "x"; };
  directory.write("orders.csv", "who,at,n\na,2024-01-31,1\n,2024-01-31,\"b \"\"2\"\"\"\nx,2024-01-31,3\nc,2024-01-31,4\nshort\n");
  import_well(options(), target);
  const std::string rejects = directory.read("orders.csv.rejects.csv");
  const ImportReport again = import_well(options(), target);
  EXPECT_EQ(again.rows_skipped, 3U);  // the one that the target refused among them
  EXPECT_EQ(again.rows_rejected, 2U);
  EXPECT_EQ(again.rows_rejected_before, 2U);
  EXPECT_EQ(again.rejects_file, "orders.csv.rejects.csv");
  EXPECT_THAT(again.to_text(), testing::HasSubstr("rejected 2 (2 of them before)"));
  EXPECT_EQ(directory.read("orders.csv.rejects.csv"), rejects);

  std::string corrected = rejects;
  corrected.replace(corrected.find("\n,2024") + 1, 1, "d,");
  directory.write("orders.csv.rejects.csv", corrected);
  EXPECT_EQ(import_well(options(), target).rows_rejected, 1U);
  std::filesystem::remove("orders.csv.rejects.csv");
  EXPECT_EQ(import_well(options(), target).rows_skipped, 5U);
  EXPECT_FALSE(std::filesystem::exists("orders.csv.rejects.csv"));

  directory.write("orders.csv.rejects.csv", rejects);
  std::string other = directory.read("orders.csv");
  other.replace(other.find("\"b"), 2, "\"e");
  directory.write("orders.csv", other);
  ImportOptions as_new = options();
  as_new.as_new = true;
  as_new.rejects_file = "others.csv";
  import_well(as_new, target);
  EXPECT_EQ(import_well(options(), target).rows_rejected_before, 1U);  // the second row is another one than that in the rejects file
}

TEST(Ledger, RejectsOfAnotherImportOfTheSameFileSayNothing) {
  const TestDirectory directory;
  MemoryTarget target;
  directory.write("p.csv", "id,age\n1,old\n2,33\n");
  import_well({.file = "p.csv", .id_column = "id", .types = {{"age", ValueType::number}}, .dry_run = true, .rejects_file = "p.csv.rejects.csv"}, target);
  EXPECT_THAT(directory.read("p.csv.rejects.csv"), testing::HasSubstr("1,old,1,type"));
  EXPECT_EQ(import_well({.file = "p.csv", .id_column = "id"}, target).rows_applied, 2U);
  EXPECT_EQ(import_well({.file = "p.csv", .id_column = "id"}, target).rows_skipped, 2U);
}

// Records of one chunk need not stand in order: those of the target follow.
TEST(Ledger, WhatWasRejectedIsFoundInLongFiles) {
  const TestDirectory directory;
  MemoryTarget target;
  target.refuses = [](const BatchRow& row) { return row.at->ms % 7 == 3; };
  std::string text = "who,at,n\n";
  for (int i = 1; i <= 12'000; ++i) text += (i % 100 == 0 ? "" : "c") + std::string(",2024-01-31 10:00:00.") + std::to_string(i % 900 + 100) + "," + std::to_string(i) + "\n";
  directory.write("orders.csv", text);
  EXPECT_GT(import_well(options(), target).rows_rejected, 1'000U);
  EXPECT_EQ(import_well(options(), target).rows_rejected_before, 120U);
}

// A target that fails as a process does that is killed: before a batch is durable, or after it and before it can answer.
class KilledTarget : public MemoryTarget {
 public:
  enum class When : std::uint8_t { before, after };
  KilledTarget(std::size_t batch, When when) : batch_(batch), when_(when) {}
  Result<BatchOutcome> submit(ImportBatch batch) override {
    const bool is_killed = batches.size() == batch_;
    if (is_killed && when_ == When::before) return fail({.code = ErrorCode::failure, .message = "killed"});
    auto outcome = MemoryTarget::submit(std::move(batch));
    batch_ = is_killed ? std::size_t(-1) : batch_;
    if (is_killed) return fail({.code = ErrorCode::failure, .message = "killed"});
    return outcome;
  }
  void revive() { batch_ = std::size_t(-1); }

 private:
  std::size_t batch_;
  When when_;
};

// 12,000 rows in three chunks; every hundredth has no contact.
std::string orders_with_gaps() {
  std::string text = "who,at,n\n";
  for (int i = 1; i <= 12'000; ++i) text += (i % 100 == 0 ? "" : "c") + std::string(",2024-01-31,\"") + std::to_string(i) + "\"\n";
  return text;
}

// The rejects of a chunk were written behind its batch, and a process that was killed in between lost them.
TEST(Ledger, RejectsOfAKilledImportAreThereOnce) {
  for (const auto when : {KilledTarget::When::before, KilledTarget::When::after}) {
    for (const std::size_t batch : {0U, 1U, 2U}) {
      const TestDirectory directory;
      directory.write("orders.csv", orders_with_gaps());
      MemoryTarget whole;
      import_well(options(), whole);
      const std::string wanted = directory.read("orders.csv.rejects.csv");
      ASSERT_EQ(std::ranges::count(wanted, '\n'), 121);
      std::filesystem::remove("orders.csv.rejects.csv");

      KilledTarget target(batch, when);
      ASSERT_FALSE(run_import(options(), target, nullptr));
      target.revive();
      import_well(options(), target);
      EXPECT_EQ(directory.read("orders.csv.rejects.csv"), wanted) << batch;
      EXPECT_EQ(target.events.size(), 11'880U);
    }
  }
}

// Records of rows that come again, one that was cut in the middle, and cells with line ends.
TEST(Ledger, RejectsBehindTheLedgerAreTakenOff) {
  const TestDirectory directory;
  MemoryTarget target;
  const std::string first = "who,at,n\n,2024-01-31,\"a\nb \"\"1\"\"\"\nc,2024-01-31,2\n";
  directory.write("orders.csv", first);
  import_well(options(), target);
  const std::string rejects = directory.read("orders.csv.rejects.csv");
  for (const std::string tail : {"", ",2024-01-31,x,3,contact,old\n,2024-01-31,y,4,contact,\"old, \"\"x\"\"\"\n", ",2024-01-31,3", ",2024-01-31,\"3\n4"}) {
    directory.write("orders.csv", first);
    directory.write("orders.csv.rejects.csv", rejects + tail);
    MemoryTarget resumed;
    resumed.marks_ = target.marks_;
    directory.write("orders.csv", first + ",2024-01-31,3\n");
    import_well(options(), resumed);
    EXPECT_THAT(directory.read("orders.csv.rejects.csv"), testing::MatchesRegex(".*a\nb \"\"1\"\"\",1,contact,[^\n]*\n,2024-01-31,3,3,contact,[^\n]*\n")) << tail;
  }
}

}  // namespace
}  // namespace wanamaker
