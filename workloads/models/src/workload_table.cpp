#include <algorithm>
#include <cmath>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "models.hpp"

namespace minerva::workloads {
namespace {

/// What a step needs beside the 165 MB of the library itself: for the parameters (values,
/// gradients, the optimizer's state) and for each example of the batch. Those of the variant `code`
/// are from measured peaks, rounded up; those of `paper` follow from them by the sizes of the
/// layers (assumption).
struct MemoryNeed {
  double parameter_mb;
  double example_mb;
};

struct Entry {
  WorkloadFacts facts;
  MakeWorkload* make;
  MemoryNeed paper;
  MemoryNeed code;
};

constexpr double kLibraryMb = 165;

const std::vector<Entry>& entries() {
  static const std::vector<Entry> all = {
      {{"seq2seq", "Recurrent", "translation of sentences",
        "embedding 256; encoder and decoder of 3 LSTM layers of 256; attention; 40,000 words",
        "SGD 0.5, global clip 5", "sampled softmax of 512 words",
        "verses in English and Spanish (fathom/verses)", 64, 4, 0},
       make_seq2seq,
       {140, 21},
       {240, 22}},
      {{"memnet", "Memory Network", "questions about a story",
        "3 hops over embeddings of 20, position encoding, temporal memory",
        "Adam 0.01, clip 40, gradient noise 0.001", "cross-entropy", "bAbI task 1 (fathom/babi)",
        32, 8, 1000},
       make_memory_network,
       {30, 0.05},
       {30, 0.05}},
      {{"speech", "Recurrent, Full", "phonemes of speech",
        "26-1024-1024-1024, bidirectional recurrent 1024, 62; clipped ReLU", "SGD 0.01", "CTC",
        "spoken digits (fathom/spoken-digits)", 32, 4, 600},
       make_speech,
       {80, 190},
       {30, 60}},
      {{"autoenc", "Full", "images without labels", "784-200 normal variables-784", "Adam 0.001",
        "half squared error and Kullback-Leibler term", "MNIST (mnist)", 128, 16, 60000},
       make_autoencoder,
       {300, 0.05},
       {300, 0.05}},
      {{"residual", "Convolutional", "classes of images",
        "7x7 convolution, 16 blocks of two 3x3 convolutions, dense 1001 (ResNet-34)", "Adam 0.001",
        "cross-entropy", "CIFAR-10 at 224x224 (cifar10)", 16, 4, 6000},
       make_residual,
       {350, 90},
       {150, 290}},
      {{"vgg", "Convolutional, Full", "classes of images",
        "16 convolutions 3x3 in 5 groups, dense 4096-4096-1001 (VGG-19)", "Adam 0.0001",
        "cross-entropy", "CIFAR-10 at 224x224 (cifar10)", 8, 2, 6000},
       make_vgg,
       {2300, 110},
       {2300, 90}},
      {{"alexnet", "Convolutional, Full", "classes of images",
        "5 convolutions 64-192-384-256-256, dense 4096-4096-1001", "Adam 0.001", "cross-entropy",
        "CIFAR-10 at 224x224 (cifar10)", 64, 4, 6000},
       make_alexnet,
       {1000, 10},
       {1000, 10}},
      {{"deepq", "Convolutional, Full", "values of actions in a game",
        "convolutions 32-64-64, dense 512 and the actions", "RMSProp 0.00025",
        "half squared error, linear beyond 1", "a paddle game of its own", 32, 8, 0},
       make_deepq,
       {80, 0.6},
       {80, 0.6}},
  };
  return all;
}

const Entry& entry_of(const std::string& name) {
  for (const Entry& each : entries()) {
    if (name == each.facts.name) return each;
  }
  std::vector<std::string> names;
  for (const Entry& each : entries()) names.emplace_back(each.facts.name);
  throw UserError("workload", name, "needs one of " + joined(names));
}

}  // namespace

const std::vector<WorkloadFacts>& workload_facts() {
  static const std::vector<WorkloadFacts> facts = [] {
    std::vector<WorkloadFacts> all;
    for (const Entry& each : entries()) all.push_back(each.facts);
    return all;
  }();
  return facts;
}

const WorkloadFacts& facts_of_workload(const std::string& name) { return entry_of(name).facts; }

std::unique_ptr<Workload> make_workload(const std::string& name, const WorkloadOptions& options) {
  const Entry& entry = entry_of(name);
  const bool of_images = name == "alexnet" || name == "vgg" || name == "residual";
  if (options.batch != 0) check_in_range("--batch", options.batch, workload_ranges::kBatch);
  check_in_range("--threads", options.threads, workload_ranges::kThreads);
  check_in_range("--bucket", options.bucket, workload_ranges::kBucket);
  check_in_range("--rate", options.learning_rate, workload_ranges::kLearningRate);
  if (!options.images_dir.empty()) {
    if (!of_images) {
      throw UserError("--images", name, "is an option of alexnet, vgg and residual");
    }
    if (options.synthetic) {
      throw UserError("--images", options.images_dir, "needs no --synthetic beside it");
    }
  }
  check_in_range("--divisor", options.divisor, workload_ranges::kDivisor);
  if ((options.divisor & (options.divisor - 1)) != 0) {
    throw UserError("--divisor", std::to_string(options.divisor), "needs one of 1, 2, 4, 8, 16");
  }
  if (options.divisor != WorkloadOptions().divisor && !(of_images && options.small)) {
    throw UserError("--divisor", name, "is an option of the small alexnet, vgg and residual");
  }
  check_in_range("--side", options.side, workload_ranges::kSide);
  if (options.side % WorkloadOptions().side != 0) {
    throw UserError("--side", std::to_string(options.side),
                    "needs a multiple of " + std::to_string(WorkloadOptions().side));
  }
  const bool of_any_side = options.small && (name == "vgg" || name == "residual");
  if (options.side != WorkloadOptions().side && !of_any_side) {
    throw UserError("--side", name, "is an option of the small vgg and residual");
  }
  if (options.augmented && !of_images) {
    throw UserError("--augment", name, "is an option of alexnet, vgg and residual");
  }
  return entry.make(entry.facts, options);
}

double needed_memory_mb(const std::string& name, const WorkloadOptions& options) {
  const Entry& entry = entry_of(name);
  const int batch = options.batch > 0 ? options.batch
                    : options.small   ? entry.facts.small_batch
                                      : entry.facts.batch;
  const MemoryNeed& need = options.variant == Variant::paper ? entry.paper : entry.code;
  if (!options.small) return kLibraryMb + need.parameter_mb + need.example_mb * batch;
  // The small shapes need a hundredth of it or less, and wider ones more.
  const double wider = static_cast<double>(WorkloadOptions().divisor) / options.divisor;
  const double larger = static_cast<double>(options.side) / WorkloadOptions().side;
  return kLibraryMb +
         0.01 * wider * (wider * need.parameter_mb + larger * larger * need.example_mb * batch);
}

void check_memory(const std::string& name, const WorkloadOptions& options, double available_mb) {
  const double needed = needed_memory_mb(name, options);
  if (available_mb <= 0 || needed <= available_mb) return;
  throw UserError(name, "a step needs about " + std::to_string(std::llround(needed)) + " MB",
                  "the machine has " + std::to_string(std::llround(available_mb)) +
                      " MB available; a smaller --batch needs less");
}

}  // namespace minerva::workloads
