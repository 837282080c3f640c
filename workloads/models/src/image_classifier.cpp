#include "image_classifier.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace minerva::workloads {

std::string ImageClassifier::shape_text() const {
  const std::string extent = std::to_string(side());
  const bool usual = !options_.small || options_.divisor == WorkloadOptions().divisor;
  return extent + "x" + extent + "x3" +
         (usual ? "" : ", filters divided by " + std::to_string(options_.divisor));
}

void ImageClassifier::build() {
  source_ = options_.synthetic            ? synthetic_images(options_.seed)
            : options_.images_dir.empty() ? read_cifar_images(options_.data_dir)
                                          : read_own_images(options_.images_dir, side(), classes());
  order_.emplace(options_.seed, source_.train.count());
  shown_ = 0;
  add_layers();
}

void ImageClassifier::next_batch() {
  const std::vector<std::size_t> chosen = order_->next(static_cast<std::size_t>(batch_));
  std::vector<std::int64_t> labels;
  for (const std::size_t i : chosen) labels.push_back(source_.train.labels[i]);
  put(inputs_, "images",
      float_tensor(
          options_.augmented ? augmented(chosen) : scaled_images(source_.train, chosen, side()),
          {batch_, 3, side(), side()}));
  put(labels_, "classes", index_tensor(labels, {batch_}));
}

std::vector<float> ImageClassifier::augmented(const std::vector<std::size_t>& chosen) {
  LabelledImages moved;
  moved.side = source_.train.side;
  std::vector<std::size_t> all(chosen.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  for (const std::size_t image : chosen) {
    const std::vector<float> pixels =
        augmented_pixels(source_.train, image, options_.seed, shown_++);
    moved.pixels.insert(moved.pixels.end(), pixels.begin(), pixels.end());
  }
  return scaled_images(moved, all, side());
}

std::optional<HostTensor> ImageClassifier::held_out(HeldOutPart part, std::int64_t most_images) {
  const bool validated = source_.validation.count() > 0;
  const LabelledImages& from =
      validated && part == HeldOutPart::tuning ? source_.validation : source_.test;
  std::vector<std::size_t> chosen(from.count());
  std::iota(chosen.begin(), chosen.end(), std::size_t{0});
  if (!validated) chosen = examples_of_part(part, from.count());
  if (static_cast<std::int64_t>(chosen.size()) > most_images) {
    chosen.resize(static_cast<std::size_t>(most_images));
  }
  const auto images = static_cast<std::int64_t>(chosen.size());
  return host_tensor(
      "images", float_tensor(scaled_images(from, chosen, side()), {images, 3, side(), side()}));
}

Score ImageClassifier::score(std::int64_t most_examples) {
  const at::NoGradGuard no_gradient;
  const auto all = static_cast<std::int64_t>(source_.test.count());
  const std::int64_t count = most_examples > 0 ? std::min(most_examples, all) : all;
  std::int64_t right = 0;
  std::vector<std::int64_t> frequency(static_cast<std::size_t>(source_.test.classes), 0);
  for (std::int64_t begin = 0; begin < count; begin += batch_) {
    std::vector<std::size_t> chosen(
        static_cast<std::size_t>(std::min<std::int64_t>(batch_, count - begin)));
    std::iota(chosen.begin(), chosen.end(), static_cast<std::size_t>(begin));
    const auto images = static_cast<std::int64_t>(chosen.size());
    const Tensor best = at::argmax(scores(float_tensor(scaled_images(source_.test, chosen, side()),
                                                       {images, 3, side(), side()}),
                                          false),
                                   1)
                            .contiguous();
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      const std::int64_t label = source_.test.labels[chosen[i]];
      ++frequency[static_cast<std::size_t>(label)];
      if (best.data_ptr<std::int64_t>()[i] == label) ++right;
    }
  }
  const double scale = 100 / static_cast<double>(count);
  return {"test images classified right, %", scale * static_cast<double>(right),
          scale * static_cast<double>(*std::max_element(frequency.begin(), frequency.end())),
          "the most frequent class", count};
}

Tensor ImageClassifier::training_loss() {
  const Tensor logits = scores(inputs_[0].second, true);
  put(outputs_, "logits", logits);
  return mean_cross_entropy(logits, labels_[0].second);
}

void ImageClassifier::forward_only() { put(outputs_, "logits", scores(inputs_[0].second, false)); }

void ImageClassifier::update() {
  AdamConstants constants;
  constants.rate = rate(usual_rate());
  update_by_adam(constants);
}

void ImageClassifier::add_convolution(const std::string& name, std::int64_t in, std::int64_t out,
                                      std::int64_t filter_side, bool biased) {
  add_normal(name + " filters", {out, in, filter_side, filter_side},
             std::sqrt(2.0 / static_cast<double>(in * filter_side * filter_side)));
  if (biased) add_biases(name + " biases", out);
}

void ImageClassifier::add_dense(const std::string& name, std::int64_t in, std::int64_t out,
                                bool biased) {
  add_normal(name + " weights", {in, out}, std::sqrt(2.0 / static_cast<double>(in)));
  if (biased) add_biases(name + " biases", out);
}

Tensor ImageClassifier::dense_layer(const std::string& name, const Tensor& x) const {
  return dense(x, parameter(name + " weights"), parameter(name + " biases"));
}

Tensor ImageClassifier::dropout(const std::string& name, const Tensor& x, double keep) {
  const auto [kept, mask] = at::native_dropout(x, 1 - keep, true);
  put(inputs_, name, mask);
  return kept;
}

}  // namespace minerva::workloads
