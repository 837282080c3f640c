#include <cstring>

#include "fuzz_check.hpp"
#include "minerva/data/network_file.hpp"

namespace minerva::fuzz {
namespace {

bool same_bits(const Network& a, const Network& b) {
  if (a.layers.size() != b.layers.size() || a.trained_by != b.trained_by) return false;
  for (std::size_t k = 0; k < a.layers.size(); ++k) {
    const DenseLayer& x = a.layers[k];
    const DenseLayer& y = b.layers[k];
    if (x.weights.rows() != y.weights.rows() || x.weights.cols() != y.weights.cols() ||
        x.biases.size() != y.biases.size()) {
      return false;
    }
    const auto bytes = [](Eigen::Index count) {
      return sizeof(float) * static_cast<std::size_t>(count);
    };
    if (std::memcmp(x.weights.data(), y.weights.data(), bytes(x.weights.size())) != 0 ||
        std::memcmp(x.biases.data(), y.biases.data(), bytes(x.biases.size())) != 0) {
      return false;
    }
  }
  return true;
}

}  // namespace
}  // namespace minerva::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace minerva;
  const fuzz::MemoryFile file(fuzz::text_of(data, size));
  Network network;
  if (!fuzz::accepts([&] { network = read_network(file.path()); })) return 0;
  for (const DenseLayer& layer : network.layers) {
    fuzz::require(layer.weights.allFinite() && layer.biases.allFinite(), "finite weights");
  }
  const fuzz::MemoryFile copy(serialize_network(network));
  fuzz::require(fuzz::same_bits(read_network(copy.path()), network),
                "the same network when written and read back");
  return 0;
}
