// One network as PyTorch, Keras and NumPy users keep it (tests/support/make_network_samples.py).
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "minerva/base/errors.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/interchange/import_network.hpp"
#include "minerva/interchange/network_file.hpp"
#include "minerva/interchange/npz.hpp"
#include "minerva/interchange/onnx.hpp"
#include "minerva/network/graph_text.hpp"

namespace minerva {
namespace {

std::string sample(const std::string& name) {
  return std::string(MINERVA_SOURCE_DIR) + "/tests/samples/networks/" + name;
}

struct Expected {
  Eigen::MatrixXf inputs = Eigen::MatrixXf(12, 32);
  Eigen::MatrixXf sums = Eigen::MatrixXf(4, 32);
};

Expected expected() {
  std::ifstream file(sample("expected.txt"));
  Expected e;
  for (Eigen::Index s = 0; s < 32; ++s) {
    std::string word;
    for (Eigen::Index i = 0; i < 16; ++i) {
      EXPECT_TRUE(file >> word);
      const float value = std::strtof(word.c_str(), nullptr);
      (i < 12 ? e.inputs(i, s) : e.sums(i - 12, s)) = value;
    }
  }
  return e;
}

/// How far apart two float32 evaluations of a network may lie, for any order of addition: each
/// layer of n inputs adds (n + 1) 2^-24 of the magnitudes it sums, and passes on what came before
/// (Higham, Accuracy and Stability of Numerical Algorithms, 3.1, to first order, hence twice).
Eigen::MatrixXd rounding_bound(const GraphNetwork& network, const Eigen::MatrixXf& inputs) {
  Eigen::MatrixXd x = inputs.cast<double>();
  Eigen::MatrixXd bound = Eigen::MatrixXd::Zero(x.rows(), x.cols());
  for (const LayerParameters& layer : network.layers) {
    const Eigen::MatrixXd w = layer.weights.cast<double>();
    const Eigen::VectorXd b = layer.biases.cast<double>();
    const double unit = std::ldexp(static_cast<double>(w.cols()) + 1, -24);
    const Eigen::MatrixXd magnitudes = (w.cwiseAbs() * x.cwiseAbs()).colwise() + b.cwiseAbs();
    bound = w.cwiseAbs() * bound + unit * magnitudes;
    x = ((w * x).colwise() + b).cwiseMax(0.0);
  }
  return 4 * bound;  // two evaluations, each twice the first order
}

class ImportSample : public ::testing::TestWithParam<const char*> {};

TEST_P(ImportSample, ComputesWhatPyTorchComputes) {
  const ImportedNetwork imported = import_network(sample(GetParam()));
  EXPECT_EQ(to_string(imported.network.graph), "12-8-8-4");
  const Expected e = expected();
  const Eigen::MatrixXf outputs =
      float_outputs(chain_network(imported.network), SampleInputs(e.inputs));
  const Eigen::MatrixXd bound = rounding_bound(imported.network, e.inputs);
  EXPECT_LT(bound.maxCoeff(), 2e-5);  // the bound itself must mean something
  for (Eigen::Index i = 0; i < outputs.size(); ++i) {
    EXPECT_LE(std::abs(static_cast<double>(outputs(i)) - static_cast<double>(e.sums(i))), bound(i));
  }
  EXPECT_EQ(classes_of(outputs), classes_of(e.sums));
}

TEST_P(ImportSample, HoldsTheSameBitsAsEveryOther) {
  const GraphNetwork first = import_network(sample("torch_state_dict.safetensors")).network;
  GraphNetwork network = import_network(sample(GetParam())).network;
  EXPECT_EQ(serialize_network(network), serialize_network(first));
}

INSTANTIATE_TEST_SUITE_P(All, ImportSample,
                         ::testing::Values("torch_opset9.onnx", "torch_opset16.onnx",
                                           "torch_view.onnx", "keras_tf2onnx.onnx",
                                           "keras_keras2onnx.onnx", "torch_state_dict.safetensors",
                                           "keras_get_weights.npz", "numpy_float64.npz",
                                           "outputs_first.npz"),
                         [](const auto& each) {
                           std::string name = each.param;
                           for (char& c : name) c = c == '.' ? '_' : c;
                           return name;
                         });

TEST(ImportNotes, SayWhatWasLeftOutOrTurned) {
  const auto notes = [](const char* name) {
    std::string all;
    for (const std::string& note : import_network(sample(name)).notes) all += note + "\n";
    return all;
  };
  EXPECT_NE(notes("torch_opset16.onnx").find("Flatten"), std::string::npos);
  EXPECT_NE(notes("torch_opset16.onnx").find("LogSoftmax"), std::string::npos);
  EXPECT_NE(notes("torch_view.onnx").find("ArgMax"), std::string::npos);
  EXPECT_NE(notes("keras_keras2onnx.onnx").find("Cast"), std::string::npos);
  EXPECT_NE(notes("torch_state_dict.safetensors").find("1.weight, 3.weight, 5.weight"),
            std::string::npos);
  EXPECT_NE(notes("outputs_first.npz").find("transposed"), std::string::npos);
  // Weights alone do not say what stands between them; float32 values in float64 are not rounded.
  const std::string assumed =
      "the file has weights and no graph: taken as fully connected layers with ReLU between them "
      "and nothing behind the last; a network with other activations needs ONNX\n";
  EXPECT_EQ(notes("keras_get_weights.npz"), assumed);
  EXPECT_EQ(notes("numpy_float64.npz"), assumed);
  EXPECT_NE(notes("torch_state_dict.safetensors").find(assumed), std::string::npos);
  EXPECT_EQ(notes("torch_opset16.onnx").find("weights and no graph"), std::string::npos);
}

void expect_refused(const char* name, const std::vector<std::string>& words) {
  try {
    import_network(sample(name));
    ADD_FAILURE() << name << " was accepted";
  } catch (const UserError& error) {
    for (const std::string& word : words) {
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
    }
  }
}

TEST(ImportRefusals, NameOperatorAndReason) {
  expect_refused("refused_conv.onnx", {"refused_conv.onnx: node '/0/Conv' is a Conv: the machine "
                                       "has fully connected layers with ReLU alone",
                                       "for a Conv it would need"});
  expect_refused("refused_training.onnx", {"Dropout", "export the model for inference"});
}

TEST(ImportRoundTrip, KeepsEveryBitInEveryFormat) {
  GraphNetwork network = import_network(sample("torch_opset9.onnx")).network;
  network.layers[0].weights(0, 0) = -0.0F;
  network.layers[0].weights(1, 0) = 1e-42F;  // subnormal
  network.layers[0].weights(2, 0) = 3.4e38F;
  const std::string bytes = serialize_network(network);
  for (const std::string& file : {npz_bytes(network), onnx_bytes(network), bytes}) {
    const ImportedNetwork back = import_network_bytes(file, "file");
    EXPECT_EQ(serialize_network(back.network), bytes) << back.format;
    // npz files do not say whose they are: that ReLU stands between the layers is assumed.
    EXPECT_EQ(back.notes.size(), back.format == "npz" ? 1U : 0U) << back.format;
  }
  EXPECT_EQ(npz_bytes(network), npz_bytes(network));
  EXPECT_EQ(onnx_bytes(network), onnx_bytes(network));
}

TEST(ImportDetection, IsByContent) {
  const auto message = [](const std::string& bytes, const std::string& name) -> std::string {
    try {
      import_network_bytes(bytes, name);
    } catch (const UserError& error) {
      return error.what();
    }
    return "accepted";
  };
  const GraphNetwork network = import_network(sample("torch_opset9.onnx")).network;
  EXPECT_EQ(message(npz_bytes(network), "misnamed.onnx"), "accepted");
  EXPECT_EQ(message(onnx_bytes(network), "misnamed.npz"), "accepted");
  EXPECT_NE(message("some text", "x.txt").find("needs safetensors, npz or ONNX"),
            std::string::npos);
  EXPECT_NE(message("some text", "x.onnx").find("is no ONNX model"), std::string::npos);
  EXPECT_NE(message("", "x.npz").find("zip"), std::string::npos);
  EXPECT_NE(message("\x89HDF\r\n", "x.h5").find("HDF5"), std::string::npos);
  EXPECT_NE(message("\x93NUMPY\x01", "x.npy").find("single .npy"), std::string::npos);
  // torch.save before PyTorch 1.6, and a pickle of anything else.
  const std::string old(
      "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.", 21);
  EXPECT_NE(message(old, "x.pt").find("PyTorch before 1.6"), std::string::npos);
  EXPECT_NE(message(old, "x.pt").find("torch.onnx.export"), std::string::npos);
  EXPECT_NE(message("\x80\x04\x95 and so on, at length", "x.pkl").find("pickle of Python"),
            std::string::npos);
}

}  // namespace
}  // namespace minerva
