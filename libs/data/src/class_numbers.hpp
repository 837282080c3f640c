#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "minerva/data/options.hpp"
#include "partition.hpp"

namespace minerva {

/// Which output of a network each label belongs to.
class ClassNumbers {
 public:
  /// - data.class_order: the classes in its order.
  /// - A given network, and labels that are whole numbers: the number less data.label_offset.
  /// - Otherwise the labels of the training file in order: by value when all are numbers, else in
  ///   byte order.
  /// Numbers of one value are one label: 3 and 3.0. Throws UserError naming key or file for labels
  /// that fit neither the order nor the outputs of a given network.
  ClassNumbers(const LabelledFile& train, const DataOptions& options);

  /// The names of the classes, by output.
  const std::vector<std::string>& names() const { return names_; }
  /// The outputs of a file's labels. Throws UserError naming file and line for another label.
  std::vector<std::int32_t> outputs_of(const LabelledFile& file) const;
  /// How the classes were numbered, for people; empty: in the order of the training file's labels.
  const std::string& rule() const { return rule_; }

 private:
  void take_order(const LabelledFile& train, const DataOptions& options);
  void take_output_numbers(const DataOptions& options);
  void take_sorted(const LabelledFile& train);
  std::optional<std::int32_t> output_of(const std::string& label) const;
  [[noreturn]] void refuse(const LabelledFile& file, std::size_t sample) const;

  std::vector<std::string> names_;
  std::string allowed_;  ///< completes the message for a label without an output
  std::string rule_;
  bool output_numbers_ = false;  ///< labels are outputs, after the offset
  std::int64_t offset_ = 0;
  std::map<double, std::int32_t> numbers_;
  std::map<std::string, std::int32_t> words_;
};

}  // namespace minerva
