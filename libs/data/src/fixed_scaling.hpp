#pragma once
#include <Eigen/Core>
#include <string>
#include <vector>

#include "minerva/data/dataset.hpp"
#include "minerva/data/options.hpp"

namespace minerva {

/// Whether the user gives an offset or a divisor of the inputs.
/// Whether a value of data.subtract or data.divide is a list of numbers and no file: its first item
/// is a number.
bool is_number_list(const std::string& value);
bool has_fixed_scaling(const DataOptions& options);

/// Makes every input of the three parts (x - data.subtract) / data.divide, in single precision as
/// deep-learning frameworks do. Throws UserError naming the key or the file and line for what is no
/// finite number, a divisor of 0, a number of values that is neither one nor one an input, and an
/// input that single precision does not hold.
void scale_by_fixed_numbers(Dataset& data, const DataOptions& options);

/// "(x - 3.4) / 2", for descriptions.
std::string fixed_scaling_text(const DataOptions& options);

}  // namespace minerva
