#pragma once
#include <string>

#include "minerva/nn/network.hpp"

namespace minerva {

// Network files are safetensors: the length of the header (8 bytes, lowest first), a JSON header
// {"name": {"dtype", "shape", "data_offsets"}, ..}, then the data. Tensors: w0 (n_in, n_out), b0
// (n_out), w1, .. of dtype F32, row-major. Ours also carry __metadata__: format
// "minerva-network-1", trained_by, and the SHA-256 of the data.

/// The bytes of a network file.
std::string serialize_network(const Network& network);
/// Reads a network file, ours or a foreign one without our metadata. Throws UserError naming the
/// file for everything that is wrong with it.
Network read_network(const std::string& path);

}  // namespace minerva
