// The quirks of real files, each in a few lines: what an importer must survive.

#include "ingest/memory_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wanamaker {
namespace {

using testing::ElementsAre;

ValueType type_of_column(const ImportReport& report, std::string_view name) {
  for (const auto& column : report.columns) if (column.name == name) return column.type.value();
  ADD_FAILURE() << "no column " << name;
  return ValueType::text;
}

// Semicolons, a byte order mark, CRLF, no line end at the end, an empty income, an impossible birth year.
TEST(Quirks, CustomerPersonality) {
  const TestDirectory directory;
  MemoryTarget target;
  directory.write("m.csv",
                  "\xEF\xBB\xBFID;Year_Birth;Marital_Status;Income;Dt_Customer;Z_Revenue\r\n11004;1893;Single;60182;2014-05-17;11\r\n"
                  "1994;1983;Married;;2013-11-15;11\r\n9432;1977;Together;666666;2013-06-02;11\r\n492;1973;YOLO;48432;2012-10-18;11");
  const ImportReport report = import_well({.file = "m.csv", .id_column = "ID"}, target);
  EXPECT_EQ(report.rows_applied, 4U);
  EXPECT_EQ(report.delimiter, ";");
  EXPECT_EQ(type_of_column(report, "income"), ValueType::number);
  EXPECT_EQ(type_of_column(report, "dt_customer"), ValueType::date);
  EXPECT_FALSE(target.contacts["1994"].contains("income"));
  EXPECT_EQ(target.contacts["11004"]["year_birth"], "1893");
  EXPECT_EQ(target.contacts["492"]["marital_status"], "YOLO");
  EXPECT_EQ(target.contacts["492"]["z_revenue"], "11");
}

// A blank where a number is missing; 0/1 beside Yes/No.
TEST(Quirks, Telco) {
  const TestDirectory directory;
  MemoryTarget target;
  directory.write("t.csv", "customerID,SeniorCitizen,Partner,TotalCharges\n7590-VHVEG,0,Yes,29.85\n4472-LVYGI,1,No, \n");
  const ImportReport report = import_well({.file = "t.csv", .id_column = "customerID"}, target);
  EXPECT_EQ(type_of_column(report, "total_charges"), ValueType::number);
  EXPECT_EQ(type_of_column(report, "senior_citizen"), ValueType::number);
  EXPECT_EQ(type_of_column(report, "partner"), ValueType::text);
  EXPECT_FALSE(target.contacts["4472-LVYGI"].contains("total_charges"));
  MemoryTarget declared;
  import_well({.file = "t.csv", .id_column = "customerID", .types = {{"senior_citizen", ValueType::boolean}, {"Partner", ValueType::boolean}}}, declared);
  EXPECT_EQ(declared.contacts["4472-LVYGI"]["senior_citizen"], "true");
  EXPECT_EQ(declared.contacts["4472-LVYGI"]["partner"], "false");
}

TEST(Quirks, BankQuotesItsTextsAndHasNoId) {
  const TestDirectory directory;
  MemoryTarget target;
  directory.write("b.csv", "\"age\";\"job\";\"pdays\"\n30;\"unemployed\";-1\n33;\"blue-collar\";339\n");
  import_well({.file = "b.csv", .id_column = "#row"}, target);
  EXPECT_EQ(target.contacts["1"]["pdays"], "-1");
  EXPECT_EQ(target.contacts["2"]["job"], "blue-collar");
}

// Ids with a point, an empty id, a cancellation, a pound sign, blanks and quotes in a description, equal lines.
TEST(Quirks, OnlineRetail) {
  const TestDirectory directory;
  MemoryTarget target;
  directory.write("r.csv",
                  "InvoiceNo,Description,Quantity,InvoiceDate,UnitPrice,CustomerID\n"
                  "536365,\"6\"\" PLATE, £5 \",6,2010-12-01 08:26:00,2.55,17850.0\n"
                  "536365,\"6\"\" PLATE, £5 \",6,2010-12-01 08:26:00,2.55,17850.0\n"
                  "C536379,Discount,-1,2010-12-01 09:41:00,27.5,14527.0\n"
                  "536414,,56,2010-12-01 11:52:00,0.0,\n");
  ImportOptions options{.kind = BatchKind::events, .file = "r.csv", .contact_column = "CustomerID", .time_column = "InvoiceDate", .event_name = "bought",
                        .derive = {{.name = "amount", .expression = "quantity * unit_price"}}, .where = "customer_id is known"};
  const ImportReport report = import_well(options, target);
  EXPECT_EQ(report.rows_applied, 3U);
  EXPECT_EQ(report.rows_filtered, 1U);
  EXPECT_EQ(target.events[0], target.events[1]);
  EXPECT_EQ(target.events[0], "17850.0 bought 2010-12-01T08:26:00Z invoice_no=536365 description=6\" PLATE, £5  quantity=6 unit_price=2.55 amount=15.3");
  EXPECT_EQ(target.events[2], "14527.0 bought 2010-12-01T09:41:00Z invoice_no=C536379 description=Discount quantity=-1 unit_price=27.5 amount=-27.5");
}

// Columns by runs of blanks, CRLF, ids with leading zeros, two purchases on one day; a header in one file and none in the other.
TEST(Quirks, Cdnow) {
  const TestDirectory directory;
  MemoryTarget target;
  directory.write("master.txt", " customer_id  date number_of_cds  dollar_value\r\n 00001 19970101  1   11.77\r\n 00001 19970101  2    0.00\r\n");
  ImportOptions options{.kind = BatchKind::events, .file = "master.txt", .contact_column = "customer_id", .time_column = "date", .event_name = "bought",
                        .date_format = "%Y%m%d", .delimiter = "blanks"};
  import_well(options, target);
  EXPECT_THAT(target.events, ElementsAre("00001 bought 1997-01-01T00:00:00Z number_of_cds=1 dollar_value=11.77",
                                         "00001 bought 1997-01-01T00:00:00Z number_of_cds=2 dollar_value=0"));
  directory.write("sample.txt", " 00004 0001 19970101  2   29.33\r\n");
  MemoryTarget other;
  options.file = "sample.txt";
  options.no_header = true;
  options.columns = {"customer_id", "sample_id", "date", "cds", "value"};
  import_well(options, other);
  EXPECT_THAT(other.events, ElementsAre("00004 bought 1997-01-01T00:00:00Z sample_id=0001 cds=2 value=29.33"));
}

TEST(Quirks, HillstromHasCommasInTextsAndEqualRows) {
  const TestDirectory directory;
  MemoryTarget target;
  directory.write("h.csv", "recency,history_segment,zip_code\r\n9,\"6) $750 - $1,000\",Surburban\r\n9,\"6) $750 - $1,000\",Surburban\r\n");
  EXPECT_EQ(import_well({.file = "h.csv", .id_column = "#row"}, target).rows_applied, 2U);
  EXPECT_EQ(target.contacts["2"]["history_segment"], "6) $750 - $1,000");
}

// Windows-1250 and UTF-16 files say nothing of their encoding; the report does.
TEST(Quirks, EncodingsAreFoundOrNamed) {
  const TestDirectory directory;
  MemoryTarget target;
  directory.write("w.csv", "id;Mesto\n1;Ko\x9Aice\n2;\x8Eilina\n");
  EXPECT_EQ(import_well({.file = "w.csv", .id_column = "id"}, target).encoding, "windows-1250");
  EXPECT_EQ(target.contacts["1"]["mesto"], "Košice");
  directory.write("c.csv", "id;city\n1;\xCC\xEE\xF1\xEA\xE2\xE0\n");
  EXPECT_EQ(import_well({.file = "c.csv", .id_column = "id"}, target).encoding, "windows-1251");
  EXPECT_EQ(import_well({.file = "c.csv", .id_column = "id", .encoding = "windows-1250", .as_new = true}, target).encoding, "windows-1250");
  EXPECT_EQ(import_error({.file = "c.csv", .id_column = "id", .encoding = "ebcdic"}, target).code, ErrorCode::usage);
}

}  // namespace
}  // namespace wanamaker
