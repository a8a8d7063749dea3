#include "ingest/import.h"

#include "ingest/memory_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

namespace wanamaker {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Attributes = std::map<std::string, std::string>;

ImportReport::Column column_of(const ImportReport& report, std::string_view file_name) {
  for (const auto& column : report.columns) if (column.file_name == file_name) return column;
  ADD_FAILURE() << "no column " << file_name;
  return {};
}

// A file of people becomes contacts: names in snake case, types from the cells, an empty cell clears what was there.
TEST(Import, Contacts) {
  const TestDirectory directory;
  MemoryTarget target;
  directory.write("people.csv", "\xEF\xBB\xBF" "CustomerID;Mesto;Year_Birth;Employer\r\n007;Košice;1980;acme\r\n17850.0; ;1990;");
  const ImportReport report = import_well({.file = "people.csv", .id_column = "customer_id", .account_column = "Employer"}, target);
  EXPECT_EQ(target.contacts["007"], (Attributes{{"mesto", "Košice"}, {"year_birth", "1980"}, {"(account)", "acme"}}));
  EXPECT_EQ(target.contacts["17850.0"], (Attributes{{"year_birth", "1990"}, {"(account)", ""}}));
  EXPECT_EQ(report.rows_applied, 2U);
  EXPECT_EQ(report.delimiter, ";");
  EXPECT_EQ(column_of(report, "Year_Birth").type, ValueType::number);
  EXPECT_EQ(column_of(report, "CustomerID").role, "id");

  directory.write("later.csv", "customer_id,mesto\n007,\n");
  import_well({.file = "later.csv", .id_column = "customer_id"}, target);
  EXPECT_EQ(target.contacts["007"], (Attributes{{"year_birth", "1980"}, {"(account)", "acme"}}));
}

TEST(Import, EventsMakeTheirContacts) {
  const TestDirectory directory;
  MemoryTarget target;
  target.schema_.zone = "Europe/Bratislava";
  directory.write("orders.csv", "who,at,amount,qty\n1,2024-01-31 10:00,2.50,4\n2,2024-07-31 10:00,1,\n,2024-07-31 10:00,1,1\n3,2024-03-31 02:30,1,1\n4,,1,1\n");
  ImportOptions options{.kind = BatchKind::events, .file = "orders.csv", .contact_column = "who", .time_column = "at", .event_name = "order_completed",
                        .derive = {{.name = "total", .expression = "amount * qty"}}};
  const ImportReport report = import_well(options, target);
  EXPECT_THAT(target.events, ElementsAre("1 order_completed 2024-01-31T09:00:00Z amount=2.5 qty=4 total=10", "2 order_completed 2024-07-31T08:00:00Z amount=1"));
  EXPECT_EQ(report.rows_rejected, 3U);
  EXPECT_THAT(directory.read("orders.csv.rejects.csv"), HasSubstr("who,at,amount,qty,row,code,reason\n,2024-07-31 10:00,1,1,3,contact,"));
  EXPECT_THAT(directory.read("orders.csv.rejects.csv"), HasSubstr("3,2024-03-31 02:30,1,1,4,time_gap,"));

  MemoryTarget strict;
  strict.contacts["2"];
  options.known_contacts_only = true;
  options.where = "who is known";
  const ImportReport limited = import_well(options, strict);
  EXPECT_EQ(limited.rows_applied, 1U);
  EXPECT_EQ(limited.rows_filtered, 1U);
  EXPECT_EQ(limited.rejects[0].code, "unknown_contact");
  EXPECT_EQ(strict.questions, 1U);
  options.dry_run = true;
  options.as_new = true;
  const ImportReport dry = import_well(options, strict);
  EXPECT_EQ(dry.rows_applicable, 1U);
  EXPECT_EQ(dry.rows_rejected, limited.rows_rejected);
  EXPECT_EQ(strict.questions, 2U);
}

TEST(Import, EachEventKeepsItsOwnTypes) {
  const TestDirectory directory;
  MemoryTarget target;
  target.schema_.events.push_back({.name = "a", .properties = {}});
  target.schema_.events[0].properties.add({.name = "x", .type = ValueType::text});
  directory.write("events.csv", "who,what,at,x,id\n1,a,2024-01-31,12,m1\n1,b,2024-01-31,12,m2\n1,b,2024-01-31,12,m2\n1,,2024-01-31,1,\n");
  const ImportReport report = import_well({.kind = BatchKind::events, .file = "events.csv", .contact_column = "who", .time_column = "at", .event_column = "what",
                                           .message_id_column = "id"}, target);
  EXPECT_EQ(report.rows_applied, 2U);
  EXPECT_EQ(report.rows_duplicate, 1U);
  EXPECT_EQ(report.rejects[0].code, "event");
  EXPECT_EQ(target.schema_.events[0].properties.all()[0].type, ValueType::text);
  EXPECT_EQ(target.schema_.events[1].properties.all()[0].type, ValueType::number);
}

TEST(Import, RecordsAndAccounts) {
  const TestDirectory directory;
  MemoryTarget target;
  directory.write("deals.csv", "Deal,account,Stage\nD1,Acme,Won\nD2,,Lost\nD1,Acme,Lost\n");
  const ImportReport report = import_well({.kind = BatchKind::account_records, .record_type = "opportunity", .file = "deals.csv", .id_column = "Deal", .account_column = "account"}, target);
  EXPECT_EQ(report.rejects[0].code, "account");
  EXPECT_EQ(target.others["D1"], (Attributes{{"stage", "Lost"}, {"(account)", "Acme"}}));
  directory.write("accounts.csv", "account,sector\nAcme,retail\n");
  EXPECT_EQ(import_well({.kind = BatchKind::accounts, .file = "accounts.csv", .id_column = "account"}, target).rows_applied, 1U);
}

TEST(Import, ChangedAtKeepsHistory) {
  const TestDirectory directory;
  MemoryTarget target;
  directory.write("status.csv", "id,status,at\n1,trial,31.01.2024\n1,paid,01.03.2024\n1,late,\n");
  const ImportReport report = import_well({.file = "status.csv", .id_column = "id", .changed_at_column = "at"}, target);
  EXPECT_TRUE(target.batches[0].keeps_history);
  EXPECT_EQ(to_string(target.batches[0].rows[1].at.value()), "2024-03-01T00:00:00Z");
  EXPECT_EQ(report.rejects[0].code, "time");
  EXPECT_EQ(column_of(report, "at").note, "%d.%m.%Y");
}

TEST(Import, NdjsonLeavesAbsentKeysAlone) {
  const TestDirectory directory;
  MemoryTarget target;
  directory.write("people.ndjson", R"({"id": "1", "a": "x", "b": "y"}
{"id": "1", "a": null}
{"id": 2, "a": "x"}
{"id": "3", "tags": ["p", "q"], "address": {"zip": 12345678901234567890}}
)");
  const ImportReport report = import_well({.file = "people.ndjson", .id_column = "id"}, target);
  EXPECT_EQ(target.contacts["1"], (Attributes{{"b", "y"}}));
  EXPECT_EQ(target.contacts["3"], (Attributes{{"tags", R"(["p","q"])"}, {"address_zip", "12345678901234567890"}}));
  EXPECT_FALSE(target.contacts.contains("2"));
  EXPECT_THAT(report.rejects[0].reason, HasSubstr("JSON number"));
  EXPECT_EQ(report.form, "ndjson");
}

TEST(Import, NdjsonSetsOfNumbers) {
  const TestDirectory directory;
  MemoryTarget target;
  directory.write("p.ndjson", "{\"id\": \"1\", \"tags\": [7, 12]}\n{\"id\": \"2\", \"tags\": [\"a\", 007]}\n{\"id\": \"3\", \"tags\": [true]}\n");
  const ImportReport report = import_well({.file = "p.ndjson", .id_column = "id", .types = {{"tags", ValueType::set}}}, target);
  EXPECT_EQ(target.contacts["1"]["tags"], R"(["7","12"])");
  EXPECT_THAT(report.rejects[0].code, "json");
  EXPECT_THAT(report.rejects[1].reason, HasSubstr("texts or numbers"));
}

TEST(Import, TheSchemaRulesOverInference) {
  const TestDirectory directory;
  MemoryTarget target;
  target.schema_.contact.add({.name = "zip", .type = ValueType::text});
  target.schema_.contact.add({.name = "age", .type = ValueType::number});
  directory.write("p.csv", "id,zip,age\n1,04001,20\n2,94901,old\n");
  const ImportReport report = import_well({.file = "p.csv", .id_column = "id"}, target);
  EXPECT_EQ(target.contacts["1"]["zip"], "04001");
  EXPECT_EQ(report.rejects[0].code, "type");
  EXPECT_THAT(report.rejects[0].first_rows, ElementsAre(2U));
  EXPECT_EQ(column_of(report, "age").origin, TypeOrigin::schema);
  const Error error = import_error({.file = "p.csv", .id_column = "id", .types = {{.column = "zip", .type = ValueType::number}}}, target);
  EXPECT_EQ(error.code, ErrorCode::conflict);
  EXPECT_THAT(error.hint, HasSubstr("schema set"));
}

TEST(Import, DeclaredTypes) {
  const TestDirectory directory;
  MemoryTarget target;
  directory.write("p.csv", "id;Senior;Tags;Place;Price\n1;1;a/b;48.7,21.2;1 234,50 €\n2;no;;;1 234,50\n3;0;a;0,0;7\n");
  const ImportReport report = import_well({.file = "p.csv", .id_column = "id", .types = {{"Senior", ValueType::boolean}, {"tags", ValueType::set}, {"place", ValueType::location}, {"Price", ValueType::number}},
                                           .decimal = "comma", .set_separator = "/"}, target);
  EXPECT_EQ(target.contacts["2"], (Attributes{{"senior", "false"}, {"price", "1234.5"}}));
  EXPECT_EQ(target.contacts["3"], (Attributes{{"senior", "false"}, {"tags", R"(["a"])"}, {"place", "0,0"}, {"price", "7"}}));
  EXPECT_THAT(report.rejects[0].first_rows, ElementsAre(1U));
}

TEST(Import, DecimalCommaAndDateOrder) {
  const TestDirectory directory;
  MemoryTarget target;
  directory.write("a.csv", "id;price\n1;1,5\n2;12\n");
  EXPECT_EQ(column_of(import_well({.file = "a.csv", .id_column = "id"}, target), "price").note, "decimal comma");
  EXPECT_EQ(target.contacts["1"]["price"], "1.5");
  directory.write("b.csv", "id;cost\n1;1,500\n");
  const Error comma = import_error({.file = "b.csv", .id_column = "id"}, target);
  EXPECT_THAT(comma.hint, HasSubstr("--decimal comma"));
  import_well({.file = "b.csv", .id_column = "id", .decimal = "comma"}, target);
  EXPECT_EQ(target.contacts["1"]["cost"], "1.5");
  directory.write("c.csv", "who,at\n1,01/02/2024\n");
  ImportOptions options{.kind = BatchKind::events, .file = "c.csv", .contact_column = "who", .time_column = "at", .event_name = "e"};
  EXPECT_THAT(import_error(options, target).hint, HasSubstr("--date-format"));
  options.date_format = "%d/%m/%Y";
  import_well(options, target);
  EXPECT_THAT(target.events, ElementsAre("1 e 2024-02-01T00:00:00Z"));
  directory.write("d.csv", "id,joined\n1,31.12.2024\n");
  EXPECT_EQ(column_of(import_well({.file = "d.csv", .id_column = "id"}, target), "joined").type, ValueType::text);
}

TEST(Import, RejectsComeBackAsTheyWere) {
  const TestDirectory directory;
  MemoryTarget target;
  target.schema_.contact.add({.name = "price", .type = ValueType::number});
  directory.write("p.csv", "Id;Note;Price\n1;\"a;\"\"b\"\"\nc\"; x\n2;ok;1,5\n3;short\n4;a;1;surplus\n");
  const ImportReport report = import_well({.file = "p.csv", .id_column = "id", .decimal = "comma"}, target);
  EXPECT_EQ(report.rows_rejected, 3U);
  const std::string rejects = directory.read("p.csv.rejects.csv");
  EXPECT_THAT(rejects, testing::StartsWith("Id;Note;Price;row;code;reason\n1;\"a;\"\"b\"\"\nc\";\" x\";1;type;"));
  EXPECT_THAT(rejects, HasSubstr("\n3;short;;3;cells;"));
  EXPECT_THAT(rejects, HasSubstr("\n4;a;\"1;surplus\";4;cells;"));

  MemoryTarget again;
  import_well({.file = "p.csv.rejects.csv", .id_column = "id"}, again);
  EXPECT_EQ(again.contacts["1"], (Attributes{{"note", "a;\"b\"\nc"}, {"price", " x"}}));
}

TEST(Import, ADryRunAppliesNothing) {
  const TestDirectory directory;
  MemoryTarget target;
  directory.write("p.csv", "id,a\n1,x\n,y\n");
  const ImportReport report = import_well({.file = "p.csv", .id_column = "id", .dry_run = true}, target);
  EXPECT_TRUE(target.batches.empty());
  EXPECT_EQ(report.rows_applicable, 1U);
  EXPECT_EQ(report.rows_rejected, 1U);
  EXPECT_TRUE(report.rejects_file.empty());
  EXPECT_FALSE(std::filesystem::exists("p.csv.rejects.csv"));
  EXPECT_THAT(report.to_text(), HasSubstr("would be applied 1"));
  EXPECT_THAT(report.to_json().dump(), HasSubstr(R"("dry_run":true)"));
}

TEST(Import, RejectsMayGoNowhere) {
  const TestDirectory directory;
  MemoryTarget target;
  const auto before = std::filesystem::status("/dev/null").permissions();
  directory.write("p.csv", "id,a\n1,x\n,y\n");
  EXPECT_EQ(import_well({.file = "p.csv", .id_column = "id", .rejects_file = "/dev/null"}, target).rows_rejected, 1U);
  EXPECT_EQ(std::filesystem::status("/dev/null").permissions(), before);
}

// A column whose cells were all rejected counted as known.
TEST(Import, CellsOfRejectedRowsAreNotKnown) {
  const TestDirectory directory;
  MemoryTarget target;
  target.refuses = [](const BatchRow& row) { return row.id == "3"; };
  directory.write("p.csv", "id,n,note\n1,old,x\n2,7,\n3,8,z\n4,9\n");
  const ImportReport report = import_well({.file = "p.csv", .id_column = "id", .types = {{"n", ValueType::number}}}, target);
  EXPECT_EQ(column_of(report, "id").known, 1U);
  EXPECT_EQ(column_of(report, "n").known, 1U);
  EXPECT_EQ(column_of(report, "note").known, 0U);
  EXPECT_EQ(report.rows_rejected, 3U);
  directory.write("p.ndjson", "{\"id\": \"1\", \"a\": {\"b\": 1}}\n{\"id\": 2, \"a\": {\"b\": 1}, \"c\": 2}\n{\"id\": \"1\"\n");
  const ImportReport json = import_well({.file = "p.ndjson", .id_column = "id", .dry_run = true}, target);
  EXPECT_EQ(column_of(json, "a_b").known, 1U);
  EXPECT_EQ(column_of(json, "c").known, 0U);
}

// It stands in the rejects as it was, also where they come back, and is taken for no id.
TEST(Import, ABrokenLineStandsInTheRejects) {
  const TestDirectory directory;
  MemoryTarget target;
  directory.write("p.ndjson", "{\"id\": \"1\", \"a\": \"x\"}\n{\"id\": \"2\", \"a\": \"y\"\n[3]\n");
  EXPECT_EQ(import_well({.file = "p.ndjson", .id_column = "id"}, target).rows_rejected, 2U);
  const std::string rejects = directory.read("p.ndjson.rejects.csv");
  EXPECT_THAT(rejects, HasSubstr("id,a,row,code,reason\n\"{\"\"id\"\": \"\"2\"\", \"\"a\"\": \"\"y\"\"\",,2,json,"));
  EXPECT_THAT(rejects, HasSubstr("\n[3],,3,json,"));
  const ImportReport again = import_well({.file = "p.ndjson.rejects.csv", .id_column = "id"}, target);
  EXPECT_EQ(again.rows_applied, 0U);
  EXPECT_EQ(again.rejects.at(0).code, "json");
  const std::string second = directory.read("p.ndjson.rejects.csv.rejects.csv");
  EXPECT_THAT(second, HasSubstr("\n[3],,2,json,"));
  directory.write("mended.rejects.csv", "id,a,row,code,reason\n2,y,2,json,mended\n");
  EXPECT_EQ(import_well({.file = "mended.rejects.csv", .id_column = "id"}, target).rows_applied, 1U);
  EXPECT_EQ(target.contacts.size(), 2U);
}

TEST(Import, TheTargetMayRejectRows) {
  const TestDirectory directory;
  MemoryTarget target;
  target.refuses = [](const BatchRow& row) { return row.id == "2"; };
  directory.write("p.csv", "id,a\n1,x\n2,y\n,z\n");
  const ImportReport report = import_well({.file = "p.csv", .id_column = "id"}, target);
  EXPECT_EQ(report.rows_applied, 1U);
  const std::string rejects = directory.read("p.csv.rejects.csv");
  EXPECT_LT(rejects.find(",z,3,id"), rejects.find("2,y,2,refused"));
}

TEST(Import, AMappingNamesTypesAndLeavesOut) {
  const TestDirectory directory;
  MemoryTarget target;
  directory.write("map.json", R"({"columns": {"Mesto": {"name": "town"}, "Vek": {"type": "text"}, "Secret": null}, "options": {"id": "Kod", "delimiter": ";", "type": {"Flag": "boolean"}}})");
  directory.write("p.csv", "Kod;Mesto;Vek;Secret;Flag\n1;Nitra;20;x;yes\n");
  import_well({.file = "p.csv", .map_file = "map.json"}, target);
  EXPECT_EQ(target.contacts["1"], (Attributes{{"town", "Nitra"}, {"vek", "20"}, {"flag", "true"}}));
  EXPECT_EQ(target.schema_.contact.at(*target.schema_.contact.find("vek")).type, ValueType::text);
  directory.write("wrong.json", R"({"options": {"idd": "Kod"}})");
  EXPECT_THAT(import_error({.file = "p.csv", .map_file = "wrong.json"}, target).message, HasSubstr("idd"));
}

struct Wrong {
  std::string content;
  ImportOptions options;
  ErrorCode code;
  std::string_view words;  // in the message or the hint
};

TEST(Import, ErrorsSayWhatWhereAndWhatToDo) {
  const TestDirectory directory;
  MemoryTarget target;
  std::filesystem::create_directory("folder");
  const Wrong kCases[] = {
      {"", {.file = "f.csv", .id_column = "id"}, ErrorCode::invalid, "empty"},
      {"id\n1\n", {.file = "folder", .id_column = "id"}, ErrorCode::invalid, "directory"},
      {"id\n1\n", {.file = "absent.csv", .id_column = "id"}, ErrorCode::not_found, "no such file"},
      {"CustomerID,a\n1,2\n", {.file = "f.csv", .id_column = "custmer_id"}, ErrorCode::not_found, "did you mean 'CustomerID'"},
      {"a b c\n1 2 3\n", {.file = "f.csv", .id_column = "a"}, ErrorCode::not_found, "--delimiter"},
      {"id,UnitPrice,unit_price\n1,2,3\n", {.file = "f.csv", .id_column = "id"}, ErrorCode::invalid, "'UnitPrice' and 'unit_price'"},
      {"key,id\n1,2\n", {.file = "f.csv", .id_column = "key"}, ErrorCode::invalid, "reserved"},
      {"id,a\n1,\"open\n", {.file = "f.csv", .id_column = "id"}, ErrorCode::invalid, "line 2"},
      {"id,a\n1,2\n", {.file = "f.csv"}, ErrorCode::usage, "--id"},
      {"id,a\n1,2\n", {.file = "f.csv", .id_column = "id", .time_column = "a"}, ErrorCode::usage, "--time"},
      {"id,a\n1,2\n", {.file = "f.csv", .id_column = "id", .zone = "Mars"}, ErrorCode::usage, "Mars"},
      {"id,a\n1,2\n", {.file = "f.csv", .id_column = "id", .columns = {"x"}}, ErrorCode::usage, "--no-header"},
      {"id,a\n1,2\n", {.file = "f.csv", .id_column = "id", .types = {{.column = "b", .type = ValueType::text}}}, ErrorCode::not_found, "--type"},
      {"id,a\n1,2\n", {.file = "f.csv", .id_column = "id", .derive = {{.name = "a", .expression = "1"}}}, ErrorCode::invalid, "column of that name"},
      {"id,a\n1,2\n", {.file = "f.csv", .id_column = "id", .rejects_file = "f.csv"}, ErrorCode::usage, "overwrite"},
      {"id,a\n1,2\n", {.kind = BatchKind::events, .file = "f.csv", .contact_column = "id", .time_column = "a"}, ErrorCode::usage, "--event-column"},
      {std::string("\x1F\x8B\x08", 3), {.file = "f.csv", .id_column = "id"}, ErrorCode::invalid, "gzip"},
  };
  for (const auto& [content, options, code, words] : kCases) {
    directory.write("f.csv", content);
    const Error error = import_error(options, target);
    EXPECT_EQ(static_cast<int>(error.code), static_cast<int>(code)) << words << ": " << error.message;
    EXPECT_THAT(error.message + " / " + error.hint, HasSubstr(std::string(words)));
  }
  EXPECT_TRUE(target.batches.empty());
}

std::string gzip(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(text.size() + 100, '\0');
  std::string source(text);
  stream.next_in = reinterpret_cast<Bytef*>(source.data());
  stream.avail_in = static_cast<uInt>(source.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(packed.size() - stream.avail_out);
  deflateEnd(&stream);
  return packed;
}

TEST(Import, GzipWithSeveralMembersAndACutOne) {
  const TestDirectory directory;
  MemoryTarget target;
  directory.write("p.csv.gz", gzip("id,a\n1,x\n2,") + gzip("y\n3,z\n"));
  const ImportReport report = import_well({.file = "p.csv.gz", .id_column = "id"}, target);
  EXPECT_EQ(report.form, "csv.gz");
  EXPECT_EQ(target.contacts["2"]["a"], "y");
  EXPECT_EQ(target.contacts.size(), 3U);
  const std::string whole = gzip("id,a\n1,x\n");
  directory.write("cut.csv", whole.substr(0, whole.size() - 10));
  EXPECT_THAT(import_error({.file = "cut.csv", .id_column = "id"}, target).message, HasSubstr("ends before"));
}

TEST(Import, AColumnThatIsNearlyNumbersIsPointedOut) {
  const TestDirectory directory;
  MemoryTarget target;
  std::string text = "id,price\n";
  for (int i = 0; i < 200; ++i) text += std::to_string(i) + ",1.5\n";
  directory.write("p.csv", text + "x,4.4e-16\n");
  EXPECT_THAT(column_of(import_well({.file = "p.csv", .id_column = "id"}, target), "price").note, HasSubstr("--type price=number"));
}

}  // namespace
}  // namespace wanamaker
