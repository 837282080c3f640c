#include <algorithm>
#include <optional>

#include "example_order.hpp"
#include "minerva/workloads/babi.hpp"
#include "minerva/workloads/streams.hpp"
#include "models.hpp"

// An end-to-end memory network (Sukhbaatar et al., 2015) with three hops, position encoding,
// temporal memory, and one embedding A of the facts for both of a hop's readings, as Fathom's code
// has it.
namespace minerva::workloads {
namespace {

constexpr int kHops = 3;
constexpr int kEmbedding = 20;
constexpr int kMostFacts = 50;
constexpr std::size_t kTrainQuestions = 1000;
/// Fathom's constants of the optimizer.
constexpr double kGradientNorm = 40;
constexpr double kGradientNoise = 1e-3;

/// Weight of word j at place i of the embedding, from 1 (Sukhbaatar et al., Sec. 4.1, in the form
/// of Fathom's code): 1 + 4 (i - d/2) (j - s/2) / (d s) for d numbers and s words.
std::vector<float> position_encoding(int words, int numbers) {
  std::vector<float> weights;
  for (int j = 1; j <= words; ++j) {
    for (int i = 1; i <= numbers; ++i) {
      weights.push_back(static_cast<float>(1 + 4 * (i - numbers / 2.0) * (j - words / 2.0) /
                                                   (static_cast<double>(numbers) * words)));
    }
  }
  return weights;
}

/// Random questions of the shape of bAbI's first task.
BabiTask synthetic_task(std::uint64_t seed) {
  constexpr int kWords = 20;
  constexpr int kSentenceWords = 6;
  constexpr int kStory = 10;
  BabiTask task;
  task.words.resize(kWords);
  task.sentence_words = kSentenceWords;
  task.longest_story = kStory;
  KeyedRandom random(seed, kSyntheticStream);
  const auto sentence = [&](int words) {
    std::vector<int> codes;
    for (int i = 0; i < words; ++i) codes.push_back(1 + static_cast<int>(random.below(kWords - 1)));
    return codes;
  };
  for (int i = 0; i < 200; ++i) {
    BabiQuestion question;
    for (int fact = 0; fact < 2 + i % (kStory - 1); ++fact) {
      question.facts.push_back(sentence(kSentenceWords - fact % 2));
    }
    question.question = sentence(3);
    question.answer = 1 + static_cast<int>(random.below(kWords - 1));
    (i % 4 == 0 ? task.test : task.train).push_back(std::move(question));
  }
  return task;
}

class MemoryNetwork : public TorchWorkload {
 public:
  using TorchWorkload::TorchWorkload;

  std::string shape_text() const override {
    return "memory " + std::to_string(memory_) + ", sentence " +
           std::to_string(task_.sentence_words) + ", vocabulary " +
           std::to_string(task_.words.size());
  }

  void next_batch() override {
    std::vector<const BabiQuestion*> questions;
    for (const std::size_t i : order_->next(static_cast<std::size_t>(batch_))) {
      questions.push_back(&task_.train[i]);
    }
    set_questions(questions);
  }

  Score score(std::int64_t most_examples) override {
    const at::NoGradGuard no_gradient;
    const auto all = static_cast<std::int64_t>(task_.test.size());
    const std::int64_t count = most_examples > 0 ? std::min(most_examples, all) : all;
    std::vector<const BabiQuestion*> questions;
    std::vector<std::int64_t> frequency(task_.words.size(), 0);
    for (std::int64_t i = 0; i < count; ++i) {
      questions.push_back(&task_.test[static_cast<std::size_t>(i)]);
      ++frequency[static_cast<std::size_t>(questions.back()->answer)];
    }
    const Named inputs = inputs_;
    const Named labels = labels_;
    set_questions(questions);
    const Tensor right = at::eq(at::argmax(logits(), 1), labels_[0].second);
    inputs_ = inputs;
    labels_ = labels;
    const double scale = 100 / static_cast<double>(count);
    return {"test questions answered right, %", scale * right.sum().item<double>(),
            scale * static_cast<double>(*std::max_element(frequency.begin(), frequency.end())),
            "the most frequent answer", count};
  }

  /// What the matrix of the answers reads of questions.
  std::optional<HostTensor> held_out(HeldOutPart part, std::int64_t most_questions) override {
    const at::NoGradGuard no_gradient;
    std::vector<const BabiQuestion*> questions;
    for (const std::size_t i : examples_of_part(part, task_.test.size())) {
      if (static_cast<std::int64_t>(questions.size()) == most_questions) break;
      questions.push_back(&task_.test[i]);
    }
    const Named inputs = inputs_;
    const Named labels = labels_;
    const Named outputs = outputs_;
    outputs_.clear();
    set_questions(questions);
    logits();
    const HostTensor features = host_tensor(kWordFeatures, outputs_.front().second);
    inputs_ = inputs;
    labels_ = labels;
    outputs_ = outputs;
    return features;
  }

 protected:
  void build() override {
    const std::string folder = options_.data_dir + "/fathom/babi/qa1_single-supporting-fact_";
    task_ = options_.synthetic ? synthetic_task(options_.seed)
                               : read_babi(folder + "train.txt.gz", folder + "test.txt.gz");
    if (task_.train.size() > kTrainQuestions) task_.train.resize(kTrainQuestions);
    memory_ = std::min(kMostFacts, task_.longest_story);
    order_.emplace(options_.seed, task_.train.size());
    const auto words = static_cast<std::int64_t>(task_.words.size());
    constexpr double kDeviation = 0.1;
    add_normal("A", {words, kEmbedding}, kDeviation);
    add_normal("B", {words, kEmbedding}, kDeviation);
    add_normal("temporal memory", {memory_, kEmbedding}, kDeviation);
    add_normal("H", {kEmbedding, kEmbedding}, kDeviation);
    add_normal("W", {kEmbedding, words}, kDeviation);
    for (int i : {0, 1}) parameters_[static_cast<std::size_t>(i)].value[0].zero_();
    encoding_ = float_tensor(position_encoding(task_.sentence_words, kEmbedding),
                             {task_.sentence_words, kEmbedding});
  }

  Tensor logits() {
    const Tensor& facts = inputs_[0].second;
    const Tensor& question = inputs_[1].second;
    const std::int64_t examples = question.size(0);
    const std::int64_t words = task_.sentence_words;
    const auto embedded = [&](const char* name, const Tensor& codes) {
      return table_rows(parameter(name), codes.reshape({-1}));
    };
    Tensor u = sum(embedded("B", question).view({examples, words, kEmbedding}) * encoding_, {1});
    const Tensor memory =
        sum(embedded("A", facts).view({examples, memory_, words, kEmbedding}) * encoding_, {2}) +
        parameter("temporal memory");
    for (int hop = 0; hop < kHops; ++hop) {
      const Tensor match = sum(memory * u.unsqueeze(1), {2});
      const Tensor attention = at::softmax(match, 1);
      const Tensor reading = sum(memory * attention.unsqueeze(2), {1});
      u = at::mm(u, parameter("H")) + reading;
    }
    put(outputs_, kWordFeatures, u);
    return at::mm(u, parameter("W"));
  }

  Tensor training_loss() override {
    const Tensor scores = logits();
    put(outputs_, "logits", scores);
    return mean_cross_entropy(scores, labels_[0].second) * scores.size(0);
  }

  void forward_only() override { put(outputs_, "logits", logits()); }

  void update() override {
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      Tensor& gradient = parameters_[i].value.mutable_grad();
      const Tensor norm = at::norm(gradient);
      gradient = gradient * (kGradientNorm / at::clamp_min(norm, kGradientNorm));
      gradient = gradient + at::randn(gradient.sizes()) * kGradientNoise;
      if (i < 2) gradient[0].zero_();  // the empty word stays zero
    }
    AdamConstants constants;
    constants.rate = rate(0.01);
    update_by_adam(constants);
  }

 private:
  void set_questions(const std::vector<const BabiQuestion*>& questions) {
    std::vector<std::int64_t> facts;
    std::vector<std::int64_t> asked;
    std::vector<std::int64_t> answers;
    const auto words = static_cast<std::size_t>(task_.sentence_words);
    const auto append = [&](const std::vector<int>& sentence, std::vector<std::int64_t>& to) {
      for (std::size_t j = 0; j < words; ++j) to.push_back(j < sentence.size() ? sentence[j] : 0);
    };
    for (const BabiQuestion* each : questions) {
      const std::size_t all = each->facts.size();
      const auto most = static_cast<std::size_t>(memory_);
      const std::size_t first = all > most ? all - most : 0;
      for (std::size_t slot = 0; slot < most; ++slot) {
        append(first + slot < all ? each->facts[first + slot] : std::vector<int>(), facts);
      }
      append(each->question, asked);
      answers.push_back(each->answer);
    }
    const auto examples = static_cast<std::int64_t>(questions.size());
    put(inputs_, "facts", index_tensor(facts, {examples, memory_, task_.sentence_words}));
    put(inputs_, "question", index_tensor(asked, {examples, task_.sentence_words}));
    put(labels_, "answer", index_tensor(answers, {examples}));
  }

  BabiTask task_;
  int memory_ = 0;
  Tensor encoding_;
  std::optional<ExampleOrder> order_;
};

}  // namespace

std::unique_ptr<Workload> make_memory_network(const WorkloadFacts& facts,
                                              const WorkloadOptions& options) {
  return std::make_unique<MemoryNetwork>(facts, options);
}

}  // namespace minerva::workloads
