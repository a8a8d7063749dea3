#pragma once
// A base out of its pages. decode() is pure and may run on several threads at once; place() and finish() are the writer's.
// Nothing from disk is trusted: a page that cannot be read, is missing, is there twice, does not fit the others or is unknown is an
// error that names it, and so is a rule of the base that the whole breaks.

#include "base/result.h"
#include "columns/base.h"
#include "columns/page_codec.h"

#include <map>
#include <string>
#include <string_view>

namespace wanamaker {

// A page that was read and is not yet placed.
struct DecodedPage {
  std::string name;
  PageContent content;
};

class BaseLoader {
 public:
  // Errors: failure.
  static Result<DecodedPage> decode(std::string_view name, std::string_view bytes);
  // In any order. Errors: failure, when a page of that name was placed already.
  Result<void> place(DecodedPage page);
  // The base, all of it clean; settle() is still to be called. The loader is of no use afterwards. Errors: failure.
  Result<Base> finish();

 private:
  class Placer;
  template <typename Content>
  Result<Content> take(const std::string& name);
  Result<BaseColumns> frame();

  std::map<std::string, PageContent, std::less<>> pages_;
  std::vector<std::vector<std::uint32_t>> list_chunks_;
};

}  // namespace wanamaker
