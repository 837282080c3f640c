#include "minerva/config/settings.hpp"
#include "minerva/flow/run_options.hpp"

namespace minerva::flow {
namespace {

void add_files(const KeyRows& keys, DataOptions& o) {
  keys.add("data.train_file", &o.train_file, "the set's own",
           "The training samples of the sets idx, csv, arff, libsvm and bag_of_words are read from "
           "this file, which is sought in the current folder and in data.dir.");
  keys.add(
      "data.validation_file", &o.validation_file, "held out of the training file",
      "The validation samples of the sets idx, csv, arff, libsvm and bag_of_words are read from "
      "this file, which is sought in the current folder and in data.dir.");
  keys.add(
      "data.test_file", &o.test_file, "held out of the training file",
      "The test samples of the sets idx, csv, arff, libsvm and bag_of_words are read from this "
      "file, which is sought in the current folder and in data.dir.");
  keys.add("data.train_labels_file", &o.train_labels_file, "none",
           "The labels of the training samples of the set idx are read from this file.");
  keys.add("data.validation_labels_file", &o.validation_labels_file, "none",
           "The labels of the validation samples of the set idx are read from this file.");
  keys.add("data.test_labels_file", &o.test_labels_file, "none",
           "The labels of the test samples of the set idx are read from this file.");
  keys.add(
      "data.label_column", &o.csv.label_column, "",
      "The label of a sample of the sets csv and arff is in this column: last, first, a number "
      "from 1 upward, or a name of the header.");
  keys.add(
      "data.leave_out", &o.csv.leave_out, "a first column without a name that numbers the rows",
      "These columns of the sets csv and arff are no inputs: numbers from 1 upward and names of "
      "the header, joined by commas; none makes an input even of a column that numbers the "
      "rows.");
  keys.add_choice(
      "data.delimiter", &o.csv.delimiter,
      {Delimiter::detect, Delimiter::comma, Delimiter::semicolon, Delimiter::tab, Delimiter::blank},
      "This character separates the fields of the set csv; blank stands for any number "
      "of blanks and tabs, and detect takes the one that gives the first rows as many "
      "fields each and the most numbers.");
  keys.add_choice("data.header", &o.csv.header,
                  {HeaderRow::detect, HeaderRow::present, HeaderRow::absent},
                  "The first row of the set csv holds the names of the columns (present) or a "
                  "sample (absent); detect takes it for names if none of its fields besides the "
                  "label is a number, or if its numbers count the columns and no sample has its "
                  "label, and asks where both are likely.");
}

void add_sizes(const KeyRows& keys, DataOptions& o) {
  keys.add("data.train_samples", &o.train_samples, data_ranges::kSamples, "samples",
           "Only this many training samples are used, the first ones; 0 takes the usual number of "
           "the set.");
  keys.add("data.validation_samples", &o.validation_samples, data_ranges::kSamples, "samples",
           "This many samples are held out of the training samples for tuning; 0 takes the usual "
           "number of the set.");
  keys.add(
      "data.test_samples", &o.test_samples, data_ranges::kSamples, "samples",
      "Only this many test samples are used, the first ones; without a test file they are held "
      "out of the training file; 0 takes the usual number of the set.");
  keys.add_choice("data.validation_from", &o.validation_from,
                  {ValidationFrom::train, ValidationFrom::test},
                  "The validation samples of sets of images are held out of the training file "
                  "(train), or are the first half of the test file (test), for a network that has "
                  "seen the training samples; the second half is then the test set.");
  keys.add("data.split_seed", &o.split_seed, kSeedRange, "1",
           "The samples that are held out are drawn from this seed.");
  keys.add("data.digits_seed", &o.digits_seed, kSeedRange, "1",
           "The synthetic digits are generated from this seed.");
  keys.add("data.classes", &o.classes, data_ranges::kWidth, "outputs",
           "The network has this many outputs, at least one for each class; 0 takes as many as "
           "there are classes.",
           "book, Table 4.1: 8 for Forest, which has 7 classes");
  keys.add(
      "data.class_order", &o.class_order, "as the labels say",
      "The classes stand at the outputs of the network in this order: labels joined by commas, "
      "or a file with one a line. Without it, labels that are whole numbers are the numbers of "
      "the outputs of a given network; other labels are sorted.");
  keys.add("data.label_offset", &o.label_offset, data_ranges::kLabelOffset, "label",
           "The first output of a given network has this label, and the others have those that "
           "follow: 1 for labels that count from 1.");
}

void add_preparation(const KeyRows& keys, DataOptions& o) {
  keys.add_choice(
      "data.scaling", &o.scaling,
      {InputScaling::set_default, InputScaling::none, InputScaling::minmax, InputScaling::standard,
       InputScaling::max, InputScaling::unit, InputScaling::length},
      "The inputs are scaled in this way, which is fitted on the training samples: "
      "minmax and standard suit dense inputs; max, unit and length suit documents. With "
      "a given network, default scales nothing.",
      "docs/data.md");
  keys.add(
      "data.subtract", &o.subtract, "0",
      "This is subtracted from every dense input: a number, a list of one a channel of images, or "
      "a file of one number an input. "
      "The pixels of idx files are bytes / 255 before it.",
      "docs/data.md");
  keys.add(
      "data.divide", &o.divide, "1",
      "Every dense input is divided by this after the subtraction: a number that is not 0, a list "
      "of one a channel of images, or "
      "a file of one number an input.",
      "docs/data.md");
  keys.add("data.inputs", &o.inputs, "all",
           "These inputs are read, and all others have neither a word of memory nor a weight: all; "
           "used:0.01, those that are not 0 in more than this share of the training samples; "
           "grid:2, every second pixel of every second row of an image; grid:2:24, the same of the "
           "24 x 24 pixels in its middle; checker or checker:24, every second pixel as on a "
           "checkerboard.",
           "docs/data.md");
  keys.add_choice("data.weighting", &o.weighting,
                  {Weighting::set_default, Weighting::binary, Weighting::counts, Weighting::log,
                   Weighting::tfidf, Weighting::log_tfidf},
                  "The input of a term is computed in this way from how often it occurs in the "
                  "document and in how many documents it occurs.",
                  "docs/data.md");
  keys.add("data.vocabulary_min_df", &o.vocabulary_min_df, data_ranges::kSamples, "documents",
           "A term becomes an input if it occurs in at least this many training documents; 0 takes "
           "the usual number of the set.",
           "data that give the book's inputs, Table 4.1: 9 for reuters, 8 for webkb");
  keys.add("data.vocabulary_max_terms", &o.vocabulary_max_terms, data_ranges::kWidth, "terms",
           "At most this many terms become inputs, those that occur in the most documents; 0 takes "
           "the usual number of the set.",
           "book, Table 4.1: 21979 for 20ng");
}

}  // namespace

void add_data_keys(Settings& settings, RunOptions& run) {
  DataOptions& o = run.data;
  const KeyRows keys = settings.by_content();
  keys.add_words(
      "data.set", data_set_names(), [&o] { return o.set; },
      [&o](std::size_t i) { o.set = data_set_names()[i]; },
      "The run uses this data set: digits are synthetic and made from a seed; mnist, "
      "fashion-mnist, cifar10, forest, "
      "reuters, webkb and 20ng are known sets (minerva data says where to get them); idx, csv, "
      "arff, libsvm and bag_of_words are the forms of your own files.");
  settings.without_effect().add(
      "data.dir", &o.dir, "the environment's MINERVA_DATA_DIR",
      "The data files are in this folder, or in a folder in it that is named like the set.");
  add_files(keys, o);
  add_sizes(keys, o);
  add_preparation(keys, o);
}

}  // namespace minerva::flow
