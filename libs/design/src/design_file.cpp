#include <Eigen/Core>

#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/design/design.hpp"
#include "minerva/design/design_fields.hpp"
#include "minerva/network/graph_network.hpp"
#include "minerva/network/graph_text.hpp"

// A design as a file. Its layout is a struct of its own, since the network's numbers stay outside.
namespace minerva {

namespace {

constexpr const char* kSchema = "minerva-design-1";

struct DesignLayout {
  std::string network_sha256;
  std::string topology;
  Rounding rounding = Rounding::half_up;
  std::vector<LayerFormats> formats;
  std::vector<double> thresholds;
  Mitigation mitigation;
  double voltage_v = 0;
  double fault_rate = 0;
  DesignPoint point;
  WeightStorage weight_storage = WeightStorage::sram;
  std::vector<Topology> also_for;
};

template <typename Archive>
void fields(Archive& archive, DesignLayout& value) {
  archive("network_sha256", value.network_sha256);
  archive("topology", value.topology);
  archive("rounding", value.rounding);
  archive("formats", value.formats);
  archive("thresholds", value.thresholds, json::kNotNegative);
  archive("mitigation", value.mitigation);
  archive("voltage_v", value.voltage_v, json::kNotNegative);
  archive("fault_rate", value.fault_rate, json::Bounds{0, 1});
  archive("point", value.point);
  archive("weight_storage", value.weight_storage);
  archive("also_for", value.also_for);
}

/// SHA-256 over the layers and the bytes of their weights and biases.
std::string digest_of(const GraphNetwork& network) {
  std::string bytes = network_text(network.graph) + "\n";
  for (const LayerParameters& layer : network.layers) {
    bytes.append(reinterpret_cast<const char*>(layer.weights.data()),
                 sizeof(float) * static_cast<std::size_t>(layer.weights.size()));
    bytes.append(reinterpret_cast<const char*>(layer.biases.data()),
                 sizeof(float) * static_cast<std::size_t>(layer.biases.size()));
  }
  return sha256(bytes.data(), bytes.size());
}

}  // namespace

std::string design_to_json(const Design& design) {
  expects(design.network != nullptr, "a design without a network cannot be stored");
  const DesignLayout layout = {digest_of(*design.network),
                               network_text(design.network->graph),
                               design.plan.rounding,
                               design.plan.layers,
                               design.thresholds.theta,
                               design.mitigation,
                               design.supply.voltage_v,
                               design.supply.fault_rate,
                               design.point,
                               design.weight_storage,
                               design.also_for};
  json::Json object = {{"schema", kSchema}};
  object.update(json::write_any(layout));
  return json::dump(object);
}

Design design_from_json(const std::string& text, const std::string& file,
                        std::shared_ptr<const GraphNetwork> network) {
  expects(network != nullptr, "a design is read for a network");
  const json::Json object = json::parse(text, file);
  json::check_schema(object, kSchema, {file, ""});
  DesignLayout layout;
  json::read_struct(object, layout, {file, ""}, {"schema"});
  if (layout.network_sha256 != digest_of(*network)) {
    throw UserError(
        file + ": network_sha256", layout.network_sha256,
        "needs the digest of the network that the design is read for, " + digest_of(*network));
  }
  const std::size_t layers = network->layers.size();
  const auto check_layers = [&](const char* member, std::size_t found, bool may_be_empty) {
    if (found == layers || (may_be_empty && found == 0)) return;
    throw UserError(file + ": " + member, std::to_string(found) + " entries",
                    "needs one for each of the network's " + std::to_string(layers) + " layers" +
                        (may_be_empty ? ", or none" : ""));
  };
  check_layers("formats", layout.formats.size(), false);
  check_layers("thresholds", layout.thresholds.size(), true);
  for (std::size_t k = 0; k < layers; ++k) {
    check_formats(layout.formats[k], file + ": formats[" + std::to_string(k) + "]");
  }
  Design design;
  design.network = std::move(network);
  design.plan = {layout.rounding, layout.formats};
  design.thresholds = {layout.thresholds};
  design.mitigation = layout.mitigation;
  design.supply = {layout.voltage_v, layout.fault_rate};
  design.point = layout.point;
  design.weight_storage = layout.weight_storage;
  design.also_for = layout.also_for;
  return design;
}

}  // namespace minerva
