#include "minerva/workloads/exported_network.hpp"

#include <algorithm>

#include "image_networks.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/network/graph_text.hpp"

namespace minerva::workloads {
namespace {

double products(const HostTensor& weights) { return static_cast<double>(weights.values.size()); }

/// Dense layers on a vector.
GraphNetwork chain(const std::string& name, std::vector<LayerParameters> layers,
                   bool without_relu = false) {
  std::string text = std::to_string(layers.front().weights.cols());
  for (std::size_t k = 0; k < layers.size(); ++k) {
    text += " " + std::to_string(layers[k].weights.rows());
    if (without_relu && k + 1 < layers.size()) text += "n";
  }
  GraphNetwork network;
  network.graph = parse_layer_graph(text, name);
  network.layers = std::move(layers);
  return network;
}

ExportedNetwork autoencoder(const Parameters& all) {
  const auto layer = [&](const std::string& name) {
    return of_dense(named(all, name + " weights"), vector_of(named(all, name + " biases")), 1);
  };
  ExportedNetwork exported;
  exported.network = chain("autoenc", {layer("mean"), layer("output")}, true);
  exported.left_out = {
      "The logarithm of the variance and the drawn sample: the mean takes the sample's place."};
  const double own = products(named(all, "mean weights")) + products(named(all, "output weights"));
  const double part = own / (own + products(named(all, "log variance weights")));
  exported.covered = {{"MatMul", part, part}};
  return exported;
}

/// The dense layers of each frame. The variant `paper` has a recurrent layer behind the third.
ExportedNetwork speech(const Parameters& all, Variant variant, double frames) {
  std::vector<LayerParameters> layers;
  double own = 0;
  const auto add = [&](const std::string& name) {
    const HostTensor& weights = named(all, name + " weights");
    layers.push_back(of_dense(weights, vector_of(named(all, name + " biases")), 1));
    own += products(weights);
  };
  for (const char* layer : {"layer 1", "layer 2", "layer 3"}) add(layer);
  const bool recurrent = variant == Variant::paper;
  double all_products = own + products(named(all, "output weights"));
  if (recurrent) {
    all_products += products(named(all, "forward weights"));
    all_products += products(named(all, "backward weights"));
  } else {
    add("output");
  }
  ExportedNetwork exported;
  exported.network = chain("speech", std::move(layers));
  exported.predictions_per_example = frames;
  exported.left_out = {"The clipping at 20: a word of the machine saturates where its format ends.",
                       "The CTC loss and softmax."};
  if (recurrent) {
    exported.left_out.insert(
        exported.left_out.begin(),
        "The bidirectional recurrent layer and the output layer behind it, and the ReLU of the "
        "third layer, with which the network on the machine ends.");
  }
  // Of five clipped layers two are the machine's, or three of four.
  const double clipped = recurrent ? 2.0 / 5 : 3.0 / 4;
  const double part = own / all_products;
  exported.covered = {{"MatMul", part, part}, {"Clip", clipped, clipped}};
  return exported;
}

ExportedNetwork memnet(const Parameters& all) {
  const HostTensor& weights = named(all, "W");
  constexpr double kHops = 3;
  ExportedNetwork exported;
  exported.network =
      chain("memnet", {of_dense(weights, Eigen::VectorXf::Zero(weights.shape[1]), 1)});
  exported.left_out = {
      "Embeddings, the three readings of the memory with their softmax, and the matrix H between "
      "them: the machine has the matrix of the answer alone."};
  const double part = products(weights) / (products(weights) + kHops * products(named(all, "H")));
  exported.covered = {{"MatMul", part, part}};
  return exported;
}

/// The projection to words, of each word of a sentence. Training samples words, whose rows change
/// with every step.
ExportedNetwork seq2seq(const Parameters& all, double source, double target) {
  const HostTensor& projection = named(all, "projection");
  ExportedNetwork exported;
  exported.network =
      chain("seq2seq", {of_rows(projection, vector_of(named(all, "projection biases")))});
  exported.predictions_per_example = target;
  exported.left_out = {
      "The LSTM layers of encoder and decoder, attention, embeddings and softmax.",
      "In training the sampled softmax, whose rows of the projection differ from step to step."};
  double encoder = products(named(all, "attention features"));
  double decoder = products(named(all, "attention query")) + products(named(all, "decoder input")) +
                   products(named(all, "decoder output"));
  for (const HostTensor& each : all) {
    const bool weights = each.name.find(" weights") != std::string::npos;
    if (weights && each.name.rfind("encoder", 0) == 0) encoder += products(each);
    if (weights && each.name.rfind("decoder", 0) == 0) decoder += products(each);
  }
  const double own = target * products(projection);
  exported.covered = {{"MatMul", own / (own + source * encoder + target * decoder), 0}};
  return exported;
}

/// Frames of recordings (frame, recording, coefficient), of every recording as many as fit, none of
/// the padding behind its end.
Eigen::MatrixXf frames_of(const HostTensor& features, const HostTensor& lengths,
                          std::int64_t most) {
  const std::int64_t recordings = features.shape[1];
  const std::int64_t coefficients = features.shape[2];
  std::vector<std::pair<std::int64_t, std::int64_t>> chosen;
  for (std::int64_t r = 0; r < recordings; ++r) {
    const auto frames = static_cast<std::int64_t>(lengths.values[static_cast<std::size_t>(r)]);
    const std::int64_t wanted =
        std::min(frames, most * (r + 1) / recordings - most * r / recordings);
    for (std::int64_t i = 0; i < wanted; ++i) chosen.emplace_back(i * frames / wanted, r);
  }
  Eigen::MatrixXf inputs(coefficients, static_cast<Eigen::Index>(chosen.size()));
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const auto [frame, recording] = chosen[i];
    for (std::int64_t c = 0; c < coefficients; ++c) {
      inputs(c, static_cast<Eigen::Index>(i)) =
          static_cast<float>(features.values[static_cast<std::size_t>(
              (frame * recordings + recording) * coefficients + c)]);
    }
  }
  return inputs;
}

double mean_of(const HostTensor& tensor) {
  double sum = 0;
  for (const double value : tensor.values) sum += value;
  return sum / static_cast<double>(tensor.values.size());
}

}  // namespace

std::string why_no_export(const std::string& workload, Variant variant) {
  facts_of_workload(workload);
  if (workload == "residual" && variant == Variant::code) {
    return "Its blocks add the shortcut behind a ReLU, and a layer of the machine adds before it; "
           "the variant paper has an export.";
  }
  return "";
}

ExportedNetwork exported_network(const Workload& workload) {
  const std::string name = workload.facts().name;
  const Variant variant = workload.options().variant;
  const std::string reason = why_no_export(name, variant);
  if (!reason.empty()) throw UserError("fathom export", name, "has no export: " + reason);
  const Parameters parameters = workload.parameters();
  const std::vector<HostTensor> inputs = workload.inputs();
  ExportedNetwork exported;
  if (name == "autoenc") {
    exported = autoencoder(parameters);
  } else if (name == "alexnet") {
    exported = alexnet_network(parameters, inputs.front());
  } else if (name == "vgg") {
    exported = vgg_network(parameters, inputs.front());
  } else if (name == "residual") {
    exported = residual_network(parameters, workload.statistics(), inputs.front());
  } else if (name == "deepq") {
    exported = deepq_network(parameters, inputs.front());
  } else if (name == "speech") {
    exported = speech(parameters, variant, mean_of(named(inputs, "frames")));
  } else if (name == "memnet") {
    exported = memnet(parameters);
  } else {
    exported = seq2seq(parameters, static_cast<double>(named(inputs, "source words").shape[0]),
                       static_cast<double>(named(inputs, "decoder words").shape[0]));
  }
  exported.network.trained_by = "fathom " + name + ", seed " +
                                std::to_string(workload.options().seed) + ", variant " +
                                to_string(variant);
  check_graph_network(exported.network, name);
  return exported;
}

Eigen::MatrixXf columns_of(const HostTensor& input, std::int64_t most) {
  const std::int64_t examples = std::min(most, input.shape[0]);
  const std::int64_t channels = input.shape.size() == 4 ? input.shape[1] : 1;
  const auto words = static_cast<std::int64_t>(input.values.size()) / input.shape[0];
  const std::int64_t positions = words / channels;
  Eigen::MatrixXf inputs(words, examples);
  for (std::int64_t i = 0; i < examples; ++i) {
    for (std::int64_t c = 0; c < channels; ++c) {
      for (std::int64_t p = 0; p < positions; ++p) {
        inputs(p * channels + c, i) = static_cast<float>(
            input.values[static_cast<std::size_t>((i * channels + c) * positions + p)]);
      }
    }
  }
  return inputs;
}

Eigen::MatrixXf exported_inputs(const Workload& workload, std::int64_t most_predictions) {
  const std::string name = workload.facts().name;
  if (name == "memnet" || name == "seq2seq") {
    return columns_of(named(workload.outputs(), kWordFeatures), most_predictions);
  }
  const std::vector<HostTensor> inputs = workload.inputs();
  if (name == "speech") {
    return frames_of(named(inputs, "features"), named(inputs, "frames"), most_predictions);
  }
  return columns_of(inputs.front(), most_predictions);
}

}  // namespace minerva::workloads
