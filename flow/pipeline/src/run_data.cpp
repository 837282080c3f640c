#include "minerva/flow/run_data.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/data/load_dataset.hpp"
#include "minerva/data/samples_key.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/report/stage_record.hpp"
#include "minerva/run/run_directory.hpp"

namespace minerva::flow {
namespace {

/// What the record of the run beside a network file says that the network was trained on.
struct TrainedOn {
  std::string record;  ///< path of the record
  std::string digest;  ///< of the training samples
};

/// Nothing: no run lies beside the file, or its record is of another file.
std::optional<TrainedOn> trained_on(const RunConfig& config, const std::string& network_file) {
  namespace fs = std::filesystem;
  const fs::path file(network_file);
  for (const StageDefinition& stage : config.stages()) {
    const fs::path record_path = file.parent_path() / RunDirectory::kRecords / (stage.id + ".json");
    std::error_code ignored;
    if (!fs::is_regular_file(record_path, ignored)) continue;
    StageRecord record;
    try {
      record = stage_record_from_json(read_file(record_path.string()), record_path.string(),
                                      config.reports());
    } catch (const UserError&) {
      continue;  // a damaged record says nothing
    }
    const auto wrote = std::find_if(
        record.files.begin(), record.files.end(),
        [&](const RecordedFile& written) { return written.name == file.filename().string(); });
    const auto samples =
        std::find_if(record.question.begin(), record.question.end(),
                     [](const QuestionPart& part) { return part.name == kTrainingSamplesPart; });
    if (wrote == record.files.end() || samples == record.question.end()) continue;
    if (wrote->sha256 != sha256_of_file(network_file)) continue;
    return TrainedOn{record_path.string(), samples->value};
  }
  return std::nullopt;
}

bool scaling_is_open(const DataOptions& data) {
  return data.scaling == InputScaling::set_default && data.subtract.empty() &&
         data.divide.empty() && fits_scaling_by_default(data.set);
}

/// The data as the network's own training had them; nothing when these are others.
std::optional<Dataset> data_of_training(const DataOptions& data, const TrainedOn& training,
                                        int threads) {
  DataOptions as_trained = data;
  as_trained.label_offset = 0;  // classes were numbered in the order of their labels
  try {
    Dataset set = load_dataset(as_trained, threads);
    if (digest_of(set.train) != training.digest) return std::nullopt;
    if (data.label_offset != 0 && set.class_names.front() != std::to_string(data.label_offset)) {
      return std::nullopt;
    }
    return set;
  } catch (const UserError&) {
    return std::nullopt;  // the mistake is told of the data as they are for any network
  }
}

[[noreturn]] void refuse_open_scaling(const std::string& network_file,
                                      const std::optional<TrainedOn>& training) {
  throw UserError(
      "data.scaling", "default",
      "needs none, minmax or standard, or data.subtract and data.divide: " + network_file +
          (training ? " was trained by this program on other training samples than these, as " +
                          training->record + " says"
                    : " was trained by this program, and no record of its run lies beside it") +
          "; its inputs may have been scaled");
}

}  // namespace

GivenNetworkFacts facts_of(const GraphNetwork& network) {
  return {{network.graph.inputs(), network.graph.outputs()}, network.trained_by};
}

void check_fits(const LayerGraph& network, const Dataset& set, const std::string& where) {
  if (network.inputs() != set.inputs() || network.outputs() < set.classes) {
    throw UserError(where, network_text(network),
                    "data set " + set.name + " needs " + std::to_string(set.inputs()) +
                        " inputs and " + std::to_string(set.classes) + " outputs");
  }
  // Fully connected layers and samples without a shape take the words as they come.
  if (network.is_dense_chain() || network.input().is_vector() || set.input_shape.size() == 0 ||
      set.input_shape.is_vector() || network.input() == set.input_shape) {
    return;
  }
  throw UserError(where, network_text(network),
                  "data set " + set.name + " needs an input of " + to_string(set.input_shape) +
                      " (rows, columns, channels)");
}

std::string digest_of(const Samples& samples) {
  const std::string key = samples_key(samples);
  return sha256(key.data(), key.size());
}

RunData load_run_data(const RunConfig& config, const GivenNetworkFacts* given, int threads) {
  const RunOptions& options = config.options();
  RunData data;
  if (given == nullptr) {
    data.set = load_dataset(options.data, threads);
    return data;
  }
  const std::optional<TrainedOn> training = trained_on(config, options.network_file);
  if (training) {
    if (auto set = data_of_training(options.data, *training, threads)) {
      data.set = std::move(*set);
      data.trained_on_these = true;
      data.set.notes.push_back("inputs and classes are those of the network's training: " +
                               training->record + " says that it was trained on these samples");
      data.set.notes.push_back(labels_at_outputs(data.set));
      return data;
    }
  }
  if (scaling_is_open(options.data) && given->trained_by.rfind("minerva ", 0) == 0) {
    refuse_open_scaling(options.network_file, training);
  }
  DataOptions of_network = options.data;
  of_network.given_network = given->widths;
  data.set = load_dataset(of_network, threads);
  return data;
}

std::string warning_of_held_out(const RunData& data, const DataOptions& options, LookedAt parts) {
  parts.validation = parts.validation && data.set.validation_held_out;
  parts.test = parts.test && data.set.test_held_out;
  if (data.trained_on_these || !(parts.validation || parts.test)) return "";
  const std::string both = parts.validation && parts.test ? " and " : "";
  return "the " + std::string(parts.validation ? "validation" : "") + both +
         (parts.test ? "test" : "") + " samples are held out of " +
         (options.train_file.empty() ? "the training file of " + options.set : options.train_file) +
         ", which the given network may have been trained on: its error there is then too low; "
         "data.validation_file and data.test_file name samples that it has not seen";
}

}  // namespace minerva::flow
