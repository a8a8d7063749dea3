#pragma once
// The words of the language: reserved words, units, and the names of operators in text and JSON. One table for lexer, parser,
// formatter and JSON form, so that they cannot disagree.

#include "language/tree.h"

#include <optional>
#include <string>
#include <string_view>

namespace wanamaker {

bool is_reserved(std::string_view lower);
// `[A-Za-z_][A-Za-z0-9_]*` and not reserved.
bool can_stand_bare(std::string_view name);
std::string ascii_lower(std::string_view text);

std::string_view plural(Unit unit);                       // "days"
std::string_view singular(Unit unit);                     // "day"
std::optional<Unit> unit_from(std::string_view word);     // singular or plural, lower case
std::string_view name_of(AggregateFunction function);     // "sum"
std::optional<AggregateFunction> aggregate_from(std::string_view word);
std::string_view name_of(TimePart part);                  // "age"
std::optional<TimePart> time_part_from(std::string_view word);
std::string_view name_of(TileKind kind);                  // "decile"
std::optional<TileKind> tile_from(std::string_view word);
std::string_view json_name_of(Test test);                 // "not_equals"
std::optional<Test> test_from_json_name(std::string_view name);
std::string_view text_name_of(Test test);                 // "!=", "does not contain"
std::string_view name_of(CountOn on);                     // "times"
std::string_view symbol_of(ArithmeticOperator op);        // "+"
std::string_view json_name_of(ArithmeticOperator op);     // "add"

}  // namespace wanamaker
