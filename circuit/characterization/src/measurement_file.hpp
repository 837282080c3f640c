#pragma once
#include <string>

#include "minerva/circuit/unit_measurement.hpp"

namespace minerva::circuit {

/// A measurement as JSON, its numbers in digits that read back to the same bits.
std::string measurement_to_json(const UnitMeasurement& figures);
/// Throws UserError(where, ..) for a file that is none.
UnitMeasurement measurement_from_json(const std::string& text, const std::string& where);

}  // namespace minerva::circuit
