#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "example_order.hpp"
#include "minerva/workloads/sentence_pairs.hpp"
#include "minerva/workloads/streams.hpp"
#include "models.hpp"
#include "word_sampler.hpp"

// Sequence-to-sequence translation (Sutskever et al., 2014) with attention (Bahdanau et al., 2015),
// as TensorFlow's translation model and Fathom's code have it: embeddings of 256 numbers, three
// LSTM layers of 256 in encoder and decoder, sampled softmax over 512 of 40,000 words in training,
// the whole softmax in inference.
namespace minerva::workloads {
namespace {

struct Seq2seqSizes {
  std::int64_t vocabulary;
  std::int64_t width;  ///< of embeddings and LSTM
  std::int64_t sampled;
};
constexpr Seq2seqSizes kFullSeq2seq{40000, 256, 512};
constexpr Seq2seqSizes kSmallSeq2seq{200, 8, 16};
constexpr int kLayers = 3;
constexpr double kForgetBias = 1;
constexpr double kClipNorm = 5;
constexpr double kRate = 0.5;

/// Rows of a parameter with a gradient of their own, so that a step costs what its words cost and
/// not the whole vocabulary.
struct GatheredRows {
  std::size_t parameter;
  Tensor rows;    ///< numbers of the rows
  Tensor values;  ///< a leaf of automatic differentiation
  Tensor scaled;  ///< its gradient, clipped; of the variant `code` alone
};

/// A tensor that each step uses once.
struct Shared {
  std::vector<Tensor> uses;
  std::size_t used = 0;
};

struct State {
  Tensor c;
  Tensor h;
};

SentencePairs synthetic_pairs(std::uint64_t seed, std::int64_t vocabulary) {
  SentencePairs pairs;
  KeyedRandom random(seed, kSyntheticStream);
  const auto words = [&](int length) {
    std::vector<int> sentence;
    for (int i = 0; i < length; ++i) {
      sentence.push_back(kSpecialWords + static_cast<int>(random.below(static_cast<std::uint64_t>(
                                             vocabulary - kSpecialWords))));
    }
    return sentence;
  };
  for (std::size_t b = 0; b < kSentenceBuckets.size(); ++b) {
    for (int i = 0; i < 128; ++i) {
      SentencePair pair{words(kSentenceBuckets[b].source - 1 - i % 3),
                        words(kSentenceBuckets[b].target - 2 - i % 4)};
      pair.target.push_back(kEndWord);
      pairs.buckets[b].push_back(std::move(pair));
    }
  }
  return pairs;
}

class Seq2seq : public TorchWorkload {
 public:
  using TorchWorkload::TorchWorkload;

  std::string shape_text() const override {
    return "bucket (" + std::to_string(bucket().source) + "," + std::to_string(bucket().target) +
           ")";
  }

  void next_batch() override {
    std::vector<const SentencePair*> pairs;
    for (const std::size_t i : order_->next(static_cast<std::size_t>(batch_))) {
      pairs.push_back(&train()[i]);
    }
    set_pairs(pairs);
    draw_samples();
  }

  /// Perplexity of the whole softmax.
  Score score(std::int64_t most_examples) override {
    const at::NoGradGuard no_gradient;
    const auto all = static_cast<std::int64_t>(held_out_.size());
    const std::int64_t count = most_examples > 0 ? std::min(most_examples, all) : all;
    const Named inputs = inputs_;
    const Named labels = labels_;
    double entropy = 0;
    double words = 0;
    for (std::int64_t begin = 0; begin < count; begin += batch_) {
      std::vector<const SentencePair*> pairs;
      for (std::int64_t i = begin; i < std::min(count, begin + batch_); ++i) {
        pairs.push_back(&held_out_[static_cast<std::size_t>(i)]);
      }
      set_pairs(pairs);
      const std::vector<Tensor> outputs = decoder_outputs();
      for (std::size_t t = 0; t < outputs.size(); ++t) {
        const Tensor likelihood = at::log_softmax(whole_scores(outputs[t]), 1);
        const Tensor target = targets_[t].unsqueeze(1);
        entropy -=
            at::sum(at::gather(likelihood, 1, target).squeeze(1) * weights_[t]).item<double>();
        words += at::sum(weights_[t]).item<double>();
      }
    }
    inputs_ = inputs;
    labels_ = labels;
    return {"perplexity of held-out sentences", std::exp(entropy / words),
            static_cast<double>(sizes().vocabulary), "equally likely words", count};
  }

  /// What the projection reads of each word of sentences, none of the padding.
  std::optional<HostTensor> held_out(HeldOutPart part, std::int64_t most_words) override {
    const at::NoGradGuard no_gradient;
    const std::vector<std::size_t> chosen = examples_of_part(part, held_out_.size());
    const std::size_t count = std::min(chosen.size(), static_cast<std::size_t>(most_words));
    const Named inputs = inputs_;
    const Named labels = labels_;
    std::vector<Tensor> features;
    for (std::size_t begin = 0; begin < count; begin += static_cast<std::size_t>(batch_)) {
      std::vector<const SentencePair*> pairs;
      for (std::size_t i = begin; i < std::min(count, begin + static_cast<std::size_t>(batch_));
           ++i) {
        pairs.push_back(&held_out_[chosen[i]]);
      }
      set_pairs(pairs);
      const std::vector<Tensor> outputs = decoder_outputs();
      for (std::size_t t = 0; t < outputs.size(); ++t) {
        features.push_back(at::index_select(outputs[t], 0, at::nonzero(weights_[t]).squeeze(1)));
      }
    }
    inputs_ = inputs;
    labels_ = labels;
    const Tensor all = at::cat(features);
    std::vector<std::int64_t> rows;
    for (const std::size_t i : spread(static_cast<std::size_t>(all.size(0)), most_words)) {
      rows.push_back(static_cast<std::int64_t>(i));
    }
    const auto words = static_cast<std::int64_t>(rows.size());
    return host_tensor(kWordFeatures, at::index_select(all, 0, index_tensor(rows, {words})));
  }

  /// The projection has a row a word in both variants, whichever way it is held.
  std::vector<HostTensor> parameters() const override {
    std::vector<HostTensor> all = TorchWorkload::parameters();
    if (of_code()) {
      all[kProjection] = host_tensor(all[kProjection].name, parameters_[kProjection].value.t());
    }
    return all;
  }

 protected:
  Seq2seqSizes sizes() const { return options_.small ? kSmallSeq2seq : kFullSeq2seq; }
  SentenceBucket bucket() const {
    return kSentenceBuckets[static_cast<std::size_t>(options_.bucket)];
  }
  const std::vector<SentencePair>& train() const {
    return pairs_.buckets[static_cast<std::size_t>(options_.bucket)];
  }

  void build() override {
    const Seq2seqSizes size = sizes();
    pairs_ = options_.synthetic
                 ? synthetic_pairs(options_.seed, size.vocabulary)
                 : read_sentence_pairs(options_.data_dir + "/fathom/verses/verses-en-es.tsv.gz",
                                       static_cast<int>(size.vocabulary));
    auto& pairs = pairs_.buckets[static_cast<std::size_t>(options_.bucket)];
    // Every twentieth pair is held out.
    constexpr std::size_t kHeldOutOf = 20;
    held_out_.clear();
    std::vector<SentencePair> kept;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      (i % kHeldOutOf == kHeldOutOf - 1 ? held_out_ : kept).push_back(std::move(pairs[i]));
    }
    pairs = std::move(kept);
    if (pairs.empty())
      throw UserError("seq2seq", shape_text(), "no sentence of the data fits this");
    if (held_out_.empty()) held_out_.push_back(pairs.front());
    order_.emplace(options_.seed, pairs.size());
    samplings_ = 0;

    const std::int64_t w = size.width;
    const auto uniform_of = [&](const std::string& name, std::int64_t rows, std::int64_t columns,
                                double variance) {
      add_parameter(name, (at::rand({rows, columns}) * 2 - 1) * std::sqrt(3 * variance));
    };
    // As the translation model of TensorFlow 0.8 begins: a matrix is uniform with variance 1 over
    // the number of its inputs, which of a table are its rows, but the encoder's embedding has
    // variance 1.
    const auto uniform = [&](const std::string& name, std::int64_t rows, std::int64_t columns) {
      uniform_of(name, rows, columns, 1 / static_cast<double>(rows));
    };
    uniform_of("source embedding", size.vocabulary, w, 1);
    uniform("target embedding", size.vocabulary, w);
    if (of_code()) {
      uniform("projection", w, size.vocabulary);
    } else {
      uniform_of("projection", size.vocabulary, w, 1 / static_cast<double>(w));  // rows are words
    }
    add_zeros("projection biases", {size.vocabulary, 1});  // rows, as the others
    for (const char* side : {"encoder", "decoder"}) {
      for (int layer = 1; layer <= kLayers; ++layer) {
        const std::string name = std::string(side) + std::to_string(layer);
        uniform(name + " weights", 2 * w, 4 * w);
        add_zeros(name + " biases", {4 * w});
      }
    }
    uniform("attention features", w, w);
    uniform("attention query", 2 * kLayers * w, w);
    add_zeros("attention query biases", {w});
    add_parameter("attention vector",
                  (at::rand({w}) * 2 - 1) * std::sqrt(3.0 / static_cast<double>(w)));
    uniform("decoder input", 2 * w, w);
    add_zeros("decoder input biases", {w});
    uniform("decoder output", 2 * w, w);
    add_zeros("decoder output biases", {w});
  }

  /// Rows of parameter number `number` for the words.
  Tensor gathered(std::size_t number, const Tensor& words) {
    const Tensor& table =
        number == kProjection && of_code() ? projection_rows_ : parameters_[number].value;
    if (!at::GradMode::is_enabled()) return at::index_select(table, 0, words);
    Tensor values;
    {
      const at::NoGradGuard no_gradient;
      values = at::index_select(table, 0, words);
    }
    values.requires_grad_();
    gathered_.push_back({number, words, values, Tensor()});
    return values;
  }

  /// Announces that each step of `steps` uses the tensor once.
  void share(const std::string& name, const Tensor& tensor, std::size_t steps) {
    const bool added_at_once = of_code() && at::GradMode::is_enabled();
    shared_[name] = {added_at_once ? uses_of(tensor, steps, options_.threads)
                                   : std::vector<Tensor>(steps, tensor),
                     0};
  }

  const Tensor& next_use(const std::string& name) {
    Shared& shared = shared_.at(name);
    return shared.uses.at(shared.used++);
  }

  Tensor shared_dense(const std::string& name, const Tensor& x) {
    return dense(x, next_use(name), next_use(name + " biases"));
  }

  State lstm(const std::string& name, const Tensor& x, const State& state) {
    const Tensor gates =
        dense(at::cat({x, state.h}, 1), next_use(name + " weights"), next_use(name + " biases"));
    const std::vector<Tensor> part = at::chunk(gates, 4, 1);  // input, new, forget, output
    const Tensor c =
        state.c * at::sigmoid(part[2] + kForgetBias) + at::sigmoid(part[0]) * at::tanh(part[1]);
    return {c, at::tanh(c) * at::sigmoid(part[3])};
  }

  Tensor layers(const std::string& side, Tensor x, std::vector<State>& states) {
    for (std::size_t layer = 0; layer < kLayers; ++layer) {
      states[layer] = lstm(side + std::to_string(layer + 1), x, states[layer]);
      x = states[layer].h;
    }
    return x;
  }

  /// Outputs of the decoder before the projection to words, one a step: examples x width.
  std::vector<Tensor> decoder_outputs() {
    gathered_.clear();
    shared_.clear();
    const std::int64_t examples = source_words_[0].size(0);
    const std::int64_t w = sizes().width;
    for (int layer = 1; layer <= kLayers; ++layer) {
      for (const char* kind : {" weights", " biases"}) {
        const std::string encoder = "encoder" + std::to_string(layer) + kind;
        const std::string decoder = "decoder" + std::to_string(layer) + kind;
        share(encoder, parameter(encoder), source_words_.size());
        share(decoder, parameter(decoder), decoder_words_.size());
      }
    }
    for (const char* name : {"attention query", "decoder input", "decoder output"}) {
      share(name, parameter(name), decoder_words_.size());
      const std::string biases = std::string(name) + " biases";
      share(biases, parameter(biases), decoder_words_.size());
    }
    share("attention vector", parameter("attention vector"), decoder_words_.size());
    const Tensor zero = at::zeros({examples, w});
    std::vector<State> states(kLayers, State{zero, zero});
    std::vector<Tensor> encoded;
    for (const Tensor& words : source_words_) {
      encoded.push_back(layers("encoder", gathered(kSourceEmbedding, words), states));
    }
    // examples x source x width, read by each word and for the features
    share("memory", at::stack(encoded, 1), decoder_words_.size() + 1);
    share("features",
          at::mm(next_use("memory").view({-1, w}), parameter("attention features"))
              .view({examples, -1, w}),
          decoder_words_.size());
    const auto attend = [&] {
      std::vector<Tensor> query;
      for (const State& each : states) {
        query.push_back(each.c);
        query.push_back(each.h);
      }
      const Tensor y = shared_dense("attention query", at::cat(query, 1));
      const Tensor match =
          sum(next_use("attention vector") * at::tanh(next_use("features") + y.unsqueeze(1)), {2});
      return sum(next_use("memory") * at::softmax(match, 1).unsqueeze(2), {1});
    };
    Tensor attention = zero;
    std::vector<Tensor> outputs;
    for (const Tensor& words : decoder_words_) {
      const Tensor x =
          shared_dense("decoder input", at::cat({gathered(kTargetEmbedding, words), attention}, 1));
      const Tensor top = layers("decoder", x, states);
      attention = attend();
      outputs.push_back(shared_dense("decoder output", at::cat({top, attention}, 1)));
    }
    return outputs;
  }

  Tensor whole_scores(const Tensor& output) const {
    const Tensor& projection = parameter("projection");
    return at::addmm(parameter("projection biases").squeeze(1), output,
                     of_code() ? projection : projection.t());
  }

  /// Cross-entropy of each example with the sampled words of a step (Jean et al., 2015).
  Tensor sampled_loss(const Tensor& output, std::size_t t) {
    const Tensor& target = targets_[t];
    const std::int64_t examples = target.size(0);
    const Tensor words = at::cat({target, sampled_[t]});
    const Tensor rows = gathered(kProjection, words);
    const Tensor biases = gathered(kProjectionBiases, words).squeeze(1);
    const std::int64_t all = words.size(0);
    const Tensor products = output * rows.slice(0, 0, examples);
    // TensorFlow's sampled softmax sums rows by a product with ones, whose gradient is no copy.
    const Tensor row_sums = of_code() ? at::mm(products, at::ones({products.size(1), 1})).squeeze(1)
                                      : at::sum(products, {1});
    const Tensor true_scores = row_sums + biases.slice(0, 0, examples) - log_expected_true_[t];
    const Tensor other_scores =
        at::addmm(biases.slice(0, examples, all), output, rows.slice(0, examples, all).t()) -
        log_expected_sampled_[t];
    // A sampled word that is the right one must not count against it.
    const Tensor others =
        at::masked_fill(other_scores, hits_[t], -std::numeric_limits<float>::max());
    const Tensor scores = at::cat({true_scores.unsqueeze(1), others}, 1);
    return -at::log_softmax(scores, 1).select(1, 0);
  }

  Tensor training_loss() override {
    if (of_code()) {
      const at::NoGradGuard no_gradient;
      RECORD_USER_SCOPE("op:Transpose");
      projection_rows_ = parameter("projection").t().contiguous();
    }
    const std::vector<Tensor> outputs = decoder_outputs();
    Tensor total;
    Tensor weight;
    for (std::size_t t = 0; t < outputs.size(); ++t) {
      const Tensor loss = sampled_loss(outputs[t], t) * weights_[t];
      total = total.defined() ? total + loss : loss;
      weight = weight.defined() ? weight + weights_[t] : weights_[t];
    }
    put(outputs_, "last output", outputs.back());
    return sum(total / weight) / batch_;
  }

  void forward_only() override {
    for (const Tensor& output : decoder_outputs()) {
      put(outputs_, kWordFeatures, output);
      put(outputs_, "scores", whole_scores(output));
    }
  }

  void update() override {
    if (of_code()) take_projection_gradient();
    Tensor squares = at::zeros({});
    const auto count = [&](const Tensor& gradient) {
      squares = squares + at::sum(at::pow(gradient, 2));
    };
    for (const Parameter& each : parameters_) {
      if (each.value.grad().defined()) count(each.value.grad());
    }
    for (const GatheredRows& each : gathered_) count(each.values.grad());
    const double norm = std::sqrt(squares.item<double>());
    const double scale = std::min(1.0, kClipNorm / norm);
    // TensorFlow multiplies every gradient by the scale, whether it clips or not.
    const double step = rate(kRate) * (of_code() ? 1 : scale);
    if (of_code()) {
      for (Parameter& each : parameters_) {
        Tensor& gradient = each.value.mutable_grad();
        if (gradient.defined()) gradient = gradient * scale;
      }
      for (GatheredRows& each : gathered_) each.scaled = each.values.grad() * scale;
    }
    RECORD_USER_SCOPE("op:ApplySGD");
    for (Parameter& each : parameters_) {
      if (!each.value.grad().defined()) continue;
      const Tensor gradient = each.value.grad().contiguous();
      apply_gradient_descent(each.value.data_ptr<float>(), gradient.data_ptr<float>(),
                             each.value.numel(), step, options_.threads);
    }
    for (const GatheredRows& each : gathered_) {
      Tensor& table = parameters_[each.parameter].value;
      const Tensor gradient = (of_code() ? each.scaled : each.values.grad()).contiguous();
      apply_row_gradients(table.data_ptr<float>(), each.rows.data_ptr<std::int64_t>(),
                          gradient.data_ptr<float>(), each.rows.numel(), table.size(1), step);
    }
  }

  Tensor gradient_of(std::size_t number) const override {
    Tensor gradient = TorchWorkload::gradient_of(number).clone();
    if (number == kProjection && of_code()) return gradient.t();
    for (const GatheredRows& each : gathered_) {
      if (each.parameter == number) gradient.index_add_(0, each.rows, each.values.grad());
    }
    return gradient;
  }

 private:
  bool of_code() const { return options_.variant == Variant::code; }

  /// Fathom's code holds the projection width x words and transposes it in each step for the rows
  /// of the sampled words, so that its gradient is a dense table that is transposed back.
  void take_projection_gradient() {
    RECORD_USER_SCOPE("phase:backward");
    std::vector<Tensor> numbers;
    std::vector<Tensor> values;
    for (const GatheredRows& each : gathered_) {
      if (each.parameter != kProjection) continue;
      numbers.push_back(each.rows);
      values.push_back(each.values.grad());
    }
    const Tensor all_numbers = at::cat(numbers);
    const Tensor all_values = at::cat(values);
    Tensor of_rows;
    {
      RECORD_USER_SCOPE("op:ScatterAdd");
      of_rows = at::zeros_like(projection_rows_);
      apply_row_gradients(of_rows.data_ptr<float>(), all_numbers.data_ptr<std::int64_t>(),
                          all_values.data_ptr<float>(), all_numbers.numel(), of_rows.size(1), -1);
    }
    Tensor gradient;
    {
      RECORD_USER_SCOPE("op:Transpose");
      gradient = of_rows.t().contiguous();
    }
    parameters_[kProjection].value.mutable_grad() = gradient;
    raw_gradients_[kProjection] = gradient;
    const auto of_projection = [](const GatheredRows& each) {
      return each.parameter == kProjection;
    };
    gathered_.erase(std::remove_if(gathered_.begin(), gathered_.end(), of_projection),
                    gathered_.end());
  }

  static constexpr std::size_t kSourceEmbedding = 0;
  static constexpr std::size_t kTargetEmbedding = 1;
  static constexpr std::size_t kProjection = 2;
  static constexpr std::size_t kProjectionBiases = 3;

  /// Words of each step: sources backwards with padding before them, decoder inputs behind the
  /// begin word, targets one step ahead, weight 0 for padding.
  void set_pairs(const std::vector<const SentencePair*>& pairs) {
    const auto examples = static_cast<std::int64_t>(pairs.size());
    const auto column = [&](const auto& word) {
      std::vector<std::int64_t> words;
      for (const SentencePair* each : pairs) words.push_back(word(*each));
      return index_tensor(words, {examples});
    };
    source_words_.clear();
    decoder_words_.clear();
    targets_.clear();
    weights_.clear();
    const auto source = static_cast<std::size_t>(bucket().source);
    const auto target = static_cast<std::size_t>(bucket().target);
    for (std::size_t t = 0; t < source; ++t) {
      source_words_.push_back(column([&](const SentencePair& pair) {
        const std::size_t from_end = source - 1 - t;
        return from_end < pair.source.size() ? pair.source[from_end] : int{kPaddingWord};
      }));
    }
    const auto target_word = [](const SentencePair& pair, std::size_t t) {
      return t < pair.target.size() ? pair.target[t] : int{kPaddingWord};
    };
    for (std::size_t t = 0; t < target; ++t) {
      decoder_words_.push_back(column([&](const SentencePair& pair) {
        return t == 0 ? int{kGoWord} : target_word(pair, t - 1);
      }));
      targets_.push_back(column([&](const SentencePair& pair) { return target_word(pair, t); }));
      weights_.push_back(at::ne(targets_.back(), int{kPaddingWord}).to(at::kFloat));
    }
    put(inputs_, "source words", at::stack(source_words_));
    put(inputs_, "decoder words", at::stack(decoder_words_));
    put(labels_, "target words", at::stack(targets_));
  }

  void draw_samples() {
    const Seq2seqSizes size = sizes();
    sampled_.clear();
    log_expected_true_.clear();
    log_expected_sampled_.clear();
    hits_.clear();
    for (const Tensor& target : targets_) {
      KeyedRandom random(options_.seed, kSampledWordsStream, samplings_++);
      const SampledWords sampled = sample_words(random, size.vocabulary, size.sampled);
      const auto logarithms = [&](const std::int64_t* words, std::int64_t count) {
        std::vector<float> values;
        for (std::int64_t i = 0; i < count; ++i) {
          values.push_back(static_cast<float>(
              std::log(expected_count(words[i], size.vocabulary, sampled.draws))));
        }
        return float_tensor(values, {count});
      };
      sampled_.push_back(index_tensor(sampled.words, {size.sampled}));
      log_expected_true_.push_back(logarithms(target.data_ptr<std::int64_t>(), target.numel()));
      log_expected_sampled_.push_back(logarithms(sampled.words.data(), size.sampled));
      hits_.push_back(at::eq(target.unsqueeze(1), sampled_.back().unsqueeze(0)));
    }
    put(inputs_, "sampled words", at::stack(sampled_));
    put(inputs_, "log expected target counts", at::stack(log_expected_true_));
    put(inputs_, "log expected sampled counts", at::stack(log_expected_sampled_));
  }

  SentencePairs pairs_;
  std::vector<SentencePair> held_out_;
  std::optional<ExampleOrder> order_;
  std::uint64_t samplings_ = 0;
  std::vector<Tensor> source_words_;
  std::vector<Tensor> decoder_words_;
  std::vector<Tensor> targets_;
  std::vector<Tensor> weights_;
  std::vector<Tensor> sampled_;
  std::vector<Tensor> log_expected_true_;
  std::vector<Tensor> log_expected_sampled_;
  std::vector<Tensor> hits_;
  std::vector<GatheredRows> gathered_;
  std::map<std::string, Shared> shared_;
  Tensor projection_rows_;  ///< of the variant `code`, words x width, anew in each step
};

}  // namespace

std::unique_ptr<Workload> make_seq2seq(const WorkloadFacts& facts, const WorkloadOptions& options) {
  return std::make_unique<Seq2seq>(facts, options);
}

}  // namespace minerva::workloads
