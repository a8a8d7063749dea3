#include "ingest/import_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace wanamaker;
  std::string text = "{\"id\":\"a\"}\n";
  text.append(reinterpret_cast<const char*>(bytes), size);
  import_bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), {.kind = BatchKind::contacts, .file = {}, .id_column = "id"});
  return 0;
}
