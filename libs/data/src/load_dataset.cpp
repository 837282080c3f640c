#include "minerva/data/load_dataset.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "fixed_scaling.hpp"
#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/data/digits.hpp"
#include "minerva/data/input_scaling.hpp"
#include "minerva/data/input_selection.hpp"
#include "minerva/data/known_sets.hpp"
#include "own_files.hpp"
#include "set_loaders.hpp"
#include "set_rules.hpp"

namespace minerva {
namespace {
constexpr int kDigitClasses = 10;

Dataset generate(const DataOptions& options, int threads) {
  const auto size = [](int asked, int usual) { return asked == 0 ? usual : asked; };
  const int train = size(options.train_samples, 8000);
  const int validation = size(options.validation_samples, 4000);
  const int test = size(options.test_samples, 4000);
  Dataset data;
  data.input_shape = {kDigitSide, kDigitSide, 1};
  data.train = generate_digits(options.digits_seed, DigitsPart::train, train, threads);
  data.validation =
      generate_digits(options.digits_seed, DigitsPart::validation, validation, threads);
  data.test = generate_digits(options.digits_seed, DigitsPart::test, test, threads);
  scale_inputs(data.train.inputs.dense(), data.validation.inputs.dense(), data.test.inputs.dense(),
               options.scaling);
  for (int c = 0; c < kDigitClasses; ++c) data.class_names.push_back(std::to_string(c));
  // The version changes with the generator, so that runs of different generators are told apart.
  data.source = "synthetic digits 1, seed " + std::to_string(options.digits_seed) + ", " +
                std::to_string(train) + " + " + std::to_string(validation) + " + " +
                std::to_string(test) + " samples";
  data.checksum = sha256(data.source.data(), data.source.size());
  return data;
}

/// Paths of a known set's files, in the order of its table.
std::vector<std::string> find_known_files(const DataOptions& options) {
  const KnownSet& set = known_set(options.set);
  if (options.dir.empty()) {
    throw UserError("data.dir", "",
                    "must name the folder of the files of " + set.name +
                        " (or set MINERVA_DATA_DIR); they are at " + set.origin);
  }
  std::vector<std::string> paths;
  for (const KnownFile& file : set.files) {
    paths.push_back(find_data_file(options.dir, set.name, file));
    if (paths.back().empty()) {
      throw UserError((std::filesystem::path(options.dir) / (file.name + ".gz")).string(), "",
                      "not found, nor under " + set.name + "/; get it from " + set.origin +
                          "; name its folder by data.dir or MINERVA_DATA_DIR");
    }
  }
  return paths;
}

SetPaths known_paths(const DataOptions& options) {
  const std::vector<std::string> found = find_known_files(options);
  SetPaths paths;
  paths.train = found.front();
  if (form_of(options.set) == Form::idx) {
    paths.train_labels = found[1];
    paths.test = found[2];
    paths.test_labels = found[3];
  } else if (found.size() > 1) {
    paths.test = found[1];
  }
  return paths;
}

SetPaths own_paths(const DataOptions& o) {
  return {find_own_file(o, "data.train_file", o.train_file),
          find_own_file(o, "data.validation_file", o.validation_file),
          find_own_file(o, "data.test_file", o.test_file),
          find_own_file(o, "data.train_labels_file", o.train_labels_file),
          find_own_file(o, "data.validation_labels_file", o.validation_labels_file),
          find_own_file(o, "data.test_labels_file", o.test_labels_file)};
}

SetPaths paths_of(const DataOptions& options) {
  return is_known_set(options.set) ? known_paths(options) : own_paths(options);
}

std::vector<std::string> in_order(const SetPaths& paths) {
  std::vector<std::string> all;
  for (const std::string& path : {paths.train, paths.train_labels, paths.validation,
                                  paths.validation_labels, paths.test, paths.test_labels}) {
    if (!path.empty()) all.push_back(path);
  }
  return all;
}

void describe_source(Dataset& data, const SetPaths& paths) {
  std::string checksums;
  for (const std::string& path : in_order(paths)) {
    checksums += sha256_of_file(path);
    data.source += (data.source.empty() ? "" : ", ") + path;
  }
  data.checksum = sha256(checksums.data(), checksums.size());
}

Dataset read_files(const DataOptions& options) {
  const SetPaths paths = paths_of(options);
  Dataset data;
  switch (form_of(options.set)) {
    case Form::idx:
      data = load_idx_set(options, paths);
      break;
    case Form::cifar:
      data = load_cifar_set(options, paths);
      break;
    case Form::csv:
    case Form::arff:
      data = load_table_set(options, paths);
      break;
    case Form::libsvm:
      data = load_libsvm_set(options, paths);
      break;
    case Form::documents:
      data = load_document_set(options, paths);
      break;
    case Form::generated:
      expects(false, "read_files: a generated set has no files");
  }
  describe_source(data, paths);
  return data;
}

std::string recipe_of(const DataOptions& o, const Dataset& data) {
  std::ostringstream text;
  text << data.inputs() << " inputs, " << data.classes << " outputs, " << data.train.size() << " + "
       << data.validation.size() << " + " << data.test.size() << " samples, split seed "
       << o.split_seed << ", scaling " << to_string(o.scaling);
  if (o.validation_from == ValidationFrom::test) text << ", validation of the test file";
  if (has_fixed_scaling(o)) text << ", inputs " << fixed_scaling_text(o);
  if (!o.class_order.empty()) text << ", classes " << o.class_order;
  if (o.label_offset != 0) text << ", label offset " << o.label_offset;
  if (form_of(o.set) == Form::documents) {
    text << ", weighting " << to_string(o.weighting) << ", document frequency "
         << o.vocabulary_min_df << " or more";
    if (o.vocabulary_max_terms > 0) text << ", the " << o.vocabulary_max_terms << " highest";
  }
  const bool csv = form_of(o.set) == Form::csv;
  if (csv || form_of(o.set) == Form::arff) text << ", label " << o.csv.label_column;
  if (csv) {
    text << ", delimiter " << to_string(o.csv.delimiter) << ", header " << to_string(o.csv.header);
  }
  if (!o.csv.leave_out.empty()) text << ", left out " << o.csv.leave_out;
  return text.str();
}

/// What the inputs of a given network are, and which label each of its outputs has.
void note_given_network(Dataset& data, const DataOptions& o, bool scaling_is_asked) {
  if (has_fixed_scaling(o)) {
    data.notes.push_back("the network's inputs are " + fixed_scaling_text(o) +
                         " (data.subtract, data.divide)");
  } else if (o.scaling != InputScaling::none) {
    data.notes.push_back(std::string("the network's inputs are scaled by ") + to_string(o.scaling) +
                         " (data.scaling)");
  } else if (form_of(o.set) == Form::documents) {
    data.notes.push_back(std::string("the network's inputs are terms weighted by ") +
                         to_string(o.weighting) + " (data.weighting)");
  } else {
    const bool pixels = form_of(o.set) == Form::idx || form_of(o.set) == Form::cifar;
    data.notes.push_back(std::string("the network's inputs are the values of the data") +
                         (pixels ? ", bytes / 255" : "") + ", not scaled" +
                         (scaling_is_asked ? " (data.scaling)"
                                           : ": data.subtract and data.divide, or data.scaling, "
                                             "scale them as in its training"));
  }
  if (form_of(o.set) != Form::generated) data.notes.push_back(labels_at_outputs(data));
}
}  // namespace

std::string labels_at_outputs(const Dataset& data) {
  constexpr std::size_t kMostShown = 16;
  std::vector<std::int64_t> counts(data.class_names.size());
  for (const Samples* part : {&data.train, &data.validation, &data.test}) {
    for (const std::int32_t label : part->labels) ++counts[static_cast<std::size_t>(label)];
  }
  std::string text = "labels and their outputs:";
  std::string missing;
  std::size_t shown_labels = 0;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    if (counts[k] == 0) {
      missing += (missing.empty() ? "" : ", ") + std::to_string(k);
    } else if (++shown_labels <= kMostShown) {
      text += (shown_labels == 1 ? " " : ", ") + data.class_names[k] + " -> " + std::to_string(k) +
              " (" + std::to_string(counts[k]) + ")";
    }
  }
  if (shown_labels > kMostShown) {
    text += ", and " + std::to_string(shown_labels - kMostShown) + " more";
  }
  for (auto k = static_cast<int>(counts.size()); k < data.classes; ++k) {
    missing += (missing.empty() ? "" : ", ") + std::to_string(k);
  }
  if (!missing.empty()) text += "; no sample belongs to output " + missing;
  if (!counts.empty() && counts[0] == 0 && data.class_names[0] == "0") {
    text += " (labels that count from 1 need data.label_offset = 1)";
  }
  return text;
}

namespace {
/// Without a given network no output has a number that labels could be.
void check_offset(const DataOptions& options) {
  if (options.label_offset == 0 || options.given_network.outputs > 0) return;
  throw UserError("data.label_offset", std::to_string(options.label_offset),
                  "needs a given network (network.file), whose outputs the labels number: without "
                  "one, classes are numbered in the order of their labels");
}
}  // namespace

std::vector<std::string> data_files(const DataOptions& options) {
  check(options);
  if (form_of(options.set) == Form::generated) return files_of_values(options);
  std::vector<std::string> files = in_order(paths_of(options));
  for (std::string& file : files_of_values(options)) files.push_back(std::move(file));
  return files;
}

Dataset load_dataset(const DataOptions& options, int threads) {
  expects(threads >= 1, "load_dataset needs a thread");
  check(options);
  check_offset(options);
  DataOptions filled = with_set_defaults(options);
  Dataset data =
      form_of(filled.set) == Form::generated ? generate(filled, threads) : read_files(filled);
  throw_if_interrupted();
  data.name = filled.set;
  const auto found = static_cast<int>(data.class_names.size());
  if (filled.classes > 0 && filled.classes < found) {
    throw UserError("data.classes", std::to_string(filled.classes),
                    "needs at least " + std::to_string(found) + ", the classes of " + data.source);
  }
  data.classes = std::max({found, filled.classes, filled.given_network.outputs});
  if (has_fixed_scaling(filled)) scale_by_fixed_numbers(data, filled);
  if (const std::vector<std::string> values = files_of_values(filled); !values.empty()) {
    std::string checksums = data.checksum;
    for (const std::string& path : values) checksums += sha256_of_file(path);
    data.checksum = sha256(checksums.data(), checksums.size());
  }
  data.recipe = recipe_of(filled, data);
  if (filled.given_network.outputs > 0) {
    note_given_network(data, filled, options.scaling != InputScaling::set_default);
  }
  const InputSelection selection = parse_input_selection(filled.inputs, "data.inputs");
  if (selection.rule == InputSelection::Rule::all) return data;
  return with_selected_inputs(data, selection, "data.inputs");
}

}  // namespace minerva
