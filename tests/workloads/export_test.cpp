#include <gtest/gtest.h>

#include "minerva/base/errors.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/interchange/import_network.hpp"
#include "minerva/interchange/onnx.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/workloads/exported_network.hpp"
#include "minerva/workloads/lane_machine.hpp"
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
  const std::vector<LaneLayer> layers =
      measured_layers(exported, SampleInputs(exported_inputs(*workload, 2)), 16, 1);
  ASSERT_EQ(layers.size(), 11u) << "with the pools";
  EXPECT_FALSE(layers[1].zero_share) << "a pool";
  EXPECT_LT(*layers[0].zero_share, 0.01) << "random pixels";
  EXPECT_GT(*layers[5].zero_share, 0.2) << "behind a ReLU";
  EXPECT_LT(*layers[5].zero_share, 0.8);
}

/// Outputs of the network beside rows of numbers of the workload, from row `first` on.
void expect_near_rows(const ExportedNetwork& exported, const Eigen::MatrixXf& inputs,
                      const HostTensor& rows, double tolerance) {
  const Eigen::MatrixXf ours = float_outputs(exported.network, SampleInputs(inputs));
  ASSERT_EQ(ours.cols(), inputs.cols());
  ASSERT_EQ(ours.rows(), rows.shape[1]);
  for (Eigen::Index i = 0; i < ours.cols(); ++i) {
    for (Eigen::Index c = 0; c < ours.rows(); ++c) {
      EXPECT_NEAR(ours(c, i), rows.values[static_cast<std::size_t>(i * ours.rows() + c)], tolerance)
          << "example " << i << ", output " << c;
    }
  }
}

TEST(ExportedNetwork, OfVggGivesTheWorkloadsScores) {
  const auto workload = small("vgg");
  workload->infer_step();
  const ExportedNetwork exported = exported_network(*workload);
  EXPECT_EQ(exported.network.graph.layers(), 16 + 5 + 3);
  expect_near_rows(exported, exported_inputs(*workload, 2),
                   plain::named(workload->outputs(), "logits"), 1e-4);
}

TEST(ExportedNetwork, OfResidualHasItsNormalizationsFoldedAndItsShortcuts) {
  const auto workload = small("residual");
  for (int step = 0; step < 3; ++step) workload->train_step();  // running means are not 0 then
  workload->infer_step();
  const ExportedNetwork exported = exported_network(*workload);
  EXPECT_EQ(network_text(exported.network.graph),
            "32x32x3 c4k7s2p3 m3s2p1 r4 r8s2 r16s2 r32s2 s 10");
  expect_near_rows(exported, exported_inputs(*workload, 4),
                   plain::named(workload->outputs(), "logits"), 2e-4);
}

TEST(ExportedNetwork, OfProjectionsReadsWhatTheLayersBeforeComputed) {
  for (const auto& [name, output] :
       {std::pair{"memnet", "logits"}, std::pair{"seq2seq", "scores"}}) {
    const auto workload = small(name);
    workload->infer_step();
    expect_near_rows(exported_network(*workload), exported_inputs(*workload, 4),
                     plain::named(workload->outputs(), output), 1e-4);
  }
}

TEST(ExportedNetwork, OfSpeechIsItsDenseLayersOnRealFrames) {
  const auto workload = small("speech");
  const ExportedNetwork exported = exported_network(*workload);
  EXPECT_EQ(network_text(exported.network.graph), "26-48-48-48");
  const HostTensor frames = plain::named(workload->inputs(), "frames");
  double sum = 0;
  for (const double count : frames.values) sum += count;
  EXPECT_EQ(exported.predictions_per_example, sum / 4) << "the mean of a batch of four";
  const Eigen::MatrixXf inputs = exported_inputs(*workload, 40);
  ASSERT_EQ(inputs.cols(), 40) << "ten frames of each recording";
  const auto parameters = workload->parameters();
  plain::Array x({40, 26});
  for (std::size_t i = 0; i < 40; ++i) {
    for (std::size_t c = 0; c < 26; ++c) {
      x.at(i, c) = inputs(static_cast<Eigen::Index>(c), static_cast<Eigen::Index>(i));
    }
  }
  for (const char* layer : {"layer 1", "layer 2"}) {
    x = plain::relu(plain::dense(x, parameters, layer));
  }
  x = plain::dense(x, parameters, "layer 3");
  HostTensor rows{"layer 3", {40, 48}, x.values};
  expect_near_rows(exported, inputs, rows, 1e-4);
  // The recurrent layer has four times as many products as a dense one: 2 x (2 x 48) x 48.
  const double own = 26 * 48 + 2 * 48 * 48;
  const double outputs =
      static_cast<double>(plain::named(parameters, "output weights").values.size());
  EXPECT_DOUBLE_EQ(exported.covered[0].inference, own / (own + 4 * 48 * 48 + outputs));
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

TEST(ExportedNetwork, IsRefusedWhereTheMachineAddsElsewhere) {
  WorkloadOptions options;
  options.small = true;
  options.synthetic = true;
  options.variant = Variant::code;
  const auto workload = make_workload("residual", options);
  workload->setup();
  workload->next_batch();
  EXPECT_THROW(exported_network(*workload), UserError);
}

TEST(HeldOut, IsWhatTheExportedLayersRead) {
  for (const WorkloadFacts& facts : workload_facts()) {
    const auto workload = small(facts.name);
    const std::string name = facts.name;
    if (name == "deepq") {
      EXPECT_FALSE(workload->held_out(HeldOutPart::tuning, 5));
      continue;
    }
    const auto before = workload->inputs();
    const HostTensor tuning = *workload->held_out(HeldOutPart::tuning, 5);
    const HostTensor test = *workload->held_out(HeldOutPart::test, 5);
    const auto words = exported_network(*workload).network.graph.inputs();
    for (const HostTensor* each : {&tuning, &test}) {
      EXPECT_GE(each->shape[0], 1) << name;
      EXPECT_LE(each->shape[0], 5) << name;
      EXPECT_EQ(static_cast<std::int64_t>(each->values.size()), each->shape[0] * words) << name;
    }
    EXPECT_NE(tuning.values, test.values) << name << ": no example is of both";
    const auto after = workload->inputs();
    ASSERT_EQ(before.size(), after.size()) << name;
    for (std::size_t i = 0; i < before.size(); ++i) {
      EXPECT_EQ(before[i].values, after[i].values) << name << ": the batch stays";
    }
  }
}

TEST(Augmentation, MovesAndMirrorsTheImagesOfTraining) {
  WorkloadOptions options;
  options.small = true;
  options.synthetic = true;
  options.batch = 128;  // all of the synthetic images, in the order of an epoch
  const auto images = [&](bool augmented) {
    options.augmented = augmented;
    const auto workload = make_workload("vgg", options);
    workload->setup();
    workload->next_batch();
    return plain::named(workload->inputs(), "images");
  };
  const HostTensor plain_images = images(false);
  const HostTensor moved = images(true);
  ASSERT_EQ(plain_images.shape, moved.shape);
  constexpr int kSide = 32;
  constexpr int kPlane = kSide * kSide;
  constexpr int kMost = kSide / 8;
  std::vector<int> mirrored(2, 0);
  int still = 0;
  for (int image = 0; image < 128; ++image) {
    const double* from = plain_images.values.data() + std::ptrdiff_t{image} * 3 * kPlane;
    const double* to = moved.values.data() + std::ptrdiff_t{image} * 3 * kPlane;
    int ways = 0;
    for (int down = -kMost; down <= kMost; ++down) {
      for (int right = -kMost; right <= kMost; ++right) {
        for (int mirror = 0; mirror < 2; ++mirror) {
          bool same = true;
          for (int word = 0; same && word < 3 * kPlane; ++word) {
            const int y = word % kPlane / kSide - down;
            const int x = word % kSide - right;
            const bool inside = y >= 0 && y < kSide && x >= 0 && x < kSide;
            const int column = mirror == 1 ? kSide - 1 - x : x;
            const double wanted = inside ? from[word / kPlane * kPlane + y * kSide + column] : 0;
            same = to[word] == wanted;
          }
          if (!same) continue;
          ++ways;
          ++mirrored[static_cast<std::size_t>(mirror)];
          if (down == 0 && right == 0) ++still;
        }
      }
    }
    EXPECT_EQ(ways, 1) << "image " << image << " is another one moved in one way";
  }
  EXPECT_GT(mirrored[0], 40);
  EXPECT_GT(mirrored[1], 40);
  EXPECT_LT(still, 12) << "of 81 moves one is none";
}

}  // namespace
}  // namespace minerva::workloads
