#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/base/enum_names.hpp"
#include "minerva/base/range.hpp"
#include "minerva/data/csv.hpp"
#include "minerva/network/topology.hpp"

namespace minerva {

/// What a term that stands c times in a document counts, N documents, df of them with the term,
/// idf = ln((1 + N) / (1 + df)) + 1:
/// binary: 1; counts: c; log: 1 + ln c; tfidf: c idf; log_tfidf: (1 + ln c) idf.
enum class Weighting { set_default, binary, counts, log, tfidf, log_tfidf };
constexpr EnumNames<Weighting, 6> enum_names(Weighting) {
  return {{{Weighting::set_default, "default"},
           {Weighting::binary, "binary"},
           {Weighting::counts, "counts"},
           {Weighting::log, "log"},
           {Weighting::tfidf, "tfidf"},
           {Weighting::log_tfidf, "log_tfidf"}}};
}

/// none: as they are. Of dense inputs: minmax, each input to 0 .. 1; standard, each to mean 0 and
/// deviation 1, but inputs that are only 0 or 1 stay. Of sparse inputs: max, each input divided by
/// its largest value; unit, each sample to Euclidean length 1;
/// length, each sample to the root mean square length of the training samples. All from the
/// training part.
enum class InputScaling { set_default, none, minmax, standard, max, unit, length };
constexpr EnumNames<InputScaling, 7> enum_names(InputScaling) {
  return {{{InputScaling::set_default, "default"},
           {InputScaling::none, "none"},
           {InputScaling::minmax, "minmax"},
           {InputScaling::standard, "standard"},
           {InputScaling::max, "max"},
           {InputScaling::unit, "unit"},
           {InputScaling::length, "length"}}};
}

/// Where the validation samples come from that have no file of their own: held out of the training
/// file, or the first half of the test file, for a network that has seen the training samples.
enum class ValidationFrom { train, test };
constexpr EnumNames<ValidationFrom, 2> enum_names(ValidationFrom) {
  return {{{ValidationFrom::train, "train"}, {ValidationFrom::test, "test"}}};
}

/// The network that a user gives, which the data must fit; without outputs one is trained on them.
struct GivenNetwork {
  int inputs = 0;
  int outputs = 0;
};

/// Which data, how much of it, and how it becomes inputs. 0 stands for the set's own number.
struct DataOptions {
  /// digits: generated; mnist, fashion-mnist, cifar10, forest, reuters, webkb, 20ng: known files
  /// under `dir`; idx, csv, arff, libsvm, bag_of_words: the files named below.
  std::string set = "digits";
  std::string dir;  ///< holds the files, or a folder named like the set that does

  std::string train_file;         ///< of the user's own sets, idx to bag_of_words
  std::string validation_file;    ///< empty: validation samples are held out of the training file
  std::string test_file;          ///< empty: test samples are held out of the training file
  std::string train_labels_file;  ///< of idx, as the next two
  std::string validation_labels_file;
  std::string test_labels_file;
  CsvOptions csv;  ///< of csv; label_column and leave_out of arff, too

  ValidationFrom validation_from = ValidationFrom::train;  ///< of sets of images

  int train_samples = 0;
  int validation_samples = 0;
  int test_samples = 0;
  std::uint64_t split_seed = 1;   ///< chooses the samples held out
  std::uint64_t digits_seed = 1;  ///< of the generator
  int classes = 0;                ///< outputs of a network; 0: as many as the data have
  /// The classes in the order of the outputs: a list with commas, or a file with one a line; empty:
  /// as the labels say.
  std::string class_order;
  int label_offset = 0;  ///< label of output 0 of a given network

  Weighting weighting = Weighting::set_default;  ///< of terms
  InputScaling scaling = InputScaling::set_default;
  /// Dense inputs become (x - subtract) / divide; each is a number, a list of one a channel, or a
  /// file of one an input.
  /// Empty: 0 and 1. With either, the set's own scaling is none.
  std::string subtract;
  std::string divide;
  std::string inputs = "all";    ///< which inputs are read at all (input_selection.hpp)
  int vocabulary_min_df = 0;     ///< a term must stand in so many training documents
  int vocabulary_max_terms = 0;  ///< at most so many terms, of the highest document frequency

  /// No key: the program fills it in. The default scaling is then none, and labels that are whole
  /// numbers are numbers of its outputs.
  GivenNetwork given_network;
};

/// What each option may be. The keys of section [data] and check() take it here.
namespace data_ranges {
inline constexpr Range<int> kSamples{0, 10000000};
inline constexpr Range<int> kWidth{0, kMaxLayerWidth};  ///< classes and vocabulary_max_terms
inline constexpr Range<int> kLabelOffset{-1000000, 1000000};
}  // namespace data_ranges

/// Whether the set's own scaling is fitted on the training samples: a network that was trained on
/// it needs the same samples to be judged.
bool fits_scaling_by_default(const std::string& set);

/// Values of data.set.
const std::vector<std::string>& data_set_names();

/// Throws UserError naming "data.xxx" for options out of range or of no meaning for the set.
void check(const DataOptions& options);

}  // namespace minerva
