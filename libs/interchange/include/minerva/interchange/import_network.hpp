#pragma once
#include <string>
#include <string_view>

#include "minerva/interchange/named_tensors.hpp"

namespace minerva {

/// Reads a network from the bytes of a safetensors, npz or ONNX file. The content decides which of
/// them it is, and the extension of `name` decides only where the content does not. Throws
/// UserError naming the file `name` for everything that is wrong with it. Any bytes are safe to
/// read.
ImportedNetwork import_network_bytes(std::string_view bytes, const std::string& name,
                                     WeightsLayout layout = WeightsLayout::automatic);
/// Reads a network from a file of at most limits::kNetworkBytes.
ImportedNetwork import_network(const std::string& path,
                               WeightsLayout layout = WeightsLayout::automatic);

}  // namespace minerva
