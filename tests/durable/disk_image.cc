#include "durable/disk_image.h"

#include "base/check.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace wanamaker::durable {
namespace {

constexpr std::size_t kSectorBytes = 512;

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

void put(std::string& content, std::uint64_t offset, std::string_view data) {
  if (content.size() < offset + data.size()) content.resize(offset + data.size());  // a hole reads as zeros
  content.replace(offset, data.size(), data);
}

class Builder {
 public:
  Builder(const std::vector<Operation>& operations, const PowerCut& cut) : operations_(operations), cut_(cut), dice_(cut.seed) {}

  DiskImage build() {
    find_syncs();
    write_data();
    change_names();
    DiskImage image;
    for (const std::string& directory : directories_)
      if (is_reachable(directory)) image.directories.insert(directory);
    for (const auto& [path, file] : names_)
      if (is_reachable(directory_of(path))) image.files[path] = contents_[file];
    return image;
  }

 private:
  // For each file and directory how many operations are durable as far as they concern it.
  void find_syncs() {
    for (std::size_t i = 0; i < cut_.at; ++i) {
      const Operation& operation = operations_[i];
      if (operation.kind == OperationKind::sync)
        raise(synced_[operation.file], operation.covers);
      else if (operation.kind == OperationKind::sync_directory)
        raise(directory_synced_[operation.path], operation.covers);
      else
        continue;
      raise(journalled_, operation.covers);
    }
  }
  static void raise(std::uint64_t& value, std::uint64_t to) { value = std::max(value, to); }

  void write_data() {
    std::vector<std::size_t> loose;  // not covered by a sync
    for (std::size_t i = 0; i < cut_.at; ++i) {
      const Operation& operation = operations_[i];
      if (operation.kind != OperationKind::write && operation.kind != OperationKind::truncate) continue;
      if (i >= synced_[operation.file])
        loose.push_back(i);
      else
        apply(operation);
    }
    const std::size_t whole = loose.empty() ? 0 : dice_.below(loose.size() + 1);  // torn: so many survive
    for (std::size_t n = 0; n < loose.size(); ++n) {
      const Operation& operation = operations_[loose[n]];
      switch (cut_.data) {
        case DataRule::none: break;
        case DataRule::all: apply(operation); break;
        case DataRule::some:
          if (dice_.percent(50))
            apply(operation);
          else if (dice_.percent(20))
            apply_zeros(operation);
          break;
        case DataRule::torn:
          if (n < whole)
            apply(operation);
          else if (n == whole)
            apply_torn(operation);
          break;
        case DataRule::reordered:
          if (n >= whole)
            apply(operation);
          else if (dice_.percent(30))
            apply_torn(operation);
          break;
      }
    }
  }

  void apply(const Operation& operation) {
    std::string& content = contents_[operation.file];
    if (operation.kind == OperationKind::truncate)
      content.resize(operation.offset);
    else
      put(content, operation.offset, operation.data);
  }

  // The size of the file reached the disk, the data did not.
  void apply_zeros(const Operation& operation) {
    if (operation.kind == OperationKind::truncate) return;
    std::string& content = contents_[operation.file];
    if (content.size() < operation.offset + operation.data.size()) content.resize(operation.offset + operation.data.size());
  }

  void apply_torn(const Operation& operation) {
    if (operation.kind == OperationKind::truncate) return;
    const bool front = dice_.percent(50);  // the first sectors only, or any of them
    const std::size_t keep = dice_.below(operation.data.size() / kSectorBytes + 2);
    for (std::size_t from = 0, sector = 0; from < operation.data.size(); ++sector) {
      const std::size_t to = std::min(operation.data.size(), from + kSectorBytes - (operation.offset + from) % kSectorBytes);
      if (front ? sector < keep : dice_.percent(50))
        put(contents_[operation.file], operation.offset + from, std::string_view(operation.data).substr(from, to - from));
      from = to;
    }
  }

  void change_names() {
    const std::uint64_t journal_end = journalled_ + (cut_.at > journalled_ ? dice_.below(cut_.at - journalled_ + 1) : 0);
    std::map<std::string, std::uint64_t> ends;  // by directory
    for (std::size_t i = 0; i < cut_.at; ++i) {
      const Operation& operation = operations_[i];
      const std::string directory =
          directory_of(operation.kind == OperationKind::rename || operation.kind == OperationKind::link ? operation.other : operation.path);
      switch (operation.kind) {
        case OperationKind::write:
        case OperationKind::truncate:
        case OperationKind::sync:
        case OperationKind::sync_directory:
        case OperationKind::mark: continue;
        default: break;
      }
      if (!ends.contains(directory)) ends[directory] = end_of(directory_synced_[directory], journal_end);
      if (i < ends[directory]) apply_name(operation);
    }
  }

  // The names of a directory that survive: those before this operation.
  std::uint64_t end_of(std::uint64_t synced, std::uint64_t journal_end) {
    switch (cut_.names) {
      case NameRule::journal: return std::max(synced, journal_end);
      case NameRule::tails: return synced + (cut_.at > synced ? dice_.below(cut_.at - synced + 1) : 0);
      case NameRule::lost: return synced;
    }
    return synced;
  }

  void apply_name(const Operation& operation) {
    switch (operation.kind) {
      case OperationKind::create: names_[operation.path] = operation.file; break;
      case OperationKind::rename:
      case OperationKind::link: {
        const auto from = names_.find(operation.path);
        if (from == names_.end()) break;
        const std::uint32_t file = from->second;
        if (operation.kind == OperationKind::rename) names_.erase(from);
        names_[operation.other] = file;
        break;
      }
      case OperationKind::remove: names_.erase(operation.path); break;
      case OperationKind::make_directory: directories_.insert(operation.path); break;
      case OperationKind::remove_directory: directories_.erase(operation.path); break;
      default: break;
    }
  }

  bool is_reachable(std::string directory) const {
    for (; directory != "."; directory = directory_of(directory))
      if (!directories_.contains(directory)) return false;
    return true;
  }

  const std::vector<Operation>& operations_;
  const PowerCut& cut_;
  Dice dice_;
  std::map<std::uint32_t, std::uint64_t> synced_;
  std::map<std::string, std::uint64_t> directory_synced_;
  std::uint64_t journalled_ = 0;
  std::map<std::uint32_t, std::string> contents_;
  std::map<std::string, std::uint32_t> names_;
  std::set<std::string> directories_;
};

}  // namespace

DiskImage image_after(const std::vector<Operation>& operations, const PowerCut& cut) { return Builder(operations, cut).build(); }

void write_image(const DiskImage& image, const std::string& directory) {
  std::filesystem::create_directories(directory);
  const std::filesystem::path root = directory;
  for (const std::string& path : image.directories) std::filesystem::create_directories(root / path);
  for (const auto& [path, content] : image.files) {
    std::ofstream file(root / path, std::ios::binary);
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    CHECK(file.good(), "an image can be written");
  }
}

}  // namespace wanamaker::durable
