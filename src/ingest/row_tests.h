#pragma once
// The comparisons of --where on values, without trees and names. A positive test of a missing value is false; a negative one
// is the complement of its positive one.

#include "calendar/zone.h"
#include "language/tree.h"
#include "model/value.h"

#include <string_view>
#include <vector>

namespace wanamaker {

// What a test works on, once its operands have values.
struct RowTest {
  Test test = Test::equals;
  TextCompare compare = TextCompare::by_key;
  WindowKind window = WindowKind::ever;  // of Test::window: since, before, between, on
};

// `right` stands as in Comparison::right; the bounds of a window stand there too.
bool holds(const RowTest& test, const Value& left, const std::vector<Value>& right, const Zone& zone);

// The positive test of a negative one, and whether there is one: not_equals → equals.
struct PositiveTest {
  Test test = Test::equals;
  bool is_negated = false;
};
PositiveTest positive_of(Test test);

}  // namespace wanamaker
