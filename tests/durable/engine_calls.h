#pragma once
// Every call of these tests into the engine, in one place: the driver, the power cuts, the faults and the damage see only this.

#include "engine/engine.h"
#include "store/backup.h"
#include "store/inspect.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace wanamaker::durable {

inline constexpr std::uint64_t kCheckpointLogBytes = 24U << 10;  // small, so that a short run has several checkpoints of its own accord

// Whether FORMAT reaches the disk through StoreOptions::file_system; if not, a rebuilt disk gets it once the store was open.
inline constexpr bool kFormatGoesThroughFileSystem = true;
// Whether writing goes on after a full disk without a restart.
inline constexpr bool kResumesAfterFullDisk = true;

inline EngineOptions engine_options(std::shared_ptr<rocksdb::FileSystem> file_system = {},
                                    std::uint64_t checkpoint_log_bytes = kCheckpointLogBytes) {
  return {.store = {.file_system = std::move(file_system)}, .checkpoint_log_bytes = checkpoint_log_bytes};
}

inline Result<std::unique_ptr<Engine>> open_engine(const std::string& directory, std::shared_ptr<rocksdb::FileSystem> file_system = {},
                                                   std::uint64_t checkpoint_log_bytes = kCheckpointLogBytes) {
  return Engine::open(directory, engine_options(std::move(file_system), checkpoint_log_bytes));
}

inline Result<SubmitOutcome> submit(Engine& engine, Command command) { return engine.submit(std::move(command)); }

inline Result<void> checkpoint(Engine& engine) {
  WM_CHECK_OK(engine.checkpoint());
  return {};
}
inline Result<void> back_up(Engine& engine, const std::string& directory) {
  WM_CHECK_OK(engine.back_up(directory));
  return {};
}
inline Result<void> erase_now(Engine& engine) {
  WM_CHECK_OK(engine.rewrite());
  return {};
}
inline Result<void> verify(Engine& engine) {
  WM_CHECK_OK(verify_files(engine.store()));
  if (auto broken = engine.base().broken_invariant()) return fail(ErrorCode::failure, *std::move(broken));
  return {};
}
// After a full disk has room again nothing is to be done: the next command goes on.
inline Result<void> resume(Engine& /*engine*/) { return {}; }

inline const Base& read_base(Engine& engine) { return engine.base(); }
inline const Zone& read_zone(Engine& engine) { return engine.zone(); }

// The files that a sync must reach before an acknowledgement leaves: the log's.
inline bool is_log_file(std::string_view path) { return path.ends_with(".log"); }

}  // namespace wanamaker::durable
