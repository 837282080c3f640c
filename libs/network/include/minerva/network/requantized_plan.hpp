#pragma once
#include "minerva/network/quantization_plan.hpp"

namespace minerva {

/// The plan with weights of `weight_bits` and inputs of `activation_bits` (2 to 16), for what a
/// network would be in words of other widths than its plan's. A search of formats that began at
/// `start` for every signal lies between: at the plan's own widths the formats are its own, and at
/// those of `start` and wider ones they have its integer bits. All others keep the plan's integer
/// bits, as far as they fit: these follow from the range of the values, to which any search comes,
/// and a bit above that range would be one that never moves. Bits of products follow the sum of both
/// widths evenly; below the plan's they lose half of what their factors do.
QuantizationPlan requantized_plan(const QuantizationPlan& plan, QFormat start, int weight_bits,
                                  int activation_bits);

}  // namespace minerva
