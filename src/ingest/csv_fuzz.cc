#include "ingest/import_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace wanamaker;
  import_bytes(bytes, size, {.kind = BatchKind::contacts, .file = {}, .id_column = "#row"});
  import_bytes(bytes, size, {.kind = BatchKind::events, .file = {}, .contact_column = "id", .time_column = "time", .event_name = "seen", .date_format = "%d.%m.%Y"});
  return 0;
}
