#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/data/csv.hpp"
#include "minerva/data/input_scaling.hpp"
#include "minerva/data/dataset.hpp"

namespace minerva {

/// Which data are loaded, how many samples, and how they become inputs. A number of 0 means the
/// set's own number.
struct DataOptions {
  /// The name of the set. digits is generated; mnist, forest, reuters, webkb and 20ng are known
  /// files in `dir`; idx, csv and bag_of_words are the files named below.
  std::string set = "digits";
  std::string dir;  ///< contains the files, or a folder of the set's name that contains them

  std::string train_file;         ///< of idx, csv, bag_of_words
  std::string validation_file;    ///< empty: validation samples are held out of the training file
  std::string test_file;          ///< empty: test samples are held out of the training file
  std::string train_labels_file;  ///< of idx, as the next two
  std::string validation_labels_file;
  std::string test_labels_file;
  CsvOptions csv;  ///< of csv

  int train_samples = 0;
  int validation_samples = 0;
  int test_samples = 0;
  std::uint64_t split_seed = 1;   ///< chooses the samples held out
  std::uint64_t digits_seed = 1;  ///< of the generator
  int classes = 0;                ///< outputs of a network; 0: as many as the data have

  Weighting weighting = Weighting::set_default;  ///< of terms
  Scaling scaling = Scaling::set_default;
  int vocabulary_min_df = 0;     ///< a term must stand in so many training documents
  int vocabulary_max_terms = 0;  ///< at most so many terms, of the highest document frequency
};

/// Values of data.set.
const std::vector<std::string>& data_set_names();

/// Throws UserError naming the key ("data.xxx") for an option that is out of range, or that has no
/// meaning for the set.
void check(const DataOptions& options);

/// The files that load_dataset reads; a generated set has none. Throws UserError for options that
/// check() refuses, and for a file that does not exist.
std::vector<std::string> data_files(const DataOptions& options);

/// Loads or generates a data set (docs/data.md). split_seed chooses the samples that are held out:
/// at random for mnist, and class by class, in proportion, for all other sets, so that every class
/// keeps a training sample. Every part keeps the order of the file, and a limit keeps the first
/// samples. Scaling and term weights are fitted on the training part; the vocabulary comes from the
/// whole training file.
/// @param threads used by the generator alone; the data do not depend on it.
/// Throws UserError naming the key or file, with the line where there is one.
Dataset load_dataset(const DataOptions& options, int threads = 1);

}  // namespace minerva
