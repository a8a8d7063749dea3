#include "engine/import_marks.h"

#include "base/bytes.h"

#include <utility>

namespace wanamaker {

std::string encode_marks(const std::vector<ImportMark>& marks) {
  ByteWriter out;
  out.varint(marks.size());
  for (const ImportMark& mark : marks) {
    out.text(mark.import_key);
    out.varint(mark.rows_done);
    out.varint(mark.bytes_done);
    out.text(mark.prefix_hash);
    out.text(mark.previous_hash);
  }
  return out.take();
}

Result<std::vector<ImportMark>> decode_marks(std::string_view bytes) {
  ByteReader in(bytes);
  std::vector<ImportMark> marks;
  for (std::size_t count = in.count(); count > 0 && in.ok(); --count) {
    ImportMark mark;
    mark.import_key = in.text();
    mark.rows_done = in.varint();
    mark.bytes_done = in.varint();
    mark.prefix_hash = in.text();
    mark.previous_hash = in.text();
    marks.push_back(std::move(mark));
  }
  WM_CHECK_OK(in.finish());
  return marks;
}

}  // namespace wanamaker
