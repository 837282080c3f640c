#include "minerva/interchange/npz.hpp"

#include <utility>

#include "layer_dispatch.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/limits.hpp"
#include "minerva/base/text.hpp"
#include "minerva/interchange/network_file.hpp"
#include "minerva/interchange/npy.hpp"
#include "minerva/network/graph_text.hpp"
#include "named_tensors/raw_layers.hpp"
#include "npz/npy_array.hpp"
#include "npz/zip_archive.hpp"

namespace minerva {
namespace {

constexpr std::size_t kMostMembers = limits::kTensors;

/// Archives of other tools that are zip files as well.
void refuse_other_archives(std::string_view bytes, const std::string& file) {
  for (const std::string& name : zip_names(bytes, file, kMostMembers)) {
    if (ends_with(name, "data.pkl")) {
      throw UserError(file, "", std::string("is a PyTorch pickle: needs ") + kFromTorch);
    }
    if (ends_with(name, "model.weights.h5")) {
      throw UserError(file, "",
                      "is a Keras archive: needs numpy.savez(PATH, *model.get_weights())");
    }
  }
}

}  // namespace

bool is_zip(std::string_view bytes) {
  return bytes.substr(0, 4) == std::string_view("PK\x03\x04", 4) ||
         bytes.substr(0, 4) == std::string_view("PK\x05\x06", 4);
}

ImportedNetwork read_npz(std::string_view bytes, const std::string& name, WeightsLayout layout,
                         const std::string& described) {
  if (!is_zip(bytes)) throw UserError(name, "", "is no zip archive, which a .npz file is");
  refuse_other_archives(bytes, name);
  std::vector<NamedTensor> tensors;
  std::vector<std::string> notes;
  std::string own_text;
  const auto array_of = [&](const std::string& member) {
    if (!ends_with(member, ".npy")) {
      throw UserError(name, printable(member), "is no .npy array: needs those alone");
    }
    return member.substr(0, member.size() - 4);
  };
  const auto check_begin = [&](const std::string& member, std::string_view begin,
                               std::uint64_t size) {
    const std::string array = array_of(member);
    if (array == kNetworkText) {
      throw UserError(name, array, "is longer than a network on one line can be");
    }
    if (!is_batch_counter(array)) check_npy_begin(begin, size, name, array);
  };
  for (const ZipMember& member :
       read_zip(bytes, name, kMostMembers, limits::kUnpackedBytes, check_begin)) {
    const std::string array = array_of(member.name);
    if (is_batch_counter(array)) {
      notes.push_back(batch_counter_note(array));
      continue;
    }
    if (array == kNetworkText) {
      own_text = read_npy_text(member.bytes, name, array);
      continue;
    }
    tensors.push_back(read_npy(member.bytes, name, array, notes));
  }
  const std::string text = agreed_text(own_text, described, name);
  ImportedNetwork imported = network_of_tensors(std::move(tensors), name, layout, text);
  imported.format = "npz";
  imported.notes.insert(imported.notes.begin(), notes.begin(), notes.end());
  assume_classifier(imported, text);
  return imported;
}

std::string npz_bytes(const Network& network) {
  check_network(network, "network");
  return npz_bytes(graph_network(network));
}

std::string npz_bytes(const GraphNetwork& network) {
  check_graph_network(network, "network");
  std::vector<ZipMember> members;
  if (!network.graph.is_dense_chain()) {
    members.push_back({std::string(kNetworkText) + ".npy", npy_text(to_string(network.graph))});
  }
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    const GraphLayer& layer = network.graph.layer(static_cast<int>(k));
    for (const LayerTensor& tensor : layer_tensors(layer, network.layers[k], k)) {
      members.push_back({tensor.name + ".npy",
                         npy_bytes(tensor.values, {tensor.shape.begin(), tensor.shape.end()})});
    }
  }
  return zip_bytes(members);
}

std::string npz_bytes(const QuantizedLayers& network) {
  std::vector<ZipMember> members;
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    if (network.layers[k].weights.empty()) continue;
    for (ZipMember& member : code_arrays(network.layers[k], k)) {
      members.push_back(std::move(member));
    }
  }
  return zip_bytes(members);
}

}  // namespace minerva
