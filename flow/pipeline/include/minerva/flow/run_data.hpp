#pragma once
#include <string>
#include <vector>

#include "minerva/data/dataset.hpp"
#include "minerva/flow/run_config.hpp"
#include "minerva/network/graph_network.hpp"

namespace minerva::flow {

/// Names the digest of the training samples among what a stage's result depends on.
inline constexpr const char* kTrainingSamplesPart = "the training samples";

/// What the data need to know of a network that network.file names.
struct GivenNetworkFacts {
  GivenNetwork widths;
  std::string trained_by;  ///< as the file says; empty: it does not
};

GivenNetworkFacts facts_of(const GraphNetwork& network);

/// The data of a run.
struct RunData {
  Dataset set;
  /// Of a given network: it was trained on these very samples, so that its inputs, its classes and
  /// the samples that it has not seen are known.
  bool trained_on_these = false;
};

/// Which parts somebody looks at.
struct LookedAt {
  bool validation = false;
  bool test = false;
};

/// What is to be said of the parts looked at when a given network may have been trained on them,
/// since they were held out of the training file; empty: nothing.
std::string warning_of_held_out(const RunData& data, const DataOptions& options, LookedAt parts);

/// Loads the data of a run. With a given network (`given` not null) nothing is scaled by default
/// and labels that are whole numbers are numbers of outputs. But a network that this program has
/// trained, with the record of its run beside its file, gets inputs and classes as in its training
/// when the training samples are the same. Throws UserError naming data.scaling for one that this
/// program has trained on other samples of a set that is scaled by default.
RunData load_run_data(const RunConfig& config, const GivenNetworkFacts* given, int threads);

/// Throws UserError naming `where` for a network whose inputs or outputs do not fit a set: their
/// numbers, and the shape of the input where both are images.
void check_fits(const LayerGraph& network, const Dataset& set, const std::string& where);

/// The digest of samples by which questions name them.
std::string digest_of(const Samples& samples);

}  // namespace minerva::flow
