#pragma once
// The records of a rejects file as RejectsFile writes them, to read them again. A quote stands only around a cell or doubled in
// one, so a record ends at the first line end behind an even number of quotes; the last one, where writing was cut, may have no
// end and is left out.

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

namespace wanamaker {

struct RejectRecord {
  std::uint64_t row = 0;
  std::string code;
  std::string reason;
};

// What the last three cells say; nothing where they are not those of a reject.
std::optional<RejectRecord> reject_record_of(std::string_view text, char delimiter);

// Single-threaded.
class RejectRecords {
 public:
  // A file that is not there, or does not begin with this header, has no records.
  RejectRecords(const std::string& path, std::string_view header);
  // The header was there.
  bool is_ours() const { return is_ours_; }
  // The next whole record with its line end; false at the end.
  bool next(std::string& text);
  std::uint64_t offset() const { return offset_; }  // behind the last record given

 private:
  std::ifstream stream_;
  bool is_ours_ = false;
  std::uint64_t offset_ = 0;
};

}  // namespace wanamaker
