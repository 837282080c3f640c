#include "minerva/json/strict_parser.hpp"

#include <set>
#include <utility>
#include <vector>

#include "minerva/base/errors.hpp"

namespace minerva::json {
namespace {

using Value = nlohmann::ordered_json;

/// Builds a value from the events of the parser and looks at every member's name. (The library's
/// own callback would walk over all earlier elements at the end of each object.)
class StrictBuilder {
 public:
  StrictBuilder(Value& value, const std::function<void(const std::string&)>& on_repeated)
      : builder_(value), on_repeated_(on_repeated) {}

  bool null() { return builder_.null(); }
  bool boolean(bool value) { return builder_.boolean(value); }
  bool number_integer(Value::number_integer_t value) { return builder_.number_integer(value); }
  bool number_unsigned(Value::number_unsigned_t value) { return builder_.number_unsigned(value); }
  bool number_float(Value::number_float_t value, const std::string& text) {
    return builder_.number_float(value, text);
  }
  bool string(std::string& value) { return builder_.string(value); }
  bool binary(Value::binary_t& value) { return builder_.binary(value); }
  bool start_object(std::size_t elements) {
    names_.emplace_back();
    return builder_.start_object(elements);
  }
  bool key(std::string& name) {
    if (!names_.back().insert(name).second) {
      on_repeated_(name);
      throw ContractViolation("a repeated member of JSON must be refused");
    }
    return builder_.key(name);
  }
  bool end_object() {
    names_.pop_back();
    return builder_.end_object();
  }
  bool start_array(std::size_t elements) { return builder_.start_array(elements); }
  bool end_array() { return builder_.end_array(); }
  template <class Error>
  bool parse_error(std::size_t position, const std::string& token, const Error& error) {
    return builder_.parse_error(position, token, error);
  }

 private:
  nlohmann::detail::json_sax_dom_parser<Value> builder_;
  const std::function<void(const std::string&)>& on_repeated_;
  std::vector<std::set<std::string>> names_;  ///< of the members of each open object
};

}  // namespace

Value parse_strictly(std::string_view text, const std::string& file, const TextLimits& limits,
                     const std::function<void(const std::string&)>& on_repeated) {
  check_limits(text, file, limits);
  Value value;
  StrictBuilder builder(value, on_repeated);
  Value::sax_parse(text.begin(), text.end(), &builder);
  return value;
}

}  // namespace minerva::json
