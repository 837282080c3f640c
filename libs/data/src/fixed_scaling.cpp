#include "fixed_scaling.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

#include "field_text.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/data/unpacked_file.hpp"
#include "own_files.hpp"

namespace minerva {
namespace {

/// One of the two keys.
struct FixedKey {
  const char* name;
  const std::string& value;
  bool divides;
};

float checked(const FixedKey& key, const std::string& where, std::string_view text) {
  const auto number = number_in(text);
  const float value = number ? static_cast<float>(*number) : 0;
  if (!number || !std::isfinite(value)) {
    throw UserError(where, shown(text), "needs finite numbers of single precision");
  }
  if (key.divides && value == 0) {
    throw UserError(where, shown(text), "needs a divisor that is not 0 in single precision");
  }
  return value;
}

/// The numbers of a text file, separated by commas, blanks or line ends.
std::vector<float> read_numbers(const FixedKey& key, const std::string& path) {
  std::vector<float> values;
  TextLines lines(path);
  for (std::string_view line; lines.next(line);) {
    constexpr const char* kBetween = ", \t";
    for (std::size_t begin = line.find_first_not_of(kBetween); begin < line.size();) {
      const std::size_t end = std::min(line.find_first_of(kBetween, begin), line.size());
      values.push_back(checked(key, lines.where(), line.substr(begin, end - begin)));
      begin = std::min(line.find_first_not_of(kBetween, end), line.size());
    }
  }
  return values;
}

/// A list of numbers, one a channel of images; nothing: it is none.
std::optional<std::vector<float>> channel_numbers(const FixedKey& key, int channels) {
  if (!is_number_list(key.value)) return std::nullopt;
  std::vector<float> values;
  std::string_view rest = key.value;
  while (true) {
    const std::size_t comma = rest.find(',');
    std::string_view item = rest.substr(0, comma);
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
    values.push_back(checked(key, key.name, item));
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  if (values.size() != static_cast<std::size_t>(channels)) {
    throw UserError(key.name, key.value,
                    "needs a number, " + std::to_string(channels) +
                        " of them, one a channel, or a file of one an input");
  }
  return values;
}

/// One number an input.
Eigen::VectorXf numbers_of(const FixedKey& key, const DataOptions& options,
                           const TensorShape& shape) {
  const int inputs = shape.size();
  if (key.value.empty()) return Eigen::VectorXf::Constant(inputs, key.divides ? 1.0F : 0.0F);
  if (number_in(key.value)) {
    return Eigen::VectorXf::Constant(inputs, checked(key, key.name, key.value));
  }
  if (const auto of_channels = channel_numbers(key, shape.channels)) {
    Eigen::VectorXf all(inputs);
    for (int i = 0; i < inputs; ++i) {
      all[i] = (*of_channels)[static_cast<std::size_t>(i % shape.channels)];
    }
    return all;
  }
  const std::string path = find_own_file(options, key.name, key.value);
  const std::vector<float> values = read_numbers(key, path);
  if (values.size() != 1 && values.size() != static_cast<std::size_t>(inputs)) {
    throw UserError(key.name, path + ", " + std::to_string(values.size()) + " numbers",
                    "needs one, or " + std::to_string(inputs) + ", one an input");
  }
  if (values.size() == 1) return Eigen::VectorXf::Constant(inputs, values.front());
  return Eigen::Map<const Eigen::VectorXf>(values.data(), inputs);
}

}  // namespace

bool is_number_list(const std::string& value) {
  const std::size_t comma = value.find(',');
  return comma != std::string::npos && number_in(std::string_view(value).substr(0, comma));
}

bool has_fixed_scaling(const DataOptions& options) {
  return !options.subtract.empty() || !options.divide.empty();
}

void scale_by_fixed_numbers(Dataset& data, const DataOptions& options) {
  const Eigen::VectorXf offset =
      numbers_of({"data.subtract", options.subtract, false}, options, data.input_shape);
  const Eigen::VectorXf divisor =
      numbers_of({"data.divide", options.divide, true}, options, data.input_shape);
  for (Samples* part : {&data.train, &data.validation, &data.test}) {
    Eigen::MatrixXf& values = part->inputs.dense();
    for (Eigen::Index s = 0; s < values.cols(); ++s) {
      for (Eigen::Index i = 0; i < values.rows(); ++i) {
        float& x = values(i, s);
        x = (x - offset[i]) / divisor[i];
        if (std::isfinite(x)) continue;
        const bool by_divisor = !options.divide.empty();
        throw UserError(by_divisor ? "data.divide" : "data.subtract",
                        by_divisor ? options.divide : options.subtract,
                        "makes input " + std::to_string(i + 1) +
                            " larger than single precision holds: needs other numbers");
      }
    }
  }
}

std::string fixed_scaling_text(const DataOptions& options) {
  std::string text = options.subtract.empty() ? "x" : "(x - " + options.subtract + ")";
  if (!options.divide.empty()) text += " / " + options.divide;
  return text;
}

}  // namespace minerva
