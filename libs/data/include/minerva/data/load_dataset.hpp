#pragma once
#include <string>
#include <vector>

#include "minerva/data/dataset.hpp"
#include "minerva/data/options.hpp"

namespace minerva {

/// The files that load_dataset reads; none of a generated set. Throws UserError for options that
/// check() refuses, and naming a file that is not there.
std::vector<std::string> data_files(const DataOptions& options);

/// Loads or generates a data set (docs/data.md). split_seed chooses the samples that are held out:
/// at random for mnist, and class by class, in proportion, for all other sets, so that every class
/// keeps a training sample. Every part keeps the order of the file, and a limit keeps the first
/// samples. Scaling and term weights are fitted on the training part; the vocabulary comes from the
/// whole training file.
/// @param threads used by the generator alone; the data do not depend on it.
/// Throws UserError naming the key or file, with the line where there is one.
Dataset load_dataset(const DataOptions& options, int threads = 1);

/// "labels and their outputs: setosa -> 0 (50), ..; no sample belongs to output 3", of all parts.
std::string labels_at_outputs(const Dataset& data);

}  // namespace minerva
