#pragma once
#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "minerva/base/enum_names.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/network/layer_graph.hpp"
#include "minerva/network/quantization_plan.hpp"

namespace minerva::json {

// A struct's layout in JSON is written once, as a function `fields(archive, struct)` that calls
// archive("name", member) for each member; Writer and Reader both walk it. Readers refuse missing
// and unknown members, wrong types and values out of range, naming file and JSON path.

using Json = nlohmann::ordered_json;

/// Where a reader stands: "plan.json: layers[2].W".
struct Place {
  std::string file;
  std::string path;

  Place member(const std::string& name) const {
    return {file, path.empty() ? name : path + "." + name};
  }
  Place element(std::size_t i) const { return {file, path + "[" + std::to_string(i) + "]"}; }
  std::string text() const { return file + ": " + (path.empty() ? "top level" : path); }
  [[noreturn]] void reject(const Json& value, const std::string& allowed) const;
};

/// Bounds of a number, both included.
struct Bounds {
  double low = std::numeric_limits<double>::lowest();
  double high = std::numeric_limits<double>::max();
};
inline constexpr Bounds kAny{};
inline constexpr Bounds kNotNegative{0};
inline constexpr Bounds kPercent{0, 100};

void read(const Json& in, bool& value, const Place& place, Bounds bounds = kAny);
void read(const Json& in, int& value, const Place& place, Bounds bounds = kAny);
void read(const Json& in, std::int64_t& value, const Place& place, Bounds bounds = kAny);
void read(const Json& in, std::uint64_t& value, const Place& place, Bounds bounds = kAny);
void read(const Json& in, double& value, const Place& place, Bounds bounds = kAny);
void read(const Json& in, std::string& value, const Place& place, Bounds bounds = kAny);
void read(const Json& in, QFormat& value, const Place& place, Bounds bounds = kAny);
void read(const Json& in, Topology& value, const Place& place, Bounds bounds = kAny);
/// The text of network_text.
void read(const Json& in, LayerGraph& value, const Place& place, Bounds bounds = kAny);
template <typename Enum, std::enable_if_t<std::is_enum_v<Enum>, int> = 0>
void read(const Json& in, Enum& value, const Place& place, Bounds bounds = kAny) {
  std::string text;
  read(in, text, place, bounds);
  value = parse_enum<Enum>(text, place.text());
}

Json write(bool value);
Json write(int value);
Json write(std::int64_t value);
Json write(std::uint64_t value);
Json write(double value);
Json write(const std::string& value);
Json write(QFormat value);
Json write(const Topology& value);
Json write(const LayerGraph& value);
template <typename Enum, std::enable_if_t<std::is_enum_v<Enum>, int> = 0>
Json write(Enum value) {
  return std::string(to_string(value));
}

/// The object of a text; UserError names file, line and column of malformed JSON, and refuses
/// anything but an object.
Json parse(const std::string& text, const std::string& file);
/// Pretty text with a final newline.
std::string dump(const Json& value);
/// Text on one line, without a newline.
std::string dump_line(const Json& value);
/// Throws unless the object's "schema" is `schema`; an absent one is allowed when `optional`.
void check_schema(const Json& object, const std::string& schema, const Place& place,
                  bool optional = false);

template <typename S>
Json write_struct(S value);
template <typename S>
void read_struct(const Json& in, S& value, const Place& place,
                 const std::set<std::string>& also_allowed = {});

template <typename T>
struct IsVector : std::false_type {};
template <typename T>
struct IsVector<std::vector<T>> : std::true_type {};
template <typename T>
constexpr bool kIsLeaf =
    std::is_arithmetic_v<T> || std::is_enum_v<T> || std::is_same_v<T, std::string> ||
    std::is_same_v<T, QFormat> || std::is_same_v<T, Topology> || std::is_same_v<T, LayerGraph>;

template <typename T>
Json write_any(const T& value) {
  if constexpr (IsVector<T>::value) {
    Json array = Json::array();
    for (const auto& element : value) array.push_back(write_any(element));
    return array;
  } else if constexpr (kIsLeaf<T>) {
    return write(value);
  } else {
    return write_struct(value);
  }
}

template <typename T>
void read_any(const Json& in, T& value, const Place& place, Bounds bounds) {
  if constexpr (IsVector<T>::value) {
    if (!in.is_array()) place.reject(in, "needs an array");
    value.clear();
    for (std::size_t i = 0; i < in.size(); ++i) {
      value.emplace_back();
      read_any(in[i], value.back(), place.element(i), bounds);
    }
  } else if constexpr (kIsLeaf<T>) {
    read(in, value, place, bounds);
  } else {
    read_struct(in, value, place);
  }
}

class Writer {
 public:
  template <typename T>
  void operator()(const char* name, const T& value, Bounds = kAny) {
    out[name] = write_any(value);
  }
  /// An optional member is absent when it has no value.
  template <typename T>
  void operator()(const char* name, const std::optional<T>& value, Bounds = kAny) {
    if (value) out[name] = write_any(*value);
  }
  Json out = Json::object();
};

class Reader {
 public:
  Reader(const Json& in, Place place) : in_(in), place_(std::move(place)) {
    if (!in.is_object()) place_.reject(in, "needs an object");
  }
  template <typename T>
  void operator()(const char* name, T& value, Bounds bounds = kAny) {
    const auto found = in_.find(name);
    if (found == in_.end()) throw UserError(place_.member(name).text(), "", "is missing");
    known_.insert(name);
    read_any(*found, value, place_.member(name), bounds);
  }
  template <typename T>
  void operator()(const char* name, std::optional<T>& value, Bounds bounds = kAny) {
    value.reset();
    known_.insert(name);
    const auto found = in_.find(name);
    if (found == in_.end()) return;
    value.emplace();
    read_any(*found, *value, place_.member(name), bounds);
  }
  /// Throws for a member that no field asked for.
  void refuse_others(const std::set<std::string>& also_allowed) const {
    for (const auto& item : in_.items()) {
      if (known_.count(item.key()) == 0 && also_allowed.count(item.key()) == 0) {
        throw UserError(place_.member(item.key()).text(), "", "unknown member");
      }
    }
  }

 private:
  const Json& in_;
  Place place_;
  std::set<std::string> known_;
};

template <typename S>
Json write_struct(S value) {
  Writer writer;
  fields(writer, value);
  return std::move(writer.out);
}

template <typename S>
void read_struct(const Json& in, S& value, const Place& place,
                 const std::set<std::string>& also_allowed) {
  Reader reader(in, place);
  fields(reader, value);
  reader.refuse_others(also_allowed);
}

}  // namespace minerva::json
