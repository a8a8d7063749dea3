#pragma once
// All columns of a base, as they are kept in pages: what an image copies and what a load fills. Everything else in a base (id maps,
// strips, keys of texts) is derived from them.
// An image is immutable and may be read on any thread; it is made and released on the writer's (base/chunk_list.h says why).

#include "columns/account_table.h"
#include "columns/cells.h"
#include "columns/contact_table.h"
#include "columns/event_table.h"
#include "columns/record_table.h"
#include "model/catalog.h"
#include "model/schema.h"

#include <memory>
#include <vector>

namespace wanamaker {

struct BaseColumns {
  Schema schema;
  Catalog catalog;
  CellColumns cells;
  ContactColumns contacts;
  AccountColumns accounts;
  std::vector<EventColumns> events;    // by EventTypeId
  std::vector<RecordColumns> records;  // by RecordTypeId

  void widen();  // a column for every attribute of the schema, written or not
};

// The base at one moment. Cost: a pointer a chunk, and the catalog.
class BaseImage {
 public:
  explicit BaseImage(BaseColumns columns) : columns_(std::make_shared<const BaseColumns>(std::move(columns))) {}
  const BaseColumns& columns() const { return *columns_; }

 private:
  std::shared_ptr<const BaseColumns> columns_;  // shared between copies of one image
};

}  // namespace wanamaker
