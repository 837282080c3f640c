#include "minerva/accelsim/bank_activity.hpp"

namespace minerva {

void add_bank_activity(const QuantizedLayer& layer, const std::vector<std::int32_t>& inputs,
                       BankActivity& activity) {
  const std::size_t banks = activity.kept_inputs.size();
  for (std::size_t j = 0; j < inputs.size(); ++j) {
    if (!layer.skips(inputs[j])) ++activity.kept_inputs[j % banks];
  }
}

}  // namespace minerva
