#pragma once
// What a disk may hold after the power went off at one point of a recording. Key idea: what a finished sync covered is there; of the
// rest a rule and dice decide. Data: nothing, everything, a random part, a prefix whose last write is torn at 512 bytes, later writes
// without earlier ones. Names: a journal that keeps their order (and that every sync writes out, as ext4's), or an adversary: each
// directory loses all names since its last sync, or a random tail of them, whatever was synced in the files.
// Source: "All File Systems Are Not Created Equal" (Pillai and others, OSDI 2014) for what may be lost and reordered.

#include "durable/recording_file_system.h"
#include "durable/workload.h"

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace wanamaker::durable {

enum class DataRule : std::uint8_t { none, all, some, torn, reordered };
inline constexpr std::string_view kDataRuleNames[] = {"none", "all", "some", "torn", "reordered"};

enum class NameRule : std::uint8_t { journal, tails, lost };
inline constexpr std::string_view kNameRuleNames[] = {"journal", "tails", "lost"};

struct PowerCut {
  std::size_t at = 0;  // operations before it happened, as far as the process knows
  DataRule data = DataRule::none;
  NameRule names = NameRule::journal;
  std::uint64_t seed = 0;
};

struct DiskImage {
  std::map<std::string, std::string> files;  // path relative to the store -> contents
  std::set<std::string> directories;
};

// Cost: linear in the recorded bytes before the cut.
DiskImage image_after(const std::vector<Operation>& operations, const PowerCut& cut);

// Writes an image to an empty place.
void write_image(const DiskImage& image, const std::string& directory);

}  // namespace wanamaker::durable
