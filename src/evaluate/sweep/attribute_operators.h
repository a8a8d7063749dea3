#pragma once
// Tests of attributes of the contact and of its account, and what is known of a contact without its values: lists, rankings, chance.

#include "evaluate/sweep/shard.h"
#include "language/typed.h"

namespace wanamaker {

// A comparison of one attribute with constants; nullptr for any other.
OperatorPtr attribute_operator(const TypedExpression& node, const Environment& environment);
OperatorPtr list_operator(const TypedExpression& node);
OperatorPtr ranking_operator(std::uint32_t ranking_id);  // who is a member by its result
OperatorPtr random_operator(const TypedExpression& node);

}  // namespace wanamaker
