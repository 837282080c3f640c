#include <gtest/gtest.h>

#include "plain_layers.hpp"
#include "step_check.hpp"

// One step of autoenc, memnet and speech beside plain loops: the Kullback-Leibler term, a hop of
// the memory, and the CTC loss.
namespace minerva::workloads::test {
namespace {

using plain::Array;
using plain::named;

/// Where the variants have the same numbers: `code` copies the gradients of sums, as TensorFlow 1.
class SumStep : public testing::TestWithParam<Variant> {};
INSTANTIATE_TEST_SUITE_P(Variants, SumStep, testing::Values(Variant::paper, Variant::code),
                         [](const auto& variant) { return to_string(variant.param); });

TEST_P(SumStep, AutoencoderIsItsBound) {
  const auto workload = small_workload("autoenc", GetParam());
  check_step(
      *workload,
      [](const Tensors& p, const Tensors& inputs, const Tensors&) {
        const Array x = named(inputs, "pixels");
        const Array noise = named(inputs, "noise");
        const Array mean = plain::dense(x, p, "mean");
        const Array log_variance = plain::dense(x, p, "log variance");
        Array z = mean;
        double loss = 0;
        for (std::size_t i = 0; i < z.values.size(); ++i) {
          const double variance = std::exp(log_variance.values[i]);
          z.values[i] += std::sqrt(variance) * noise.values[i];
          // Of a normal variable from the standard one (Kingma and Welling, appendix B).
          loss += 0.5 * (variance + mean.values[i] * mean.values[i] - 1 - log_variance.values[i]);
        }
        const Array image = plain::dense(z, p, "output");
        for (std::size_t i = 0; i < image.values.size(); ++i) {
          const double error = image.values[i] - x.values[i];
          loss += 0.5 * error * error;
        }
        return loss / static_cast<double>(x.shape[0]);
      },
      first_adam(1e-3));
}

double memory_network_loss(const Tensors& p, const Tensors& inputs, const Tensors& labels) {
  const HostTensor& facts = named(inputs, "facts");
  const HostTensor& question = named(inputs, "question");
  const Array a = named(p, "A");
  const Array b = named(p, "B");
  const Array temporal = named(p, "temporal memory");
  const auto examples = static_cast<std::size_t>(facts.shape[0]);
  const auto slots = static_cast<std::size_t>(facts.shape[1]);
  const auto words = static_cast<std::size_t>(facts.shape[2]);
  const std::size_t d = a.shape[1];
  const auto weight = [&](std::size_t word, std::size_t number) {
    const double place = static_cast<double>(word + 1) - static_cast<double>(words) / 2;
    const double row = static_cast<double>(number + 1) - static_cast<double>(d) / 2;
    return 1 + 4 * row * place / static_cast<double>(d * words);
  };
  Array u({examples, d});
  for (std::size_t n = 0; n < examples; ++n) {
    for (std::size_t j = 0; j < words; ++j) {
      const auto word = static_cast<std::size_t>(question.values[n * words + j]);
      for (std::size_t i = 0; i < d; ++i) u.at(n, i) += weight(j, i) * b.at(word, i);
    }
  }
  for (int hop = 0; hop < 3; ++hop) {
    Array next = plain::dense(u, named(p, "H"));
    for (std::size_t n = 0; n < examples; ++n) {
      Array memory = temporal;
      Array match({1, slots});
      for (std::size_t slot = 0; slot < slots; ++slot) {
        for (std::size_t j = 0; j < words; ++j) {
          const auto word = static_cast<std::size_t>(facts.values[(n * slots + slot) * words + j]);
          for (std::size_t i = 0; i < d; ++i) memory.at(slot, i) += weight(j, i) * a.at(word, i);
        }
        for (std::size_t i = 0; i < d; ++i) match.at(0, slot) += memory.at(slot, i) * u.at(n, i);
      }
      const Array attention = plain::log_softmax(match);
      for (std::size_t slot = 0; slot < slots; ++slot) {
        for (std::size_t i = 0; i < d; ++i) {
          next.at(n, i) += std::exp(attention.at(0, slot)) * memory.at(slot, i);
        }
      }
    }
    u = next;
  }
  return plain::mean_cross_entropy(plain::dense(u, named(p, "W")), named(labels, "answer")) *
         static_cast<double>(examples);
}

TEST_P(SumStep, MemoryNetworkIsThreeHops) {
  // Noise of 0.001 and clipping come between gradient and update: in its first step Adam moves
  // every number by its rate, in the direction of the gradient where that is far above the noise.
  const auto workload = small_workload("memnet", GetParam());
  int moved = 0;
  const Tensors before = workload->parameters();
  check_step(*workload, memory_network_loss, nullptr);
  const Tensors after = workload->parameters();
  const Tensors gradients = workload->gradients();
  for (std::size_t p = 0; p < after.size(); ++p) {
    for (std::size_t i = 0; i < after[p].values.size(); ++i) {
      const double gradient = gradients[p].values[i];
      if (std::abs(gradient) < 0.02) continue;
      if (p < 2 && i < static_cast<std::size_t>(after[p].shape[1])) continue;  // the empty word
      EXPECT_NEAR(after[p].values[i], before[p].values[i] - std::copysign(0.01, gradient), 1e-5)
          << after[p].name << " [" << i << "]";
      ++moved;
    }
  }
  EXPECT_GT(moved, 500);
  // The empty word stays zero.
  for (std::size_t p = 0; p < 2; ++p) {
    for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(after[p].values[i], 0.0);
  }
}

/// -log of the probability of a label sequence (Graves et al., 2006), forward recursion.
double ctc_loss(const Array& likelihood, std::size_t recordings, std::size_t recording,
                std::size_t frames, const std::vector<std::size_t>& spoken) {
  constexpr double kNever = -std::numeric_limits<double>::infinity();
  std::vector<std::size_t> states = {0};
  for (const std::size_t each : spoken) {
    states.push_back(each);
    states.push_back(0);
  }
  const auto probability = [&](std::size_t t, std::size_t state) {
    return likelihood.at(t * recordings + recording, states[state]);
  };
  std::vector<double> alpha(states.size(), kNever);
  alpha[0] = probability(0, 0);
  alpha[1] = probability(0, 1);
  for (std::size_t t = 1; t < frames; ++t) {
    std::vector<double> next(states.size(), kNever);
    for (std::size_t s = 0; s < states.size(); ++s) {
      std::vector<double> ways = {alpha[s]};
      if (s >= 1) ways.push_back(alpha[s - 1]);
      if (s >= 2 && states[s] != 0 && states[s] != states[s - 2]) ways.push_back(alpha[s - 2]);
      next[s] = plain::log_of_sum(ways) + probability(t, s);
    }
    alpha = next;
  }
  return -plain::log_of_sum({alpha[states.size() - 1], alpha[states.size() - 2]});
}

double speech_loss(const Tensors& p, const Tensors& inputs, const Tensors& labels, bool recurrent) {
  const HostTensor& features = named(inputs, "features");
  const auto frames = static_cast<std::size_t>(features.shape[0]);
  const auto recordings = static_cast<std::size_t>(features.shape[1]);
  Array h = features;
  h.shape = {frames * recordings, static_cast<std::size_t>(features.shape[2])};
  for (const char* layer : {"layer 1", "layer 2", "layer 3"}) {
    h = plain::clipped(plain::dense(h, p, layer));
  }
  if (recurrent) {
    const std::size_t width = h.shape[1];
    Array both(h.shape);
    for (const bool reversed : {false, true}) {
      Array state({recordings, width});
      for (std::size_t k = 0; k < frames; ++k) {
        const std::size_t t = reversed ? frames - 1 - k : k;
        Array x({recordings, width});
        std::copy_n(h.values.begin() + static_cast<std::ptrdiff_t>(t * recordings * width),
                    recordings * width, x.values.begin());
        state = plain::clipped(
            plain::dense(plain::beside(x, state), p, reversed ? "backward" : "forward"));
        for (std::size_t i = 0; i < state.values.size(); ++i) {
          both.values[t * recordings * width + i] += state.values[i];
        }
      }
    }
    h = both;
  }
  Array scores = plain::dense(h, p, "output");
  if (!recurrent) scores = plain::clipped(scores);
  const Array likelihood = plain::log_softmax(scores);
  const HostTensor& phonemes = named(labels, "phonemes");
  const auto longest = static_cast<std::size_t>(phonemes.shape[1]);
  double loss = 0;
  for (std::size_t r = 0; r < recordings; ++r) {
    std::vector<std::size_t> spoken;
    for (std::size_t i = 0; i < static_cast<std::size_t>(named(labels, "phoneme counts").values[r]);
         ++i) {
      spoken.push_back(static_cast<std::size_t>(phonemes.values[r * longest + i]));
    }
    loss += ctc_loss(likelihood, recordings, r,
                     static_cast<std::size_t>(named(inputs, "frames").values[r]), spoken);
  }
  return loss / static_cast<double>(recordings);
}

class SpeechStep : public testing::TestWithParam<Variant> {};

TEST_P(SpeechStep, IsCtcOverItsLayers) {
  const bool recurrent = GetParam() == Variant::paper;
  const auto workload = small_workload("speech", GetParam());
  check_step(
      *workload,
      [&](const Tensors& p, const Tensors& inputs, const Tensors& labels) {
        return speech_loss(p, inputs, labels, recurrent);
      },
      [](double value, double gradient) { return value - 0.01 * gradient; });
}

INSTANTIATE_TEST_SUITE_P(Variants, SpeechStep, testing::Values(Variant::paper, Variant::code),
                         [](const auto& variant) { return to_string(variant.param); });

}  // namespace
}  // namespace minerva::workloads::test
