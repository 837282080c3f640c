#include <algorithm>
#include <cmath>
#include <optional>

#include "edit_distance.hpp"
#include "example_order.hpp"
#include "minerva/workloads/spoken_digits.hpp"
#include "minerva/workloads/streams.hpp"
#include "models.hpp"

// Deep Speech (Hannun et al., 2014) at Fathom's sizes: three dense layers with clipped ReLU on
// every frame, a bidirectional recurrent layer, an output layer over phonemes and the blank, CTC
// loss. Its variant `code` leaves the recurrent layer out and clips the outputs, too, as Fathom's
// code does.
namespace minerva::workloads {
namespace {

constexpr double kClip = 20;
/// Frames of TIMIT's longest utterance, to which Fathom pads.
constexpr int kFrames = 1566;
constexpr int kWidth = 1024;
/// 61 phonemes of TIMIT and the blank.
constexpr int kOutputs = 62;
constexpr int kSmallFrames = 140;
constexpr int kSmallWidth = 48;

Tensor clipped_relu(const Tensor& x) { return at::hardtanh(x, 0, kClip); }

SpokenDigits synthetic_digits(std::uint64_t seed) {
  SpokenDigits digits;
  KeyedRandom random(seed, kSyntheticStream);
  for (int i = 0; i < 60; ++i) {
    SpokenDigit each;
    each.digit = i % 10;
    each.frames = 30 + static_cast<int>(random.below(60));
    for (int k = 0; k < each.frames * kSpeechCoefficients; ++k) {
      each.features.push_back(static_cast<float>(random.normal()));
    }
    digits.longest_frames = std::max(digits.longest_frames, each.frames);
    (i < 40 ? digits.train : digits.test).push_back(std::move(each));
  }
  return digits;
}

class Speech : public TorchWorkload {
 public:
  using TorchWorkload::TorchWorkload;

  std::string shape_text() const override {
    return std::to_string(frames_) + " frames, width " + std::to_string(width());
  }

  void next_batch() override {
    std::vector<const SpokenDigit*> chosen;
    for (const std::size_t i : order_->next(static_cast<std::size_t>(batch_))) {
      chosen.push_back(&digits_.train[i]);
    }
    set_recordings(chosen, frames_);
  }

  Score score(std::int64_t most_examples) override {
    const at::NoGradGuard no_gradient;
    const auto all = static_cast<std::int64_t>(digits_.test.size());
    const std::int64_t count = most_examples > 0 ? std::min(most_examples, all) : all;
    const Named inputs = inputs_;
    const Named labels = labels_;
    std::int64_t wrong = 0;
    std::int64_t wanted = 0;
    for (std::int64_t begin = 0; begin < count; begin += batch_) {
      std::vector<const SpokenDigit*> chosen;
      int frames = 1;
      for (std::int64_t i = begin; i < std::min(count, begin + batch_); ++i) {
        chosen.push_back(&digits_.test[static_cast<std::size_t>(i)]);
        frames = std::max(frames, chosen.back()->frames);
      }
      set_recordings(chosen, frames);
      const Tensor best = at::argmax(logits(), 2).contiguous();  // frames x recordings
      const auto* values = best.data_ptr<std::int64_t>();
      for (std::size_t r = 0; r < chosen.size(); ++r) {
        std::vector<int> heard;
        std::int64_t before = 0;
        for (int t = 0; t < chosen[r]->frames; ++t) {
          const std::int64_t label = values[static_cast<std::size_t>(t) * chosen.size() + r];
          if (label != 0 && label != before) heard.push_back(static_cast<int>(label));
          before = label;
        }
        const std::vector<int> spoken = phonemes_of_digit(chosen[r]->digit);
        wrong += edit_distance(heard, spoken);
        wanted += static_cast<std::int64_t>(spoken.size());
      }
    }
    inputs_ = inputs;
    labels_ = labels;
    const double scale = 100 / static_cast<double>(wanted);
    return {"phonemes wrong on held-out recordings (edit distance), %",
            scale * static_cast<double>(wrong), scale * static_cast<double>(best_constant(count)),
            "the best constant answer", count};
  }

  /// Frames of recordings, none of the padding.
  std::optional<HostTensor> held_out(HeldOutPart part, std::int64_t most_frames) override {
    std::vector<const float*> frames;
    for (const std::size_t i : examples_of_part(part, digits_.test.size())) {
      const SpokenDigit& each = digits_.test[i];
      for (int t = 0; t < each.frames; ++t) {
        frames.push_back(each.features.data() + std::ptrdiff_t{t} * kSpeechCoefficients);
      }
    }
    std::vector<float> chosen;
    for (const std::size_t i : spread(frames.size(), most_frames)) {
      chosen.insert(chosen.end(), frames[i], frames[i] + kSpeechCoefficients);
    }
    const auto rows = static_cast<std::int64_t>(chosen.size()) / kSpeechCoefficients;
    return host_tensor("frames", float_tensor(chosen, {rows, kSpeechCoefficients}));
  }

 protected:
  std::int64_t width() const { return options_.small ? kSmallWidth : kWidth; }
  std::int64_t output_width() const {
    return options_.small ? 1 + static_cast<std::int64_t>(digit_phonemes().size()) : kOutputs;
  }
  bool recurrent() const { return options_.variant == Variant::paper; }

  void build() override {
    digits_ = options_.synthetic ? synthetic_digits(options_.seed)
                                 : read_spoken_digits(options_.data_dir + "/fathom/spoken-digits");
    frames_ = options_.small ? kSmallFrames : kFrames;
    if (digits_.longest_frames > frames_) {
      throw UserError(
          "speech", std::to_string(digits_.longest_frames) + " frames",
          "needs recordings of at most " + std::to_string(frames_) + " frames of 10 ms");
    }
    order_.emplace(options_.seed, digits_.train.size());
    const auto layer = [&](const std::string& name, std::int64_t in, std::int64_t out) {
      add_normal(name + " weights", {in, out}, std::sqrt(2.0 / static_cast<double>(in)));
      add_biases(name + " biases", out);
    };
    layer("layer 1", kSpeechCoefficients, width());
    layer("layer 2", width(), width());
    layer("layer 3", width(), width());
    if (recurrent()) {
      // Half of the variance, for the sum of both directions and of input and state.
      for (const char* direction : {"forward", "backward"}) {
        add_normal(std::string(direction) + " weights", {2 * width(), width()},
                   std::sqrt(0.5 / static_cast<double>(width())));
        add_biases(std::string(direction) + " biases", width());
      }
    }
    layer("output", width(), output_width());
  }

  /// One direction of the recurrent layer over rows of frames x recordings x width.
  std::vector<Tensor> direction(const std::string& name, const std::vector<Tensor>& frames,
                                bool reversed) {
    Tensor state = at::zeros_like(frames[0]);
    std::vector<Tensor> states(frames.size());
    for (std::size_t k = 0; k < frames.size(); ++k) {
      const std::size_t t = reversed ? frames.size() - 1 - k : k;
      state = clipped_relu(dense(at::cat({frames[t], state}, 1), parameter(name + " weights"),
                                 parameter(name + " biases")));
      states[t] = state;
    }
    return states;
  }

  /// frames x recordings x outputs
  Tensor logits() {
    const Tensor& features = inputs_[0].second;
    const std::int64_t frames = features.size(0);
    const std::int64_t recordings = features.size(1);
    Tensor h = features.reshape({frames * recordings, kSpeechCoefficients});
    for (const char* layer : {"layer 1", "layer 2", "layer 3"}) {
      h = clipped_relu(dense(h, parameter(std::string(layer) + " weights"),
                             parameter(std::string(layer) + " biases")));
    }
    if (recurrent()) {
      // unbind, because the gradient of h[t] would be a zero tensor of the whole size for each t.
      const std::vector<Tensor> rows = at::unbind(h.view({frames, recordings, width()}), 0);
      const std::vector<Tensor> ahead = direction("forward", rows, false);
      const std::vector<Tensor> back = direction("backward", rows, true);
      h = (at::stack(ahead) + at::stack(back)).view({frames * recordings, width()});
    }
    Tensor scores = dense(h, parameter("output weights"), parameter("output biases"));
    if (!recurrent()) scores = clipped_relu(scores);
    return scores.view({frames, recordings, output_width()});
  }

  Tensor training_loss() override {
    const Tensor scores = logits();
    put(outputs_, "logits", scores);
    // Sum over the batch by reduction 2, so that the mean is over recordings and not over labels.
    return at::ctc_loss(at::log_softmax(scores, 2), labels_[0].second, lengths_, label_lengths_, 0,
                        2) /
           batch_;
  }

  void forward_only() override { put(outputs_, "probabilities", at::softmax(logits(), 2)); }

  void update() override {
    RECORD_USER_SCOPE("op:ApplySGD");
    for (Parameter& each : parameters_) {
      const Tensor gradient = each.value.grad().contiguous();
      apply_gradient_descent(each.value.data_ptr<float>(), gradient.data_ptr<float>(),
                             each.value.numel(), rate(0.01), options_.threads);
    }
  }

 private:
  void set_recordings(const std::vector<const SpokenDigit*>& recordings, int frames) {
    const auto count = static_cast<std::int64_t>(recordings.size());
    Tensor features = at::zeros({frames, count, kSpeechCoefficients});
    std::vector<std::int64_t> spoken;
    lengths_.clear();
    label_lengths_.clear();
    std::size_t longest = 0;
    for (const SpokenDigit* each : recordings) {
      longest = std::max(longest, phonemes_of_digit(each->digit).size());
    }
    for (std::size_t r = 0; r < recordings.size(); ++r) {
      const SpokenDigit& each = *recordings[r];
      for (std::size_t t = 0; t < static_cast<std::size_t>(each.frames); ++t) {
        float* row = features.data_ptr<float>() +
                     (t * recordings.size() + r) * std::size_t{kSpeechCoefficients};
        std::copy_n(each.features.data() + t * kSpeechCoefficients, kSpeechCoefficients, row);
      }
      std::vector<int> phonemes = phonemes_of_digit(each.digit);
      lengths_.push_back(each.frames);
      label_lengths_.push_back(static_cast<std::int64_t>(phonemes.size()));
      phonemes.resize(longest, 0);
      spoken.insert(spoken.end(), phonemes.begin(), phonemes.end());
    }
    put(inputs_, "features", features);
    put(inputs_, "frames", index_tensor(lengths_, {count}));
    put(labels_, "phonemes", index_tensor(spoken, {count, static_cast<std::int64_t>(longest)}));
    put(labels_, "phoneme counts", index_tensor(label_lengths_, {count}));
  }

  /// Errors of the digit whose phonemes, given as every answer, have the fewest.
  std::int64_t best_constant(std::int64_t count) const {
    std::int64_t best = -1;
    for (int answer = 0; answer < 10; ++answer) {
      std::int64_t wrong = 0;
      for (std::int64_t i = 0; i < count; ++i) {
        wrong += edit_distance(phonemes_of_digit(answer),
                               phonemes_of_digit(digits_.test[static_cast<std::size_t>(i)].digit));
      }
      if (best < 0 || wrong < best) best = wrong;
    }
    return best;
  }

  SpokenDigits digits_;
  int frames_ = 0;
  std::vector<std::int64_t> lengths_;
  std::vector<std::int64_t> label_lengths_;
  std::optional<ExampleOrder> order_;
};

}  // namespace

std::unique_ptr<Workload> make_speech(const WorkloadFacts& facts, const WorkloadOptions& options) {
  return std::make_unique<Speech>(facts, options);
}

}  // namespace minerva::workloads
