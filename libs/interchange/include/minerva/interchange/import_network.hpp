#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "minerva/interchange/named_tensors.hpp"

namespace minerva {

/// Reads a network from the bytes of a safetensors, npz or ONNX file. The content decides which of
/// them it is, and the extension of `name` decides only where the content does not. `described`:
/// the network on one line (docs/layers.md), which files of filters need that do not say it
/// themselves, and with which all others must agree; empty: not given. Throws UserError naming the
/// file `name` for everything that is wrong with it, and for an ONNX model that keeps its weights
/// in files beside it. Any bytes are safe to read.
ImportedNetwork import_network_bytes(std::string_view bytes, const std::string& name,
                                     WeightsLayout layout = WeightsLayout::automatic,
                                     const std::string& described = "");
/// Reads a network from a file of at most limits::kNetworkBytes, together with the files beside it
/// that an ONNX model keeps its weights in.
ImportedNetwork import_network(const std::string& path,
                               WeightsLayout layout = WeightsLayout::automatic,
                               const std::string& described = "");
/// The network as a chain of fully connected layers, for what runs no other. Throws UserError
/// naming `file` and the first layer that is none.
Network fully_connected(const GraphNetwork& network, const std::string& file);
/// The paths of those files beside the network file, in the order of their names; none for other
/// formats. Throws UserError naming the file.
std::vector<std::string> files_beside_network(const std::string& path);

}  // namespace minerva
