#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "minerva/accelsim/verify_point.hpp"

namespace minerva {

/// Differences that verify_point finds for each point, in the order of the points, from `workers`
/// processes at once; see run_in_processes. `on_done`: after each point, in the caller.
std::vector<std::vector<std::string>> verify_points(
    const QuantizedGraph& network, const std::vector<DesignPoint>& points,
    const std::vector<std::vector<std::int16_t>>& inputs, SimulationModel model, int workers,
    const std::function<void()>& on_done = {});
std::vector<std::vector<std::string>> verify_points(
    const QuantizedNetwork& network, const std::vector<DesignPoint>& points,
    const std::vector<std::vector<std::int16_t>>& inputs, SimulationModel model, int workers,
    const std::function<void()>& on_done = {});

/// What a description without a trained network is verified with: codes spread over all magnitudes
/// of the formats, some of them 0, as a function of the seed.
QuantizedGraph random_network(const LayerGraph& graph, const QuantizationPlan& plan,
                              std::uint64_t seed);
/// Inputs of such a network, codes of the first layer's X.
std::vector<std::vector<std::int16_t>> random_inputs(const QuantizedGraph& network, int samples,
                                                     std::uint64_t seed);

}  // namespace minerva
