#include "api/workspace.h"

namespace wanamaker {

Result<std::unique_ptr<Workspace>> Workspace::open(const std::string& directory, Timestamp now, Store::Access access) {
  WM_TRY(std::unique_ptr<Engine> engine, Engine::open(directory, {.access = access}));
  return std::unique_ptr<Workspace>(new Workspace(std::move(engine), now));
}

Result<Definition> Workspace::compile(std::string_view source, std::vector<SegmentParameter> parameters) {
  return wanamaker::compile(source, {.schema = base().schema, .catalog = base().catalog, .parameters = std::move(parameters)});
}

}  // namespace wanamaker
