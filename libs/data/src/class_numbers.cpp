#include "class_numbers.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "field_text.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "own_files.hpp"

namespace minerva {
namespace {
constexpr std::size_t kMaxClasses = 4096;  // assumption: more is a column that is no label

bool all_whole(const std::vector<std::string>& labels) {
  return std::all_of(labels.begin(), labels.end(),
                     [](const std::string& label) { return whole_number_in(label).has_value(); });
}

bool all_numbers(const std::set<std::string>& labels) {
  return std::all_of(labels.begin(), labels.end(),
                     [](const std::string& label) { return label_number_in(label).has_value(); });
}

/// A label as the name of a class: whole numbers in plain digits.
std::string class_name(const std::string& label) {
  const auto whole = whole_number_in(label);
  return whole ? std::to_string(*whole) : label;
}

void check_count(std::size_t classes, const LabelledFile& train) {
  if (classes <= kMaxClasses) return;
  throw UserError(
      train.path, std::to_string(classes) + " classes",
      "needs at most " + std::to_string(kMaxClasses) + " (is data.label_column the label?)");
}

}  // namespace

ClassNumbers::ClassNumbers(const LabelledFile& train, const DataOptions& options) {
  const bool given = options.given_network.outputs > 0;
  if (!options.class_order.empty()) {
    take_order(train, options);
  } else if (given && all_whole(train.labels)) {
    take_output_numbers(options);
  } else {
    if (options.label_offset != 0) {
      const auto word = std::find_if_not(
          train.labels.begin(), train.labels.end(),
          [](const std::string& label) { return whole_number_in(label).has_value(); });
      const auto sample = static_cast<std::size_t>(word - train.labels.begin());
      throw UserError(
          "data.label_offset", std::to_string(options.label_offset),
          "needs labels that are whole numbers; " + train.where(sample) + " has " + shown(*word));
    }
    take_sorted(train);
    const auto outputs = static_cast<std::size_t>(options.given_network.outputs);
    if (given && names_.size() != outputs) {
      throw UserError(train.path, std::to_string(names_.size()) + " classes",
                      "the given network has " + std::to_string(outputs) +
                          " outputs, and words do not say which of them they are: needs "
                          "data.class_order, the classes in the order of the outputs");
    }
    if (given) {
      rule_ =
          "the labels are words and stand in byte order at the outputs (data.class_order gives "
          "another order)";
    }
  }
}

void ClassNumbers::take_order(const LabelledFile& train, const DataOptions& options) {
  const std::vector<std::string> order = class_order(options);
  const std::set<std::string> different(order.begin(), order.end());
  check_count(order.size(), train);
  const bool by_number = all_numbers(different);
  for (const std::string& label : order) {
    const auto output = static_cast<std::int32_t>(names_.size());
    const bool fresh = by_number ? numbers_.emplace(*label_number_in(label), output).second
                                 : words_.emplace(label, output).second;
    if (!fresh) {
      throw UserError("data.class_order", label, "stands twice: needs each class once");
    }
    names_.push_back(class_name(label));
  }
  const int outputs = options.given_network.outputs;
  if (outputs > 0 && names_.size() > static_cast<std::size_t>(outputs)) {
    throw UserError(
        "data.class_order", std::to_string(names_.size()) + " classes",
        "needs at most " + std::to_string(outputs) + ", the outputs of the given network");
  }
  allowed_ = "needs one of the " + std::to_string(names_.size()) + " classes of data.class_order";
  rule_ = "the labels stand at the outputs as data.class_order says";
}

void ClassNumbers::take_output_numbers(const DataOptions& options) {
  output_numbers_ = true;
  offset_ = options.label_offset;
  for (std::int64_t k = 0; k < options.given_network.outputs; ++k) {
    names_.push_back(std::to_string(k + offset_));
  }
  allowed_ = "needs " + names_.front() + " to " + names_.back() + ", the labels of the " +
             std::to_string(names_.size()) + " outputs of the given network";
  rule_ = offset_ == 0 ? "the labels are the numbers of the outputs"
                       : "the labels less data.label_offset = " + std::to_string(offset_) +
                             " are the numbers of the outputs";
}

void ClassNumbers::take_sorted(const LabelledFile& train) {
  const std::set<std::string> different(train.labels.begin(), train.labels.end());
  if (all_numbers(different)) {
    std::map<double, std::string> names;  // of each value the first text in byte order
    for (const std::string& label : different) {
      names.emplace(*label_number_in(label), class_name(label));
    }
    for (const auto& [number, name] : names) {
      numbers_.emplace(number, static_cast<std::int32_t>(names_.size()));
      names_.push_back(name);
    }
  } else {
    for (const std::string& label : different) {
      words_.emplace(label, static_cast<std::int32_t>(names_.size()));
      names_.push_back(label);
    }
  }
  if (names_.size() < 2) {
    throw UserError(train.path, names_.front(), "is its only class: needs two or more");
  }
  check_count(names_.size(), train);
  allowed_ = "needs one of the " + std::to_string(names_.size()) +
             " classes of the training data, " + train.path;
}

std::optional<std::int32_t> ClassNumbers::output_of(const std::string& label) const {
  if (output_numbers_) {
    const auto number = whole_number_in(label);
    if (!number || *number < offset_ ||
        *number - offset_ >= static_cast<std::int64_t>(names_.size())) {
      return std::nullopt;
    }
    return static_cast<std::int32_t>(*number - offset_);
  }
  if (!numbers_.empty()) {
    const auto number = label_number_in(label);
    const auto found = number ? numbers_.find(*number) : numbers_.end();
    return found == numbers_.end() ? std::nullopt : std::optional(found->second);
  }
  const auto found = words_.find(label);
  return found == words_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::int32_t> ClassNumbers::outputs_of(const LabelledFile& file) const {
  std::vector<std::int32_t> outputs;
  outputs.reserve(file.labels.size());
  for (std::size_t i = 0; i < file.labels.size(); ++i) {
    const auto output = output_of(file.labels[i]);
    if (!output) refuse(file, i);
    outputs.push_back(*output);
  }
  return outputs;
}

void ClassNumbers::refuse(const LabelledFile& file, std::size_t sample) const {
  std::string advice;
  if (output_numbers_ && all_whole(file.labels)) {
    std::int64_t least = *whole_number_in(file.labels.front());
    std::int64_t most = least;
    for (const std::string& label : file.labels) {
      least = std::min(least, *whole_number_in(label));
      most = std::max(most, *whole_number_in(label));
    }
    const bool shifted = most - least < static_cast<std::int64_t>(names_.size());
    advice = "; the labels of the file are " + std::to_string(least) + " to " +
             std::to_string(most) + ": " +
             (shifted ? "data.label_offset = " + std::to_string(least) +
                            " makes the first of them output 0, "
                      : "") +
             "data.class_order names the classes in the order of the outputs";
  }
  throw UserError(file.where(sample), shown(file.labels[sample]), allowed_ + advice);
}

}  // namespace minerva
