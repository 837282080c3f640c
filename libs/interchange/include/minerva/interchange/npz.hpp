#pragma once
#include <string>
#include <string_view>

#include "minerva/interchange/named_tensors.hpp"
#include "minerva/network/quantized_network.hpp"

namespace minerva {

/// Whether bytes begin as a zip archive does.
bool is_zip(std::string_view bytes);

/// Reads a network from the bytes of a .npz file, a zip archive of .npy arrays as numpy.savez and
/// savez_compressed write it, whose arrays network_of_tensors() accepts: w0, b0, w1, b1, .., or
/// arr_0, arr_1, .., or the names of a PyTorch state dict; float32, float16, or float64, which is
/// rounded. An array `network` of one text is the network on one line (docs/layers.md), as is
/// `described`; where both are given they must agree. Throws UserError naming the file `name`. Any
/// bytes are safe to read.
ImportedNetwork read_npz(std::string_view bytes, const std::string& name,
                         WeightsLayout layout = WeightsLayout::automatic,
                         const std::string& described = "");

/// The bytes of a .npz file of w0 (n_in, n_out), b0 (n_out), w1, .. as float32, not compressed; of
/// layer k, a convolution, w<k> is (filters, channels of a group, rows, columns), and a text
/// `network` describes a network that is no chain of dense layers. The same bytes for the same
/// network.
std::string npz_bytes(const GraphNetwork& network);
std::string npz_bytes(const Network& network);
/// w0 (n_in, n_out) int16 and b0 (n_out) int32, w1, ..: the stored codes of W and P, without
/// faults; of a convolution a row for each word of a window and a column for each filter, of a pool
/// nothing.
std::string npz_bytes(const QuantizedLayers& network);

}  // namespace minerva
