#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "minerva/data/sample_inputs.hpp"
#include "minerva/network/tensor_shape.hpp"

namespace minerva {

/// Labelled samples, one a column.
struct Samples {
  SampleInputs inputs;               ///< inputs x samples
  std::vector<std::int32_t> labels;  ///< 0 .. classes - 1, one a sample

  std::int64_t size() const { return inputs.cols(); }
  /// The first `count` samples; all of them when there are fewer.
  Samples head(std::int64_t count) const;
};

/// How many terms of one part of a bag-of-words set became inputs, and how many did not.
struct TermCounts {
  std::int64_t kept = 0;             ///< occurrences of terms that are inputs
  std::int64_t dropped = 0;          ///< occurrences of all others
  std::int64_t empty_documents = 0;  ///< without a term in the file
  std::int64_t zero_samples = 0;     ///< without a term that is an input, the empty ones included
};

/// A data set, split into three parts. Nothing is tuned on `test`.
struct Dataset {
  std::string name;
  int classes = 0;  ///< outputs of a network for it
  /// Shape of one sample, whose values lie in storage order: that of images, a vector otherwise.
  TensorShape input_shape;
  Samples train;
  Samples validation;
  Samples test;
  std::string checksum;  ///< SHA-256 over all files read or the generator's key
  std::string source;    ///< where it came from, for reports
  /// How the samples were made from the source: split, sizes, term weights, scaling, outputs. The
  /// checksum and the recipe together identify the data.
  std::string recipe;
  /// The names of the classes, by label; fewer than `classes` when a network gets spare outputs.
  std::vector<std::string> class_names;
  std::vector<std::string> input_names;  ///< terms or columns; empty where inputs have no names
  TermCounts train_terms;                ///< of bag-of-words sets, as the next two
  TermCounts validation_terms;
  TermCounts test_terms;
  /// What was found or assumed about the user's files, and what their inputs and labels became: a
  /// line each. None of the known sets without a given network.
  std::vector<std::string> notes;
  /// Of which parts the samples were held out of the training file. Whoever trained a given network
  /// on that file has trained it on them.
  bool validation_held_out = false;
  bool test_held_out = false;
  /// Of a set of which inputs are left out (input_selection.hpp): the whole training samples, their
  /// shape, and which of their inputs are read. Null and empty otherwise.
  std::shared_ptr<const Samples> whole_train;
  TensorShape whole_shape;
  std::vector<std::int32_t> kept_inputs;

  int inputs() const { return input_shape.size(); }
};

}  // namespace minerva
