#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace minerva {

/// The bytes of a NumPy .npy file of format 1.0 (numpy.lib.format, "Format Version 1.0"): little-
/// endian, in C order, so that the last index runs fastest. `values` has as many elements as the
/// product of `shape`.
std::string npy_bytes(const std::vector<std::int16_t>& values,
                      const std::vector<std::size_t>& shape);
std::string npy_bytes(const std::vector<std::int32_t>& values,
                      const std::vector<std::size_t>& shape);
std::string npy_bytes(const std::vector<std::int64_t>& values,
                      const std::vector<std::size_t>& shape);
std::string npy_bytes(const std::vector<std::uint16_t>& values,
                      const std::vector<std::size_t>& shape);
std::string npy_bytes(const std::vector<float>& values, const std::vector<std::size_t>& shape);
/// One text of ASCII characters, as numpy.savez(PATH, network="..") stores it.
std::string npy_text(const std::string& text);

}  // namespace minerva
