#include "store/remains.h"

#include "store/database.h"

#include <fmt/format.h>

#include <filesystem>

namespace wanamaker {

Remains::Remains(StoreDirectory directory, std::unique_ptr<Database> database)
    : directory_(std::move(directory)), database_(std::move(database)), pages_(std::make_unique<Pages>(*database_)) {}
Remains::~Remains() = default;

Result<std::unique_ptr<Remains>> Remains::open(const std::string& directory) {
  std::error_code fault;
  if (!std::filesystem::exists(directory + "/db", fault)) {
    return fail(Error{.code = ErrorCode::not_found, .message = fmt::format("there is no store in {}", directory), .where = directory});
  }
  WM_TRY(StoreDirectory held, StoreDirectory::hold(directory));
  WM_TRY(auto database, Database::open_for_reading(held.database_path(), {}, Database::Presence::is_damaged));
  std::unique_ptr<Remains> remains(new Remains(std::move(held), std::move(database)));
  WM_CHECK_OK(remains->pages_->open());
  return remains;
}

Remains::End Remains::replay(const std::function<void(Command&&)>& visit) {
  const ChainLink start = pages_->catalog().link;
  End end{.last_command = start.sequence};
  Log log(*database_);
  const auto found = log.find_last(start);
  const auto replayed = log.replay([&](Command&& command) -> Result<void> {
    ++end.last_command;
    visit(std::move(command));
    return {};
  });
  if (!found) end.fault = found.error();
  else if (!replayed) end.fault = replayed.error();
  return end;
}

}  // namespace wanamaker
