#pragma once
#include <string>

#include "minerva/data/dataset.hpp"
#include "minerva/data/load_dataset.hpp"

namespace minerva {

/// Files of a set, found; empty where a part has none.
struct SetPaths {
  std::string train;
  std::string validation;
  std::string test;
  std::string train_labels;  ///< of IDX, as the next two
  std::string validation_labels;
  std::string test_labels;
};

// One loader for each form of file. Options are checked and their set's own values filled in. A
// loader fills samples, class and input names and term counts.

/// IDX pairs, divided by 255. Known sets have ten classes, and validation samples held out at
/// random.
Dataset load_idx_set(const DataOptions& options, const SetPaths& paths);
/// CIFAR-10's binary files, divided by 255, channels last.
Dataset load_cifar_set(const DataOptions& options, const SetPaths& paths);
/// CSV and ARFF files; forest's one file holds its three parts.
Dataset load_table_set(const DataOptions& options, const SetPaths& paths);
/// LIBSVM files. The inputs are stored sparse where few of them are not zero and nothing scales
/// them; dense and sparse inputs give the same numbers.
Dataset load_libsvm_set(const DataOptions& options, const SetPaths& paths);
/// Bags of words.
Dataset load_document_set(const DataOptions& options, const SetPaths& paths);

}  // namespace minerva
