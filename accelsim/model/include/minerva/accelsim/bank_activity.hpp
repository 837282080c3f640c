#pragma once
#include <cstdint>
#include <vector>

#include "minerva/design/bank_counts.hpp"
#include "minerva/network/quantized_network.hpp"

namespace minerva {

/// Adds what one sample's inputs of a layer (codes of X) did in each weight bank of a lane;
/// activity.kept_inputs has an entry for each of the lane's banks.
void add_bank_activity(const QuantizedLayer& layer, const std::vector<std::int32_t>& inputs,
                       BankActivity& activity);

}  // namespace minerva
