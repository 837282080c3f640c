#include "minerva/interchange/import_network.hpp"

#include <optional>

#include "minerva/base/errors.hpp"
#include "minerva/interchange/network_file.hpp"
#include "minerva/interchange/npz.hpp"
#include "minerva/interchange/onnx.hpp"
#include "minerva/network/graph_text.hpp"
#include "named_tensors/raw_layers.hpp"

namespace minerva {
namespace {

bool begins(std::string_view bytes, std::string_view start) {
  return bytes.substr(0, start.size()) == start;
}

bool has_extension(const std::string& name, const std::string& extension) {
  return name.size() > extension.size() &&
         name.compare(name.size() - extension.size(), extension.size(), extension) == 0;
}

}  // namespace

namespace {

/// Files of Python that torch.save wrote, or others, and that are no zip archives.
void refuse_pickles(std::string_view bytes, const std::string& name) {
  // torch.save before PyTorch 1.6: a pickle of the number 0x1950a86a20f9469cfc6c comes first.
  constexpr std::string_view kTorchNumber("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 12);
  if (!begins(bytes, "\x80") || bytes.size() < 2 + kTorchNumber.size()) return;
  if (bytes.substr(2, kTorchNumber.size()) == kTorchNumber) {
    throw UserError(name, "",
                    std::string("is a pickle of torch.save, in the form of PyTorch before 1.6: "
                                "needs torch.load in Python, then ") +
                        kFromTorch);
  }
  if (bytes[1] >= 2 && bytes[1] <= 5 && bytes[2] != 0) {
    throw UserError(name, "",
                    "is a pickle of Python: needs numpy.savez(PATH, w0=.., b0=.., w1=..), "
                    "safetensors or ONNX");
  }
}

/// A graph says what it is: `described` is held against it.
ImportedNetwork read_described_onnx(std::string_view bytes, const std::string& name,
                                    const std::string& described,
                                    const std::optional<std::string>& folder) {
  ImportedNetwork imported = read_onnx(bytes, name, folder);
  if (described.empty()) return imported;
  const std::string found = to_string(imported.network.graph);
  if (to_string(parse_layer_graph(described, "network")) != found) {
    throw UserError(name, found, "is the network of the file, which is described as " + described);
  }
  return imported;
}

ImportedNetwork read_any(std::string_view bytes, const std::string& name, WeightsLayout layout,
                         const std::string& described, const std::optional<std::string>& folder) {
  if (is_zip(bytes)) return read_npz(bytes, name, layout, described);
  if (is_safetensors(bytes)) return read_safetensors(bytes, name, layout, described);
  if (begins(bytes, "\x89HDF")) {
    throw UserError(name, "",
                    "is an HDF5 file, of Keras perhaps: needs numpy.savez(PATH, "
                    "*model.get_weights()), or ONNX");
  }
  if (begins(bytes, "\x93NUMPY")) {
    throw UserError(name, "", "is a single .npy array: needs a .npz file with w0, b0, w1, b1, ..");
  }
  refuse_pickles(bytes, name);
  if (is_onnx(bytes)) return read_described_onnx(bytes, name, described, folder);
  // A damaged file of a known name gets the message of its own reader.
  if (has_extension(name, ".safetensors")) return read_safetensors(bytes, name, layout, described);
  if (has_extension(name, ".npz")) return read_npz(bytes, name, layout, described);
  if (has_extension(name, ".onnx")) return read_described_onnx(bytes, name, described, folder);
  throw UserError(name, "", "is no network file: needs safetensors, npz or ONNX");
}

/// The folder of a file, as its path names it.
std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash == 0 ? 1 : slash);
}

}  // namespace

ImportedNetwork import_network_bytes(std::string_view bytes, const std::string& name,
                                     WeightsLayout layout, const std::string& described) {
  return read_any(bytes, name, layout, described, std::nullopt);
}

ImportedNetwork import_network(const std::string& path, WeightsLayout layout,
                               const std::string& described) {
  const std::string bytes = read_network_bytes(path);
  return read_any(bytes, path, layout, described, folder_of(path));
}

Network fully_connected(const GraphNetwork& network, const std::string& file) {
  const LayerGraph& graph = network.graph;
  for (int k = 0; k < graph.layers(); ++k) {
    const GraphLayer& layer = graph.layer(k);
    const bool last = k + 1 == graph.layers();
    if (layer.kind == GraphLayerKind::dense && layer.reads == k && !layer.added &&
        layer.relu != last) {
      continue;
    }
    throw UserError(file, to_string(graph),
                    "has " + layer_name(layer, k) +
                        ": this needs fully connected layers in a chain, with ReLU between them");
  }
  Network chain = chain_network(network);
  // A network file knows no more than the words of its input.
  if (graph.input().is_vector()) chain.input = {};
  return chain;
}

std::vector<std::string> files_beside_network(const std::string& path) {
  const std::string bytes = read_network_bytes(path);
  if (is_zip(bytes) || is_safetensors(bytes) || !is_onnx(bytes)) return {};
  return onnx_external_files(bytes, path, folder_of(path));
}

}  // namespace minerva
