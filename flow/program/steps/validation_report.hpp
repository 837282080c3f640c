#pragma once
#include <optional>
#include <string>
#include <vector>

#include "json_output.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/circuit/validation.hpp"

namespace minerva::flow {

/// How far the model may be from the gates: in total, and in each part of more than
/// kPartOfTotal of it (the book's bound, Sec. 4.2).
inline constexpr double kValidationBound = 0.12;
inline constexpr double kPartOfTotal = 0.05;

/// The machine after a stage, in gates and in the model, on the same samples.
struct ValidatedStage {
  int number = 0;
  std::string name;
  std::string design;
  circuit::CoreFigures gates;
  std::optional<circuit::RoutedCoreFigures> routed;  ///< the same gates with the wires of a layout
  PpaFigures model;
  double model_path_ns = 0;  ///< of a stage of M, by the delays of the technology
  /// Flip-flops by the machine's structure; those of the gates are in `gates`.
  int control_flip_flops = 0, register_flip_flops = 0;
};

/// A part of one stage, or all parts that the model has.
struct ValidatedPart {
  std::string name;
  double gates_pj = 0, model_pj = 0;  ///< dynamic, of a prediction
  double routed_pj = 0;               ///< of the gates with the wires of a layout; 0 without one
  double gates_uw = 0, model_uw = 0;  ///< leakage
  double gates_um2 = 0, model_um2 = 0;
  bool modelled = true;
  bool counts = false;  ///< takes more than kPartOfTotal of the power in gates, or is the total

  double gates_power_uw(double time_ns) const { return gates_pj * 1e3 / time_ns + gates_uw; }
  double model_power_uw(double time_ns) const { return model_pj * 1e3 / time_ns + model_uw; }
};
/// All parts and, last, their sum.
std::vector<ValidatedPart> parts_of(const ValidatedStage& stage);

std::string validation_table(const std::vector<ValidatedStage>& stages);
std::string validation_csv(const std::vector<ValidatedStage>& stages);
Json validation_json(const std::vector<ValidatedStage>& stages);

}  // namespace minerva::flow
