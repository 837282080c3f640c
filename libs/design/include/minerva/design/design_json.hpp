#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/arithmetic/fault_word.hpp"
#include "minerva/design/counts.hpp"
#include "minerva/design/design_point.hpp"
#include "minerva/design/training_noise.hpp"
#include "minerva/design/weight_memory.hpp"
#include "minerva/network/quantization_plan.hpp"

namespace minerva {

// The files that pass from stage to stage. Every reader takes the text and the file's name, and
// throws UserError naming file and JSON path for malformed JSON, another schema, a missing, unknown
// or repeated member, a wrong type or a value out of range. Reading back gives equal structs.

/// plan.json: {"schema": "minerva-plan-2", "rounding": "half_up", "layers": [{"W": [2, 6], "X": [2,
/// 4], "P": [2, 7], "theta": 3}, ...]}; theta, a code of X, stands in every layer or in none. The
/// schema may be missing, and the plan.json of a dump (below) is read as a plan.
struct PlanFile {
  QuantizationPlan plan;
  std::vector<int> theta_codes;  ///< one a layer, or empty
};
std::string plan_to_json(const PlanFile& plan);
PlanFile plan_from_json(const std::string& text, const std::string& file);

/// thresholds.json: one value a layer, in the units of the activations.
std::string thresholds_to_json(const PruningThresholds& thresholds);
PruningThresholds thresholds_from_json(const std::string& text, const std::string& file);

/// noise.json: the runs, and derived from them mean, sigma and its 95 % interval in percentage
/// points. Derived numbers that do not follow from the runs are an error.
std::string noise_to_json(const TrainingNoise& noise);
TrainingNoise noise_from_json(const std::string& text, const std::string& file);

/// design_point.json, in the names of the dump's "point", with the clock period.
std::string design_point_to_json(const DesignPoint& point);
DesignPoint design_point_from_json(const std::string& text, const std::string& file);

/// faults.json: rate, masking, sign, detector, voltage of the weight SRAMs (0: nominal).
struct FaultSetting {
  Mitigation mitigation;
  SramPoint sram;
};
std::string faults_to_json(const FaultSetting& setting);
FaultSetting faults_from_json(const std::string& text, const std::string& file);

/// plan.json of a dump: the plan with the machine and what it counted.
struct DumpDescription {
  PlanFile plan;
  bool faults = false;  ///< whether `mitigation` was at work
  Mitigation mitigation;
  DesignPoint point;
  std::vector<std::vector<EventCounts>> counts;  ///< [layer][sample]
  std::vector<LayerCycles> cycles;               ///< [layer]
};
std::string dump_to_json(const DumpDescription& dump);

}  // namespace minerva
