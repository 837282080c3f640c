#include <gtest/gtest.h>

#include "plain_layers.hpp"
#include "step_check.hpp"

// One step of seq2seq beside plain loops: LSTM cells, attention, sampled softmax, global clipping.
namespace minerva::workloads::test {
namespace {

using plain::Array;
using plain::named;

struct Cell {
  Array c;
  Array h;
};

/// Hochreiter and Schmidhuber's cell with forget gate; gates in the order input, new, forget,
/// output.
void step(Cell& cell, const Array& x, const Tensors& p, const std::string& name) {
  const std::size_t width = cell.h.shape[1];
  const Array gates = plain::dense(plain::beside(x, cell.h), p, name);
  for (std::size_t n = 0; n < x.shape[0]; ++n) {
    for (std::size_t i = 0; i < width; ++i) {
      const auto gate = [&](std::size_t k) { return gates.at(n, k * width + i); };
      const auto squash = [](double v) { return 1 / (1 + std::exp(-v)); };
      const double c = cell.c.at(n, i) * squash(gate(2) + 1) + squash(gate(0)) * std::tanh(gate(1));
      cell.c.at(n, i) = c;
      cell.h.at(n, i) = std::tanh(c) * squash(gate(3));
    }
  }
}

Array rows(const Array& table, const HostTensor& words, std::size_t t) {
  const auto examples = static_cast<std::size_t>(words.shape[1]);
  Array chosen({examples, table.shape[1]});
  for (std::size_t n = 0; n < examples; ++n) {
    const auto word = static_cast<std::size_t>(words.values[t * examples + n]);
    for (std::size_t i = 0; i < table.shape[1]; ++i) chosen.at(n, i) = table.at(word, i);
  }
  return chosen;
}

/// Bahdanau's attention of the present state over the encoder's outputs.
Array attend(const std::vector<Cell>& cells, const std::vector<Array>& encoded, const Tensors& p) {
  Array query({encoded[0].shape[0], 0});
  for (const Cell& each : cells) query = plain::beside(plain::beside(query, each.c), each.h);
  const Array query_biases = named(p, "attention query biases");
  const Array y = plain::dense(query, named(p, "attention query"), &query_biases);
  const HostTensor& v = named(p, "attention vector");
  const std::size_t examples = y.shape[0];
  Array match({examples, encoded.size()});
  for (std::size_t s = 0; s < encoded.size(); ++s) {
    const Array features = plain::dense(encoded[s], named(p, "attention features"));
    for (std::size_t n = 0; n < examples; ++n) {
      for (std::size_t i = 0; i < y.shape[1]; ++i) {
        match.at(n, s) += v.values[i] * std::tanh(features.at(n, i) + y.at(n, i));
      }
    }
  }
  const Array attention = plain::log_softmax(match);
  Array read({examples, encoded[0].shape[1]});
  for (std::size_t s = 0; s < encoded.size(); ++s) {
    for (std::size_t n = 0; n < examples; ++n) {
      for (std::size_t i = 0; i < read.shape[1]; ++i) {
        read.at(n, i) += std::exp(attention.at(n, s)) * encoded[s].at(n, i);
      }
    }
  }
  return read;
}

double seq2seq_loss(const Tensors& p, const Tensors& inputs, const Tensors& labels) {
  const HostTensor& source = named(inputs, "source words");
  const HostTensor& decoder = named(inputs, "decoder words");
  const HostTensor& target = named(labels, "target words");
  const HostTensor& sampled = named(inputs, "sampled words");
  const HostTensor& expected_true = named(inputs, "log expected target counts");
  const HostTensor& expected_sampled = named(inputs, "log expected sampled counts");
  const Array projection = named(p, "projection");
  const Array projection_biases = named(p, "projection biases");
  const auto examples = static_cast<std::size_t>(source.shape[1]);
  const std::size_t width = projection.shape[1];
  const auto samples = static_cast<std::size_t>(sampled.shape[1]);

  std::vector<Cell> cells(3, Cell{Array({examples, width}), Array({examples, width})});
  const auto layers = [&](const std::string& side, Array x) {
    for (std::size_t layer = 0; layer < 3; ++layer) {
      step(cells[layer], x, p, side + std::to_string(layer + 1));
      x = cells[layer].h;
    }
    return x;
  };
  std::vector<Array> encoded;
  for (std::size_t t = 0; t < static_cast<std::size_t>(source.shape[0]); ++t) {
    encoded.push_back(layers("encoder", rows(named(p, "source embedding"), source, t)));
  }
  Array attention({examples, width});
  std::vector<double> loss(examples, 0);
  std::vector<double> words(examples, 0);
  for (std::size_t t = 0; t < static_cast<std::size_t>(decoder.shape[0]); ++t) {
    const Array input_biases = named(p, "decoder input biases");
    const Array output_biases = named(p, "decoder output biases");
    const Array x =
        plain::dense(plain::beside(rows(named(p, "target embedding"), decoder, t), attention),
                     named(p, "decoder input"), &input_biases);
    const Array top = layers("decoder", x);
    attention = attend(cells, encoded, p);
    const Array output =
        plain::dense(plain::beside(top, attention), named(p, "decoder output"), &output_biases);
    for (std::size_t n = 0; n < examples; ++n) {
      const auto right = static_cast<std::size_t>(target.values[t * examples + n]);
      if (right == 0) continue;  // padding
      const auto score = [&](std::size_t word) {
        double total = projection_biases.values[word];
        for (std::size_t i = 0; i < width; ++i) total += output.at(n, i) * projection.at(word, i);
        return total;
      };
      const double own = score(right) - expected_true.values[t * examples + n];
      std::vector<double> all = {own};
      for (std::size_t s = 0; s < samples; ++s) {
        const auto word = static_cast<std::size_t>(sampled.values[t * samples + s]);
        if (word == right) continue;
        all.push_back(score(word) - expected_sampled.values[t * samples + s]);
      }
      loss[n] += plain::log_of_sum(all) - own;
      words[n] += 1;
    }
  }
  double total = 0;
  for (std::size_t n = 0; n < examples; ++n) total += loss[n] / words[n];
  return total / static_cast<double>(examples);
}

/// The variant `code` differs in what is copied and transposed on the way, not in its numbers.
class Seq2seqStep : public testing::TestWithParam<Variant> {};
INSTANTIATE_TEST_SUITE_P(Variants, Seq2seqStep, testing::Values(Variant::paper, Variant::code),
                         [](const auto& variant) { return to_string(variant.param); });

TEST_P(Seq2seqStep, IsLstmWithAttentionAndSampledSoftmax) {
  const auto workload = small_workload("seq2seq", GetParam());
  const Tensors before = workload->parameters();
  check_step(*workload, seq2seq_loss, nullptr);
  // SGD of rate 0.5 with the norm of all gradients clipped at 5. The norm is TensorFlow's: a word
  // that is read twice counts with each of its gradients, so it is at least that of the dense
  // gradients.
  const Tensors gradients = workload->gradients();
  const Tensors after = workload->parameters();
  double squares = 0;
  for (const HostTensor& each : gradients) {
    for (const double value : each.values) squares += value * value;
  }
  ASSERT_LT(std::sqrt(squares), 5) << "the small shape does not clip";
  for (std::size_t p = 0; p < after.size(); ++p) {
    for (std::size_t i = 0; i < after[p].values.size(); ++i) {
      ASSERT_NEAR(after[p].values[i], before[p].values[i] - 0.5 * gradients[p].values[i], 1e-5)
          << after[p].name << " [" << i << "]";
    }
  }
}

}  // namespace
}  // namespace minerva::workloads::test
