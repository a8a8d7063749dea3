#include "engine/import_marks.h"

#include "store/batch_codec.h"

namespace wanamaker {

std::string encode_marks(const std::vector<ImportMark>& marks) {
  ByteWriter out;
  out.varint(marks.size());
  for (const ImportMark& mark : marks) write_mark(out, mark);
  return out.take();
}

Result<std::vector<ImportMark>> decode_marks(std::string_view bytes) {
  ByteReader in(bytes);
  std::vector<ImportMark> marks;
  for (std::size_t count = in.count(); count > 0 && in.ok(); --count) marks.push_back(read_mark(in));
  WM_CHECK_OK(in.finish());
  return marks;
}

}  // namespace wanamaker
