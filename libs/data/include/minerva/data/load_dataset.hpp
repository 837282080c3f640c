#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/data/csv.hpp"
#include "minerva/data/dataset.hpp"
#include "minerva/data/input_scaling.hpp"

namespace minerva {

/// Which data, how much of it, and how it becomes inputs. 0 stands for the set's own number.
struct DataOptions {
  /// digits: generated; mnist, forest, reuters, webkb, 20ng: known files under `dir`; idx, csv,
  /// bag_of_words: the files named below.
  std::string set = "digits";
  std::string dir;  ///< holds the files, or a folder named like the set that does

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
  InputScaling scaling = InputScaling::set_default;
  int vocabulary_min_df = 0;     ///< a term must stand in so many training documents
  int vocabulary_max_terms = 0;  ///< at most so many terms, of the highest document frequency
};

/// Values of data.set.
const std::vector<std::string>& data_set_names();

/// Throws UserError naming "data.xxx" for options out of range or of no meaning for the set.
void check(const DataOptions& options);

/// The files that load_dataset reads; none of a generated set. Throws UserError for options that
/// check() refuses, and naming a file that is not there.
std::vector<std::string> data_files(const DataOptions& options);

/// Loads or generates a data set. Held-out samples are chosen by split_seed: of mnist at random, of
/// all others class by class, in proportion, so that every class keeps a training sample. Every
/// part keeps the order of the file, and limits take the first samples. What is fitted (scaling,
/// term weights) is fitted on the training part; the vocabulary comes from the whole training file.
/// @param threads used by the generator alone; the data do not depend on it.
/// Throws UserError naming the key or file, with the line where there is one.
Dataset load_dataset(const DataOptions& options, int threads = 1);

}  // namespace minerva
