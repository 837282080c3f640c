#include <optional>

#include "minerva/base/errors.hpp"
#include "minerva/data/bag_of_words.hpp"
#include "minerva/data/input_scaling.hpp"
#include "partition.hpp"
#include "set_loaders.hpp"

namespace minerva {
namespace {

LabelledFile labels_of(const Documents& documents) { return {documents.path, documents.labels, 1}; }

std::optional<Documents> read_optional(const std::string& path) {
  if (path.empty()) return std::nullopt;
  return read_documents(path);
}
}  // namespace

Dataset load_document_set(const DataOptions& options, const SetPaths& paths) {
  const Documents train = read_documents(paths.train);
  const std::optional<Documents> validation = read_optional(paths.validation);
  const std::optional<Documents> test = read_optional(paths.test);
  LabelledFiles files;
  files.train = labels_of(train);
  if (validation) files.validation = labels_of(*validation);
  if (test) files.test = labels_of(*test);
  Partition parts = partition(files, options, {});
  Dataset data;
  describe_parts(data, files, parts);
  const Vocabulary vocabulary = choose_vocabulary(train, parts.not_test, options.vocabulary_min_df,
                                                  options.vocabulary_max_terms);
  SparseInputs training = count_terms(train, parts.train.places, vocabulary, data.train_terms);
  SparseInputs validating = count_terms(validation ? *validation : train, parts.validation.places,
                                        vocabulary, data.validation_terms);
  SparseInputs testing =
      count_terms(test ? *test : train, parts.test.places, vocabulary, data.test_terms);
  weigh_terms(training, validating, testing, options.weighting, options.scaling);
  data.train = {SampleInputs(std::move(training)), std::move(parts.train.labels)};
  data.validation = {SampleInputs(std::move(validating)), std::move(parts.validation.labels)};
  data.test = {SampleInputs(std::move(testing)), std::move(parts.test.labels)};
  data.input_shape = TensorShape::vector(static_cast<int>(vocabulary.terms.size()));
  data.input_names = vocabulary.terms;
  return data;
}

}  // namespace minerva
