#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "minerva/interchange/named_tensors.hpp"

namespace minerva {

/// The array of a .npy file of floating-point numbers (<f4, >f4, <f8, >f8, <f2, >f2), in C or
/// Fortran order, as a row-major tensor. Rounded numbers are reported in `notes`. Throws UserError
/// naming `file` and `name`. Format: numpy.lib.format, versions 1.0 to 3.0.
NamedTensor read_npy(std::string_view bytes, const std::string& file, const std::string& name,
                     std::vector<std::string>& notes);

}  // namespace minerva
