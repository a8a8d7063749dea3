#include "cli/settings.h"

#include "cli/config_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <map>

namespace wanamaker {
namespace {

class SettingsTest : public testing::Test {
 protected:
  std::string file(const std::string& text) {
    const std::string path = testing::TempDir() + "settings_test.conf";
    std::ofstream(path) << text;
    return path;
  }
  ~SettingsTest() override { std::remove((testing::TempDir() + "settings_test.conf").c_str()); }

  // What holds, by key.
  static std::map<std::string, Held> settled(Arguments& arguments, const std::map<std::string, std::string>& environment = {}) {
    const auto all = settle(arguments, [&](const std::string& name) {
      const auto found = environment.find(name);
      return found == environment.end() ? std::nullopt : std::optional(found->second);
    });
    EXPECT_TRUE(all.has_value()) << all.error().message;
    std::map<std::string, Held> held;
    for (const Held& one : *all) held.emplace(one.key, one);
    return held;
  }
};

TEST_F(SettingsTest, AFlagCountsMoreThanTheEnvironmentThanAFileThanADefault) {
  Arguments arguments;
  arguments.config = file("listen = 127.0.0.1:1\nlog = errors\nrequests_per_key = 5\n");
  arguments.listen = "127.0.0.1:3";
  arguments.given = {"--listen"};
  const auto held = settled(arguments, {{"WANAMAKER_LISTEN", "127.0.0.1:2"}, {"WANAMAKER_LOG", "requests"}});
  EXPECT_EQ(arguments.listen, "127.0.0.1:3");
  EXPECT_EQ(held.at("listen").from, "--listen");
  EXPECT_EQ(arguments.log, "requests");
  EXPECT_EQ(held.at("log").from, "WANAMAKER_LOG");
  EXPECT_EQ(arguments.requests_per_key, 5U);
  EXPECT_EQ(held.at("requests_per_key").from, arguments.config + ":3");
  EXPECT_EQ(held.at("data").from, "default");
}

TEST_F(SettingsTest, AFileIsReadByLines) {
  const auto read = read_config(file("# nothing\n\n  data = \"a \\\"b\\\" # c\"  # a comment\nlog=errors\n"));
  ASSERT_TRUE(read.has_value());
  EXPECT_TRUE(read->faults.empty());
  EXPECT_EQ(read->entries.at("data").value, "a \"b\" # c");
  EXPECT_EQ(read->entries.at("data").line, 3U);
  EXPECT_EQ(read->entries.at("data").column, 10U);
  EXPECT_EQ(read->entries.at("log").value, "errors");
}

TEST_F(SettingsTest, EveryFaultIsToldAtItsPlace) {
  const auto read = read_config(file("lsten = 127.0.0.1:1\nlog = loud\nlog = errors\nlog = errors\n"));
  ASSERT_TRUE(read.has_value());
  ASSERT_EQ(read->faults.size(), 3U);
  EXPECT_THAT(read->faults[0].message, testing::HasSubstr("Did you mean 'listen'?"));
  EXPECT_EQ(read->faults[1].position.column, 7U);
  EXPECT_THAT(read->faults[2].message, testing::HasSubstr("stands twice"));
}

TEST_F(SettingsTest, WhatIsWrongEndsIt) {
  const auto nothing = [](const std::string&) -> std::optional<std::string> { return std::nullopt; };
  Arguments of_file;
  of_file.config = file("log = loud\n");
  EXPECT_EQ(settle(of_file, nothing).error().code, ErrorCode::invalid);
  Arguments of_none;
  of_none.config = testing::TempDir() + "settings_test.none";
  EXPECT_EQ(settle(of_none, nothing).error().code, ErrorCode::not_found);
  Arguments of_environment;
  const auto empty = settle(of_environment, [](const std::string& name) { return name == "WANAMAKER_DATA" ? std::optional<std::string>("") : std::nullopt; });
  EXPECT_EQ(empty.error().code, ErrorCode::usage);
  EXPECT_THAT(empty.error().message, testing::HasSubstr("WANAMAKER_DATA"));
}

TEST_F(SettingsTest, UnknownVariablesAreNoted) {
  EXPECT_TRUE(unknown_variables({"PATH", "WANAMAKER_LISTEN", "WANAMAKER_CONFIG", "WANAMAKER_ISA"}).empty());
  const auto notes = unknown_variables({"WANAMAKER_LISTEM"});
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_THAT(notes[0], testing::HasSubstr("Did you mean WANAMAKER_LISTEN?"));
}

}  // namespace
}  // namespace wanamaker
