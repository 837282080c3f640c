#pragma once
#include "minerva/network/quantization_plan.hpp"

namespace minerva {

/// The plan with weights of `weight_bits` and inputs of `activation_bits` (2 to 16), for what a
/// network would be in words of other widths than its plan's. A search of formats that began at
/// `start` for every signal lies between: at the plan's own widths the formats are its own, at
/// those of `start` they are `start`, and integer bits change evenly in between. Narrower words
/// keep the plan's integer bits, as far as they fit. Products follow the sum of both widths in the
/// same way; below the plan's they lose half of what their factors do.
QuantizationPlan requantized_plan(const QuantizationPlan& plan, QFormat start, int weight_bits,
                                  int activation_bits);

}  // namespace minerva
