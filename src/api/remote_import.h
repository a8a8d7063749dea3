#pragma once
// An import whose rows are made in one process and taken in by another, the server that holds the store: so files are read where whoever asks
// for it can read them, and rejects are written there. Both ends of the questions between them. Each class is single-threaded.

#include "api/workspace.h"
#include "ingest/target.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

class RemoteImport final : public ImportTarget {
 public:
  // Sends a question and returns its answer. Errors: those of the other end, and of the way there.
  using Ask = std::function<Result<std::string>(std::string_view question)>;
  // Learns the schema. Errors: those of `ask`; failure, where the answer is none.
  static Result<std::unique_ptr<RemoteImport>> begin(Ask ask);

  // As it was at the beginning.
  const Schema& schema() const override { return schema_; }
  // Errors of these: those of `ask`; failure, where the answer is none.
  Result<std::vector<ImportMark>> marks(std::string_view import_key) override;
  Result<std::vector<bool>> know_contacts(std::span<const std::string_view> ids) override;
  Result<BatchOutcome> submit(ImportBatch batch) override;

 private:
  explicit RemoteImport(Ask ask) : ask_(std::move(ask)) {}

  Ask ask_;
  Schema schema_;
};

// The answer to one question of a RemoteImport. Errors: invalid, where it is none; those of submit().
Result<std::string> answer_import(Workspace& workspace, std::string_view question);

}  // namespace wanamaker
