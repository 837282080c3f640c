#include <algorithm>
#include <optional>

#include "fixed_scaling.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/data/input_scaling.hpp"
#include "minerva/data/libsvm.hpp"
#include "minerva/network/topology.hpp"
#include "partition.hpp"
#include "set_loaders.hpp"

namespace minerva {
namespace {
constexpr std::size_t kSparseBelow = 4;  // one value in so many is stored, or fewer

std::optional<LibsvmFile> read_if_named(const std::string& path) {
  if (path.empty()) return std::nullopt;
  return read_libsvm(path);
}

LabelledFile labels_of(const LibsvmFile& file) { return {file.path, file.labels, 0, file.lines}; }

/// How the indices of all files become inputs.
struct Inputs {
  int count = 0;
  std::int32_t first_index = 1;
};

/// Refuses an index beyond the inputs of a given network.
void check_indices(const LibsvmFile& file, const Inputs& inputs) {
  for (std::size_t s = 0; s < file.size(); ++s) {
    if (file.begins[s] == file.begins[s + 1]) continue;
    const std::int32_t largest = file.indices[file.begins[s + 1] - 1];
    if (largest - inputs.first_index < inputs.count) continue;
    throw UserError(file.path + ":" + std::to_string(file.lines[s]), std::to_string(largest),
                    "needs indices of " + std::to_string(inputs.first_index) + " to " +
                        std::to_string(inputs.count - 1 + inputs.first_index) + ", the " +
                        std::to_string(inputs.count) + " inputs of the given network");
  }
}

Inputs inputs_of(const std::vector<const LibsvmFile*>& files, const DataOptions& options) {
  Inputs inputs;
  std::int32_t largest = 0;
  for (const LibsvmFile* file : files) {
    if (!file->indices.empty() && file->least_index == 0) inputs.first_index = 0;
    largest = std::max(largest, file->largest_index);
  }
  inputs.count = options.given_network.inputs;
  if (inputs.count > 0) {
    for (const LibsvmFile* file : files) check_indices(*file, inputs);
    return inputs;
  }
  inputs.count = largest + 1 - inputs.first_index;
  if (inputs.count < 1 || inputs.count > kMaxLayerWidth) {
    throw UserError(files.front()->path, std::to_string(inputs.count) + " inputs",
                    "needs 1 to " + std::to_string(kMaxLayerWidth));
  }
  return inputs;
}

Samples dense_samples(const LibsvmFile& file, const ChosenSamples& chosen, const Inputs& inputs) {
  Eigen::MatrixXf values =
      Eigen::MatrixXf::Zero(inputs.count, static_cast<Eigen::Index>(chosen.places.size()));
  for (std::size_t i = 0; i < chosen.places.size(); ++i) {
    const std::size_t sample = chosen.places[i];
    for (std::size_t k = file.begins[sample]; k < file.begins[sample + 1]; ++k) {
      values(file.indices[k] - inputs.first_index, static_cast<Eigen::Index>(i)) = file.values[k];
    }
  }
  return {std::move(values), chosen.labels};
}

Samples sparse_samples(const LibsvmFile& file, const ChosenSamples& chosen, const Inputs& inputs) {
  std::vector<std::int32_t> starts{0};
  std::vector<std::int32_t> rows;
  std::vector<float> values;
  for (const std::size_t sample : chosen.places) {
    for (std::size_t k = file.begins[sample]; k < file.begins[sample + 1]; ++k) {
      if (file.values[k] == 0) continue;
      rows.push_back(file.indices[k] - inputs.first_index);
      values.push_back(file.values[k]);
    }
    starts.push_back(static_cast<std::int32_t>(rows.size()));
  }
  SparseInputs matrix = Eigen::Map<const SparseInputs>(
      inputs.count, static_cast<Eigen::Index>(chosen.places.size()),
      static_cast<Eigen::Index>(rows.size()), starts.data(), rows.data(), values.data());
  return {SampleInputs(std::move(matrix)), chosen.labels};
}

bool is_sparse(const LibsvmFile& train, const Inputs& inputs, const DataOptions& options) {
  const std::size_t all = train.size() * static_cast<std::size_t>(inputs.count);
  return options.scaling == InputScaling::none && !has_fixed_scaling(options) &&
         train.values.size() < all / kSparseBelow;
}

}  // namespace

Dataset load_libsvm_set(const DataOptions& options, const SetPaths& paths) {
  const LibsvmFile train = read_libsvm(paths.train);
  const std::optional<LibsvmFile> validation = read_if_named(paths.validation);
  const std::optional<LibsvmFile> test = read_if_named(paths.test);
  LabelledFiles labels;
  labels.train = labels_of(train);
  std::vector<const LibsvmFile*> files = {&train};
  if (validation) {
    labels.validation = labels_of(*validation);
    files.push_back(&*validation);
  }
  if (test) {
    labels.test = labels_of(*test);
    files.push_back(&*test);
  }
  const Inputs inputs = inputs_of(files, options);
  const Partition parts = partition(labels, options, {});
  Dataset data;
  describe_parts(data, labels, parts);
  const bool sparse = is_sparse(train, inputs, options);
  const auto select = sparse ? sparse_samples : dense_samples;
  data.train = select(train, parts.train, inputs);
  data.validation = select(validation ? *validation : train, parts.validation, inputs);
  data.test = select(test ? *test : train, parts.test, inputs);
  if (!sparse) {
    scale_inputs(data.train.inputs.dense(), data.validation.inputs.dense(),
                 data.test.inputs.dense(), options.scaling);
  }
  data.input_shape = TensorShape::vector(inputs.count);
  data.notes.push_back(train.path + ": indices count from " + std::to_string(inputs.first_index) +
                       ", inputs are stored " + (sparse ? "sparse" : "dense"));
  return data;
}

}  // namespace minerva
