#pragma once
// An import batch as bytes, column by column: ids, owners, instants, event names and message ids, then one column after another.
// Its grammar stands in docs/reference/formats.md.

#include "model/commands.h"
#include "base/bytes.h"

namespace wanamaker {

// Errors: invalid, when the batch exceeds a limit of store/value_codec.h or a row has not as many values as there are columns.
Result<void> write_batch(ByteWriter& out, const ImportBatch& batch);
// Faults stick to the reader.
ImportBatch read_batch(ByteReader& in);

// Which rows of a file have been taken in: part of a batch, and of what is kept of all imports (engine/import_marks.h).
void write_mark(ByteWriter& out, const ImportMark& mark);
ImportMark read_mark(ByteReader& in);

}  // namespace wanamaker
