#include "api/imports.h"

#include <tuple>

namespace wanamaker {
namespace {

constexpr std::uint64_t kCheckpointBytes = 1U << 20;  // some ten thousand rows

class WorkspaceTarget final : public ImportTarget {
 public:
  explicit WorkspaceTarget(Workspace& workspace) : workspace_(workspace) {}

  const Schema& schema() const override { return workspace_.engine().unsettled().schema; }
  Result<std::vector<ImportMark>> marks(std::string_view import_key) override { return workspace_.engine().marks(import_key); }
  std::uint64_t rows_at_once() const override { return kRowsAlone; }
  Result<std::vector<bool>> know_contacts(std::span<const std::string_view> ids) override {
    std::vector<bool> known;
    for (const std::string_view id : ids) known.push_back(workspace_.engine().unsettled().find_contact(id).has_value());
    return known;
  }

  Result<BatchOutcome> submit(ImportBatch batch) override {
    WM_TRY(SubmitOutcome outcome, workspace_.submit(std::move(batch)));
    BatchOutcome result{.applied = outcome.applied, .duplicates = outcome.duplicates, .rejects = {}};
    for (RejectedRow& row : outcome.rejects) result.rejects.push_back({row.row_index, std::move(row.code), std::move(row.reason)});
    return result;
  }

 private:
  Workspace& workspace_;
};

}  // namespace

Result<ImportReport> import_file(Workspace& workspace, const ImportOptions& options, Progress* progress) {
  WorkspaceTarget target(workspace);
  auto report = run_import(options, target, progress);
  // So that the next start loads pages instead of replaying the file. What was taken in is durable without it.
  Engine& engine = workspace.engine();
  if (engine.store().log().tail_bytes() > kCheckpointBytes) std::ignore = engine.checkpoint();
  return report;
}

}  // namespace wanamaker
