#include <gtest/gtest.h>

#include "minerva/base/errors.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/interchange/import_network.hpp"
#include "minerva/interchange/onnx.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/workloads/exported_network.hpp"
#include "plain_layers.hpp"

namespace minerva::workloads {
namespace {

std::unique_ptr<Workload> small(const std::string& name) {
  WorkloadOptions options;
  options.small = true;
  options.synthetic = true;
  std::unique_ptr<Workload> workload = make_workload(name, options);
  workload->setup();
  workload->next_batch();
  workload->train_step();  // biases then are not all zero
  return workload;
}

TEST(ExportedNetwork, OfDeepqGivesTheWorkloadsValues) {
  const auto workload = small("deepq");
  workload->infer_step();
  const HostTensor values = plain::named(workload->outputs(), "values");
  const ExportedNetwork exported = exported_network(*workload);
  EXPECT_EQ(network_text(exported.network.graph), "44x44x4 c8k8s4 c16k4s2 c16k3 64 4");
  const Eigen::MatrixXf ours =
      float_outputs(exported.network, SampleInputs(exported_inputs(*workload, 8)));
  ASSERT_EQ(ours.rows(), 4);
  ASSERT_EQ(ours.cols(), 8);
  for (Eigen::Index i = 0; i < ours.cols(); ++i) {
    for (Eigen::Index a = 0; a < ours.rows(); ++a) {
      EXPECT_NEAR(ours(a, i), values.values[static_cast<std::size_t>(i * 4 + a)], 1e-4);
    }
  }
}

TEST(ExportedNetwork, OfAutoencIsEncoderAndDecoderOfTheMean) {
  const auto workload = small("autoenc");
  const ExportedNetwork exported = exported_network(*workload);
  const auto parameters = workload->parameters();
  plain::Array x = plain::named(workload->inputs(), "pixels");
  const plain::Array image =
      plain::dense(plain::dense(x, parameters, "mean"), parameters, "output");
  const Eigen::MatrixXf ours =
      float_outputs(exported.network, SampleInputs(exported_inputs(*workload, 4)));
  for (Eigen::Index i = 0; i < ours.cols(); ++i) {
    for (Eigen::Index pixel = 0; pixel < ours.rows(); ++pixel) {
      EXPECT_NEAR(ours(pixel, i),
                  image.at(static_cast<std::size_t>(i), static_cast<std::size_t>(pixel)), 1e-4);
    }
  }
}

TEST(ExportedNetwork, OfAlexnetIsItsConvolutions) {
  const auto workload = small("alexnet");
  const ExportedNetwork exported = exported_network(*workload);
  EXPECT_EQ(network_text(exported.network.graph),
            "64x64x3 c4k11s4p3x3x4x4 m3s2 c12k5p2 m3s2 c24k3p1 c16k3p1 c16k3p1 m3s2 256 256 10");
  // Without the normalizations that are left out, by plain loops.
  plain::Array x = plain::named(workload->inputs(), "images");
  const auto parameters = workload->parameters();
  const std::size_t sides[] = {11, 5, 3, 3, 3};
  for (std::size_t i = 0; i < 5; ++i) {
    const std::string name = "conv" + std::to_string(i + 1);
    const plain::Array biases = plain::named(parameters, name + " biases");
    const std::size_t stride = i == 0 ? 4 : 1;
    x = plain::relu(plain::convolution(x, plain::named(parameters, name + " filters"), &biases,
                                       stride, plain::same(x.shape[2], sides[i], stride)));
    if (i < 2 || i == 4) x = plain::max_pool(x, 3, 2);
  }
  x = plain::flat(x);
  for (const char* layer : {"dense1", "dense2"})
    x = plain::relu(plain::dense(x, parameters, layer));
  x = plain::dense(x, parameters, "dense3");
  const Eigen::MatrixXf ours =
      float_outputs(exported.network, SampleInputs(exported_inputs(*workload, 2)));
  for (Eigen::Index i = 0; i < 2; ++i) {
    for (Eigen::Index c = 0; c < ours.rows(); ++c) {
      EXPECT_NEAR(ours(c, i), x.at(static_cast<std::size_t>(i), static_cast<std::size_t>(c)), 1e-3);
    }
  }
  const std::vector<LayerZeros> zeros =
      measured_zeros(exported.network, exported_inputs(*workload, 2), 1);
  ASSERT_EQ(zeros.size(), 8u);
  EXPECT_GT(zeros[0].outputs_zero, 0.2);
  EXPECT_LT(zeros[0].outputs_zero, 0.8);
  EXPECT_FALSE(zeros.back().relu);
}

TEST(ExportedNetwork, IsReadBackFromOnnx) {
  const auto workload = small("deepq");
  const GraphNetwork network = exported_network(*workload).network;
  const ImportedNetwork read = import_network_bytes(onnx_bytes(network), "deepq.onnx");
  EXPECT_EQ(network_text(read.network.graph), network_text(network.graph));
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    EXPECT_EQ(read.network.layers[k].weights, network.layers[k].weights);
  }
}

TEST(ExportedNetwork, IsRefusedForOthers) {
  EXPECT_THROW(exported_network(*small("memnet")), UserError);
}

}  // namespace
}  // namespace minerva::workloads
