#pragma once
#include <string>
#include <string_view>

#include "minerva/interchange/named_tensors.hpp"

namespace minerva {

/// A network from the bytes of a safetensors, npz or ONNX file. The content says which it is; the
/// extension of `name` is asked only where the content says nothing. Throws UserError naming the
/// file `name` for everything that is wrong with it; any bytes are safe to read.
ImportedNetwork import_network_bytes(std::string_view bytes, const std::string& name,
                                     WeightsLayout layout = WeightsLayout::automatic);
/// The same from a file of at most kMaxNetworkFileBytes.
ImportedNetwork import_network(const std::string& path,
                               WeightsLayout layout = WeightsLayout::automatic);

}  // namespace minerva
