#include "minerva/training/hardware_training.hpp"

#include <cstdio>

#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/engine/fixed_engine.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "minerva/training/options.hpp"
#include "minerva/training/trained_topology.hpp"

namespace minerva::training {
namespace {

std::string digest(const std::shared_ptr<const GraphNetwork>& network) {
  if (network == nullptr) return "none";
  std::string bytes = to_string(network->graph);
  const auto add = [&](const float* values, Eigen::Index count) {
    bytes.append(reinterpret_cast<const char*>(values),
                 static_cast<std::size_t>(count) * sizeof(float));
  };
  for (const LayerParameters& layer : network->layers) {
    add(layer.weights.data(), layer.weights.size());
    add(layer.biases.data(), layer.biases.size());
  }
  return sha256(bytes.data(), bytes.size());
}

std::string digest(const std::vector<KnownFault>& faults) {
  std::string text;
  for (const KnownFault& fault : faults) {
    text += std::to_string(fault.layer) + " " + std::to_string(fault.weight) + " " +
            std::to_string(fault.bit) + " " + (fault.reads ? std::to_string(*fault.reads) : "~") +
            "\n";
  }
  return sha256(text.data(), text.size());
}

std::string formats_text(const LayerFormats& formats) {
  std::string text = to_string(formats.weight) + " " + to_string(formats.activation) + " " +
                     to_string(formats.product);
  if (formats.scale_exponent != 0) text += " x2^" + std::to_string(formats.scale_exponent);
  if (!formats.codebook.empty()) text += " codebook";
  for (const int entry : formats.codebook.entries) text += " " + std::to_string(entry);
  return text;
}

std::string exact_text(double value) {
  char digits[40];
  std::snprintf(digits, sizeof digits, "%.17g", value);
  return digits;
}

void need_dense_chain(const GraphNetwork& network, const char* key) {
  if (network.graph.is_dense_chain()) return;
  throw UserError(key, network_text(network.graph),
                  "needs a network of fully connected layers alone");
}

}  // namespace

void check_hardware(const TrainingOptions& options) {
  const HardwareTraining& hardware = *options.hardware;
  if (options.network.layers() > 0) {
    throw UserError("finetune", to_string(options.network),
                    "trains networks of fully connected layers alone for their hardware");
  }
  const std::size_t layers = options.hidden.size() + 1;
  expects(hardware.plan.layers.size() == layers, "a format set for every layer");
  expects(hardware.thresholds.theta.empty() || hardware.thresholds.theta.size() == layers,
          "a threshold for every layer, or none");
  for (std::size_t k = 0; k < layers; ++k) {
    const std::string key = "finetune, formats of layer " + std::to_string(k + 1);
    check_formats(hardware.plan.layers[k], key);
    if (hardware.plan.layers[k].weight.bits() < 2) {
      throw UserError(key, to_string(hardware.plan.layers[k].weight),
                      "needs weights of 2 bits or more");
    }
  }
  expects(hardware.known_faults.empty() || options.faults.rate == 0,
          "the faults of a chip, or drawn ones");
  const Regularization& r = options.regularization;
  if (r.dropout_fraction > 0 || r.input_dropout_fraction > 0) {
    throw UserError(
        "training.dropout",
        number_text(r.dropout_fraction > 0 ? r.dropout_fraction : r.input_dropout_fraction),
        "needs 0 in training for the hardware, which scales no activation up");
  }
  check_in_range("finetune.teacher_share", hardware.teacher_share, ranges::kTeacherShare);
  check_in_range("finetune.temperature", hardware.temperature, ranges::kTemperature);
  if (hardware.start != nullptr) need_dense_chain(*hardware.start, "network.file");
  if (hardware.teacher != nullptr) need_dense_chain(*hardware.teacher, "finetune.teacher");
}

void check_hardware_fits(const TrainingOptions& options, const Dataset& data) {
  const HardwareTraining& hardware = *options.hardware;
  if (hardware.start != nullptr) {
    expects(hardware.start->graph.topology() == topology_of(options, data),
            "a start of the layers that are trained");
  }
  if (hardware.teacher == nullptr) return;
  const LayerGraph& teacher = hardware.teacher->graph;
  const int whole = data.whole_train == nullptr ? data.inputs() : data.whole_shape.size();
  if ((teacher.inputs() == data.inputs() || teacher.inputs() == whole) &&
      teacher.outputs() == data.classes) {
    return;
  }
  throw UserError("finetune.teacher", network_text(teacher),
                  "needs " + std::to_string(data.inputs()) +
                      (whole == data.inputs() ? "" : " or " + std::to_string(whole)) +
                      " inputs and " + std::to_string(data.classes) + " outputs, as " + data.name +
                      " has");
}

std::string describe(const HardwareTraining& hardware) {
  std::string text = ", for the hardware in";
  for (std::size_t k = 0; k < hardware.plan.layers.size(); ++k) {
    text += (k == 0 ? " " : ", ") + formats_text(hardware.plan.layers[k]);
  }
  if (hardware.start != nullptr) text += ", from a trained network";
  if (!hardware.known_faults.empty()) {
    text += ", for a chip of " + std::to_string(hardware.known_faults.size()) + " faulty cells";
  }
  if (hardware.teacher != nullptr) {
    text += ", distilled from " + network_text(hardware.teacher->graph) + " by " +
            number_text(hardware.teacher_share) + " at " + number_text(hardware.temperature);
  }
  return text;
}

std::string hardware_text(const HardwareTraining& hardware) {
  std::string text =
      "hardware 1\nrounding = " + std::string(to_string(hardware.plan.rounding)) + "\nformats =";
  for (const LayerFormats& formats : hardware.plan.layers) text += " " + formats_text(formats);
  text += "\nthresholds =";
  for (const double theta : hardware.thresholds.theta) text += " " + exact_text(theta);
  text += "\nstart = " + digest(hardware.start) + "\nteacher = " + digest(hardware.teacher) +
          "\nteacher_share = " + exact_text(hardware.teacher_share) +
          "\ntemperature = " + exact_text(hardware.temperature) + "\n";
  if (!hardware.known_faults.empty()) text += "chip = " + digest(hardware.known_faults) + "\n";
  return text;
}

std::int64_t wrong_samples(const GraphNetwork& network, const TrainingOptions& options,
                           const Samples& samples, int threads) {
  if (options.hardware == nullptr) return count_wrong(network, samples, threads);
  FixedEvaluator evaluator(samples, {}, threads);
  return evaluator
      .evaluate(quantize_graph(network, options.hardware->plan, options.hardware->thresholds))
      .wrong;
}

}  // namespace minerva::training
