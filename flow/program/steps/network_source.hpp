#pragma once
#include <optional>
#include <string>
#include <vector>

#include "command.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/interchange/named_tensors.hpp"
#include "minerva/network/graph_network.hpp"

namespace minerva::flow {

/// What an export starts from. Data are not needed; the technology is for the codes of a run alone,
/// whose multiplier stages depend on it.
struct NetworkSource {
  GraphNetwork network;
  std::string network_file;
  std::optional<QuantizationPlan> plan;
  PruningThresholds thresholds;  ///< empty: none
  std::optional<FaultSetting> faults;
  DesignPoint point;
  std::string point_from;  ///< the file, or what it was taken for
};

/// From the folder of a run, where the call names one, with the files that the call or the run's
/// config name in place of the run's own.
NetworkSource read_network_source(const CommandCall& call, const std::string& run);

/// Words of the input, then of what each layer writes.
std::vector<int> tensor_sizes(const LayerGraph& graph);

}  // namespace minerva::flow
