#include "minerva/json/fields.hpp"

#include "minerva/json/strict_parser.hpp"
#include "minerva/network/graph_text.hpp"

namespace minerva::json {
namespace {

std::string bounds_text(Bounds b) {
  if (b.low > kAny.low && b.high < kAny.high) {
    return " from " + Json(b.low).dump() + " to " + Json(b.high).dump();
  }
  return b.low > kAny.low ? ", " + Json(b.low).dump() + " or more" : "";
}

template <typename T>
void read_integer(const Json& in, T& value, const Place& place, Bounds bounds) {
  const std::string allowed = "needs an integer" + bounds_text(bounds);
  if (!in.is_number_integer()) place.reject(in, allowed);
  // A JSON integer is held unsigned when it is not negative.
  if (in.is_number_unsigned()) {
    const auto number = in.get<std::uint64_t>();
    if (number > static_cast<std::uint64_t>(std::numeric_limits<T>::max())) {
      place.reject(in, allowed);
    }
    value = static_cast<T>(number);
  } else {
    const auto number = in.get<std::int64_t>();
    if (std::is_unsigned_v<T> ||
        number < static_cast<std::int64_t>(std::numeric_limits<T>::min())) {
      place.reject(in, allowed);
    }
    value = static_cast<T>(number);
  }
  const auto size = static_cast<double>(value);
  if (size < bounds.low || size > bounds.high) place.reject(in, allowed);
}

}  // namespace

void Place::reject(const Json& value, const std::string& allowed) const {
  std::string found = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (found.size() > 60) found = found.substr(0, 57) + "...";
  throw UserError(text(), found, allowed);
}

void read(const Json& in, bool& value, const Place& place, Bounds) {
  if (!in.is_boolean()) place.reject(in, "needs true or false");
  value = in.get<bool>();
}
void read(const Json& in, int& value, const Place& place, Bounds bounds) {
  read_integer(in, value, place, bounds);
}
void read(const Json& in, std::int64_t& value, const Place& place, Bounds bounds) {
  read_integer(in, value, place, bounds);
}
void read(const Json& in, std::uint64_t& value, const Place& place, Bounds bounds) {
  read_integer(in, value, place, bounds);
}
void read(const Json& in, double& value, const Place& place, Bounds bounds) {
  const std::string allowed = "needs a finite number" + bounds_text(bounds);
  if (!in.is_number()) place.reject(in, allowed);
  value = in.get<double>();
  if (!std::isfinite(value) || value < bounds.low || value > bounds.high) {
    place.reject(in, allowed);
  }
}
void read(const Json& in, std::string& value, const Place& place, Bounds) {
  if (!in.is_string()) place.reject(in, "needs a text");
  value = in.get<std::string>();
}
void read(const Json& in, QFormat& value, const Place& place, Bounds) {
  if (!in.is_array() || in.size() != 2) {
    place.reject(in, "needs [integer bits with the sign, fraction bits]");
  }
  read(in[0], value.integer_bits, place.element(0), {-1000, 1000});
  read(in[1], value.fraction_bits, place.element(1), {-1000, 1000});
}
void read(const Json& in, Topology& value, const Place& place, Bounds) {
  std::string text;
  read(in, text, place);
  value = parse_topology(text, place.text());
}

void read(const Json& in, LayerGraph& value, const Place& place, Bounds) {
  std::string text;
  read(in, text, place);
  value = parse_layer_graph(text, place.text());
}

Json write(bool value) { return value; }
Json write(int value) { return value; }
Json write(std::int64_t value) { return value; }
Json write(std::uint64_t value) { return value; }
Json write(double value) {
  // JSON has no infinity; the library would write null, which no reader takes.
  expects(std::isfinite(value), "JSON needs finite numbers");
  return value;
}
Json write(const std::string& value) { return value; }
Json write(QFormat value) { return Json::array({value.integer_bits, value.fraction_bits}); }
Json write(const Topology& value) { return to_string(value); }
Json write(const LayerGraph& value) { return network_text(value); }

Json parse(const std::string& text, const std::string& file) {
  if (text.empty()) throw UserError(file, "", "is empty: needs a JSON object");
  try {
    Json value = parse_strictly(text, file, {}, [&](const std::string& name) {
      throw UserError(file + ": " + name, "", "member stands twice");
    });
    if (!value.is_object()) Place{file, ""}.reject(value, "needs an object");
    return value;
  } catch (const Json::exception& error) {
    const std::string what = error.what();
    const std::size_t end_of_id = what.find("] ");
    throw UserError(
        file, "",
        "is not JSON: " + (end_of_id == std::string::npos ? what : what.substr(end_of_id + 2)));
  }
}

std::string dump(const Json& value) {
  // File names need not be UTF-8; JSON must be.
  return value.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string dump_line(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void check_schema(const Json& object, const std::string& schema, const Place& place,
                  bool optional) {
  const auto found = object.find("schema");
  if (found == object.end()) {
    if (optional) return;
    throw UserError(place.member("schema").text(), "", "is missing; needs \"" + schema + "\"");
  }
  if (*found != schema) place.member("schema").reject(*found, "needs \"" + schema + "\"");
}

}  // namespace minerva::json
