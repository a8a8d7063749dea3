#pragma once
// The rules that read the JSON form: from_json.cc has expressions, from_json_operand.cc operands, comparisons, windows and literals.
// Inside language/ only.

#include "language/json_reader.h"
#include "language/tree.h"

#include <string>
#include <vector>

namespace wanamaker {

class JsonRules {
 public:
  Result<Expression> expression(const Json& json, const std::string& pointer);

 private:
  // A name spelled `time` is the event's own time inside a filter of events, so there a property of that name is exact.
  enum class Scope : std::uint8_t { contact, event_filter, record_filter };

  Result<std::vector<Expression>> children(const Json& json, const std::string& pointer);
  Result<Expression> dispatch(ObjectReader& reader);
  Result<Expression> junction(ObjectReader& reader);
  Result<Expression> at_least(ObjectReader& reader);
  Result<Expression> did(ObjectReader& reader);
  Result<Count> count(const Json& json, const std::string& pointer);
  Result<Expression> sequence(ObjectReader& reader);
  Result<Step> step(const Json& json, const std::string& pointer, bool is_first);
  Result<Expression> moment(ObjectReader& reader, Which which);
  Result<Expression> related(ObjectReader& reader, std::string_view key, Quantifier quantifier, WholeNumber number);
  Result<Expression> membership(ObjectReader& reader, MembershipKind kind);
  Result<Expression> ranking(ObjectReader& reader, RankEnd end);
  Result<Expression> random_share(ObjectReader& reader);
  Result<Expression> with_path(ObjectReader& reader);
  Result<Expression> comparison(ObjectReader& reader, Operand left);
  Result<void> right_side(ObjectReader& reader, Comparison& comparison);

  Result<void> event_names(const Json& json, const std::string& pointer, Source& source, std::initializer_list<std::string_view> exact_words);
  Result<void> where(ObjectReader& reader, Source& source, Scope scope);
  Result<Source> events(ObjectReader& reader);
  Result<Source> records(ObjectReader& reader);
  Result<Source> source(const Json& json, const std::string& pointer, std::string_view events_key);

  Result<Operand> operand(const Json& json, const std::string& pointer);
  Result<Operand> operand_object(ObjectReader& reader);
  Result<std::vector<Operand>> operands(const Json& json, const std::string& pointer);
  Result<Path> path(ObjectReader& reader);
  static bool has_path(const ObjectReader& reader);
  Result<std::optional<Box<Expression>>> among(ObjectReader& reader);
  Result<WindowNode> window(const Json& json, const std::string& pointer);
  Result<WindowNode> optional_window(ObjectReader& reader);
  Result<Duration> span(const Json& json, const std::string& pointer);
  Result<void> range(const Json& json, const std::string& pointer, Duration& from, WholeNumber& to);
  Result<Literal> literal(const Json& json, const std::string& pointer);
  Result<WholeNumber> whole(const Json& json, const std::string& pointer);
  Result<std::string> text(const Json& json, const std::string& pointer);
  Result<Name> name(const Json& json, const std::string& pointer, std::initializer_list<std::string_view> exact_words = {});

  Scope scope_ = Scope::contact;
  int level_ = 0;
};

}  // namespace wanamaker
