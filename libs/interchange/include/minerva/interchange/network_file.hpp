#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "minerva/interchange/named_tensors.hpp"
#include "minerva/network/graph_network.hpp"
#include "minerva/network/network.hpp"

namespace minerva {

// Network files are safetensors: the length of the header (8 bytes, lowest first), a JSON header
// {"name": {"dtype", "shape", "data_offsets"}, ..}, then the data. Tensors: w0 (n_in, n_out), b0
// (n_out), w1, .. of dtype F32, row-major; of layer k, a convolution, w<k> is (filters, channels of
// a group, rows, columns). Ours also carry __metadata__: format "minerva-network-1", trained_by,
// the SHA-256 of the data, and, unless the network is a chain of dense layers, "network", which is
// the network on one line (docs/layers.md).

/// The bytes of a file of at most limits::kNetworkBytes, or of a pipe of at most
/// limits::kTextBytes. Throws UserError naming a file that cannot be read.
std::string read_network_bytes(const std::string& path);

/// The bytes of a network file.
std::string serialize_network(const GraphNetwork& network);
std::string serialize_network(const Network& network);
/// SHA-256 of the weights and biases as a network file stores them, without the rest of the file:
/// equal for equal networks.
std::string numbers_sha256(const GraphNetwork& network);
std::string numbers_sha256(const Network& network);
/// Whether bytes begin as a safetensors file does.
bool is_safetensors(std::string_view bytes);
/// Reads a network from the bytes of a safetensors file, this program's own or that of a different
/// tool, whose tensors network_of_tensors() accepts (dtype F32, F16, BF16, or F64, which is
/// rounded). `described` as for network_of_tensors; it must agree with what the file says. Throws
/// UserError naming the file `name` for everything that is wrong with it. Any
/// bytes are safe to read.
ImportedNetwork read_safetensors(std::string_view bytes, const std::string& name,
                                 WeightsLayout layout = WeightsLayout::automatic,
                                 const std::string& described = "");
/// Reads the network of a safetensors file. Throws UserError naming the file.
GraphNetwork read_network(const std::string& path);

}  // namespace minerva
