#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/accelsim/simulate.hpp"
#include "minerva/design/design_point.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "minerva/network/quantized_network.hpp"

namespace minerva {

/// Cycles of every layer for each batch of inputs (codes of the first layer's X), by the closed
/// form from what the integer reference keeps: [batch][layer]. They are those of the first one,
/// unless the machine reads ahead, or the last batch is smaller.
std::vector<std::vector<LayerCycles>> cycles_of_each(
    const QuantizedGraph& network, const DesignPoint& point,
    const std::vector<std::vector<std::int16_t>>& inputs);

/// Runs the SystemC model on every input (codes of the first layer's X) and holds it against the
/// closed form (cycles by cause, every count, accesses of every memory bank) and the integer
/// reference (inputs of every layer, every accumulator, the class). Returns one line a difference;
/// empty: equal in every bit and cycle. Not thread-safe: SystemC.
std::vector<std::string> verify_point(const QuantizedGraph& network, const DesignPoint& point,
                                      const std::vector<std::vector<std::int16_t>>& inputs,
                                      SimulationModel model = SimulationModel::stage_processes);
std::vector<std::string> verify_point(const QuantizedNetwork& network, const DesignPoint& point,
                                      const std::vector<std::vector<std::int16_t>>& inputs,
                                      SimulationModel model = SimulationModel::stage_processes);

/// The same for a simulation that was run before, on the same network, point and inputs.
std::vector<std::string> verify_result(const QuantizedGraph& network, const DesignPoint& point,
                                       const std::vector<std::vector<std::int16_t>>& inputs,
                                       const SimulationResult& simulated);
std::vector<std::string> verify_result(const QuantizedNetwork& network, const DesignPoint& point,
                                       const std::vector<std::vector<std::int16_t>>& inputs,
                                       const SimulationResult& simulated);

}  // namespace minerva
