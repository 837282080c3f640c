#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "minerva/interchange/named_tensors.hpp"

namespace minerva {

/// The array of a .npy file of floating-point numbers (<f4, >f4, <f8, >f8, <f2, >f2), in C or
/// Fortran order, as a row-major tensor. Rounded numbers are reported in `notes`. Throws UserError
/// naming `file` and `name`. Format: numpy.lib.format, versions 1.0 to 3.0.
/// Of the first bytes of a file of `size` bytes, enough for its header: throws the UserError of
/// read_npy for a header that is none, or one whose array is of another size.
void check_npy_begin(std::string_view begin, std::uint64_t size, const std::string& file,
                     const std::string& name);
/// The text of a .npy file of one (numpy.str_ or numpy.bytes_) of ASCII characters on one line.
/// Throws UserError naming `file` and `name` for any other.
std::string read_npy_text(std::string_view bytes, const std::string& file, const std::string& name);
NamedTensor read_npy(std::string_view bytes, const std::string& file, const std::string& name,
                     std::vector<std::string>& notes);

}  // namespace minerva
