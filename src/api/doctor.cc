#include "api/doctor.h"

#include "engine/engine.h"
#include "engine/salvage.h"
#include "store/inspect.h"

#include <fmt/format.h>

namespace wanamaker {

Result<Json> doctor_json(const std::string& directory) {
  WM_TRY(const Inspection inspection, inspect(directory));
  Json files = Json::array();
  for (const Inspection::File& file : inspection.files) {
    files.push(Json::object().set("file", file.name).set("bytes", file.bytes).set("state", file.fault.empty() ? "good" : file.fault));
  }
  Json report = Json::object().set("directory", directory).set("files", std::move(files));
  report.set("pages", inspection.pages).set("log", inspection.log);
  auto opened = Engine::open(directory, {.store = {}, .access = Store::Access::read_only, .checkpoint_log_bytes = 0});
  const bool has_ledger = !opened || !(*opened)->store().has_ledger() || (*opened)->store().erasures();
  report.set("opens", opened.has_value()).set("has_ledger", has_ledger);
  if (!opened) report.set("error", opened.error().message);
  return report;
}

std::string doctor_text(const Json& report) {
  std::string text;
  for (const Json& file : *report.find("files")->as_array()) {
    text += fmt::format("{:>12}  {}  {}\n", file.find("bytes")->dump(), *file.find("file")->as_string(), *file.find("state")->as_string());
  }
  text += fmt::format("pages: {}\nlog: {}\n", *report.find("pages")->as_string(), *report.find("log")->as_string());
  if (!*report.find("has_ledger")->as_bool()) text += "the ledger of erasures (ERASED) is gone or damaged: nobody can be erased until a copy is there; that of the newest backup will do, but for those who were erased since then: erase them again\n";
  if (*report.find("opens")->as_bool()) return text + "the store opens\n";
  return text + fmt::format("the store does not open: {}\n", *report.find("error")->as_string());
}

Result<Json> export_damaged(const std::string& directory, const std::string& to) {
  WM_TRY(const SalvageReport report, salvage(directory, to));
  Json json = Json::object().set("exported_to", to).set("contacts", report.contacts).set("last_command", report.last_command).set("erased_again", report.erased_again);
  json.set("acknowledged", report.acknowledged ? Json(*report.acknowledged) : Json()).set("has_ledger", report.has_ledger);
  if (report.acknowledged) json.set("lost", *report.acknowledged > report.last_command ? *report.acknowledged - report.last_command : 0);
  if (report.stopped_by) json.set("stopped_by", report.stopped_by->message);
  return json;
}

bool is_whole(const Json& report) {
  const Json* lost = report.find("lost");
  return lost != nullptr && lost->dump() == "0" && *report.find("has_ledger")->as_bool();
}

std::string export_text(const Json& report) {
  const auto number = [&](std::string_view name) { return report.find(name)->dump(); };
  std::string text = fmt::format("exported to {}: {} contacts, as of command {}\n", *report.find("exported_to")->as_string(), number("contacts"), number("last_command"));
  const Json& acknowledged = *report.find("acknowledged");
  if (acknowledged.is_null()) text += "how many commands were acknowledged is not known: the mark cannot be read\n";
  else text += fmt::format("commands up to {} were acknowledged: {} are lost\n", acknowledged.dump(), number("lost"));
  if (number("erased_again") != "0") text += fmt::format("erased again: {} contacts whose erasure was among the lost commands\n", number("erased_again"));
  if (const Json* why = report.find("stopped_by")) text += fmt::format("the log could not be read further: {}\n", *why->as_string());
  if (!*report.find("has_ledger")->as_bool()) text += "the ledger of erasures could not be read: whose erasure was lost is in the export, and backups of the old store do not forget again\n";
  return text;
}

}  // namespace wanamaker
