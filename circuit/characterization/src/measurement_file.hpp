#pragma once
#include <string>
#include <vector>

#include "minerva/circuit/unit_measurement.hpp"

namespace minerva::circuit {

/// Measurements as JSON, their numbers in digits that read back to the same bits.
std::string measurements_to_json(const std::vector<UnitMeasurement>& all);
/// Throws UserError(where, ..) for a file that is none, or has not so many.
std::vector<UnitMeasurement> measurements_from_json(const std::string& text, std::size_t count,
                                                    const std::string& where);

}  // namespace minerva::circuit
