#include "minerva/data/load_dataset.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/data/digits.hpp"
#include "minerva/data/input_scaling.hpp"
#include "minerva/data/known_sets.hpp"
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
  if (options.set == "mnist") {
    paths.train_labels = found[1];
    paths.test = found[2];
    paths.test_labels = found[3];
  } else if (found.size() > 1) {
    paths.test = found[1];
  }
  return paths;
}

/// A user's file: as named, or in data.dir.
std::string find_own_file(const DataOptions& options, const char* key, const std::string& name) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (name.empty() || fs::is_regular_file(name, ignored)) return name;
  const fs::path inside = fs::path(options.dir) / name;
  if (!options.dir.empty() && fs::is_regular_file(inside, ignored)) return inside.string();
  throw UserError(key, name,
                  options.dir.empty()
                      ? "needs a file, and there is none of that name"
                      : "needs a file: there is none of that name, nor in " + options.dir);
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
    case Form::csv:
      data = load_csv_set(options, paths);
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
  if (data.train.inputs.is_sparse()) {
    text << ", weighting " << to_string(o.weighting) << ", document frequency "
         << o.vocabulary_min_df << " or more";
    if (o.vocabulary_max_terms > 0) text << ", the " << o.vocabulary_max_terms << " highest";
  }
  if (form_of(o.set) == Form::csv) {
    text << ", label " << o.csv.label_column << ", delimiter " << to_string(o.csv.delimiter)
         << ", header " << to_string(o.csv.header);
  }
  return text.str();
}
}  // namespace

std::vector<std::string> data_files(const DataOptions& options) {
  check(options);
  if (form_of(options.set) == Form::generated) return {};
  return in_order(paths_of(options));
}

Dataset load_dataset(const DataOptions& options, int threads) {
  expects(threads >= 1, "load_dataset needs a thread");
  check(options);
  const DataOptions filled = with_set_defaults(options);
  Dataset data =
      form_of(filled.set) == Form::generated ? generate(filled, threads) : read_files(filled);
  throw_if_interrupted();
  data.name = filled.set;
  const auto found = static_cast<int>(data.class_names.size());
  if (filled.classes > 0 && filled.classes < found) {
    throw UserError("data.classes", std::to_string(filled.classes),
                    "needs at least " + std::to_string(found) + ", the classes of " + data.source);
  }
  data.classes = std::max(found, filled.classes);
  data.recipe = recipe_of(filled, data);
  return data;
}

}  // namespace minerva
