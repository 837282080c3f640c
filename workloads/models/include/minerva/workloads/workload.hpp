#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "minerva/base/enum_names.hpp"
#include "minerva/base/range.hpp"

namespace minerva::workloads {

/// Where Fathom's paper and its published code describe different models (docs/fathom.md has the
/// table), this says which one is built.
enum class Variant { paper, code };
constexpr EnumNames<Variant, 2> enum_names(Variant) {
  return {{{Variant::paper, "paper"}, {Variant::code, "code"}}};
}

/// What a workload is, for tables.
struct WorkloadFacts {
  const char* name;
  const char* style;      ///< Table II of the paper: Recurrent, Convolutional, ..
  const char* task;       ///< what it learns
  const char* layers;     ///< at full size, variant paper
  const char* optimizer;  ///< with its constants
  const char* loss;
  const char* data;  ///< what it reads
  int batch;         ///< of Fathom's code
  int small_batch;
  double examples_per_epoch;  ///< 0: no epochs
};
/// The eight workloads in the order of Fig. 3.
const std::vector<WorkloadFacts>& workload_facts();
/// Throws UserError that lists the names.
const WorkloadFacts& facts_of_workload(const std::string& name);

struct WorkloadOptions {
  int batch = 0;  ///< examples of a step; 0: as in Fathom's code
  std::uint64_t seed = 1;
  int threads = 1;
  bool small = false;      ///< a shape of a few thousand parameters, for tests
  bool synthetic = false;  ///< random examples of the right shape instead of data files
  Variant variant = Variant::paper;
  std::string data_dir;  ///< contains fathom/, mnist/ and cifar10/
  /// Of alexnet, vgg and residual: a folder of images, a folder a class, instead of CIFAR-10.
  std::string images_dir;
  /// Of the small alexnet, vgg and residual: their filters and neurons are those of the full shape
  /// divided by this.
  int divisor = 16;
  /// Of the small vgg and residual: rows and columns of the images that they read, a multiple of
  /// those of CIFAR-10.
  int side = 32;
  /// Of alexnet, vgg and residual: each training image is moved by up to an eighth of its side and
  /// mirrored every second time, anew whenever it is seen.
  bool augmented = false;
  double learning_rate = 0;  ///< 0: as in Fathom's code
  /// The learning rate falls along half a cosine to 0 behind this many updates and stays there; 0:
  /// it does not fall.
  int decay_steps = 0;
  int bucket = 3;  ///< of seq2seq: 0 (5,10) to 3 (40,50)
};
namespace workload_ranges {
inline constexpr Range<int> kBatch{1, 65536};
inline constexpr Range<int> kThreads{1, 1024};
inline constexpr Range<int> kBucket{0, 3};
inline constexpr Range<int> kDivisor{1, 16};
inline constexpr Range<int> kSide{32, 224};
inline constexpr Range<double> kLearningRate{0, 100};
inline constexpr Range<int> kDecaySteps{1, 100000000};
}  // namespace workload_ranges

/// A tensor's values, row after row.
struct HostTensor {
  std::string name;
  std::vector<std::int64_t> shape;
  std::vector<double> values;
};

/// The name, among outputs(), of what memnet and seq2seq project to words, examples x numbers: of
/// the last word that the last infer_step gave.
inline constexpr const char* kWordFeatures = "features of the words";

/// Held-out examples that a search may look at, and those that it may not.
enum class HeldOutPart { tuning, test };

/// How well a workload does its task on examples that it was not trained on.
struct Score {
  std::string measure;  ///< "questions answered right, %"
  double value = 0;
  double reference = 0;  ///< of a player or an answer that has learnt nothing
  std::string reference_name;
  std::int64_t examples = 0;
};

/// One interface for all workloads, as Fathom has it. The order of calls: setup, then next_batch
/// and train_step or infer_step as often as wanted. Weights, order of examples and noise follow
/// from the seed; sums of LibTorch may differ in their last bits with the number of threads.
class Workload {
 public:
  virtual ~Workload() = default;
  virtual const WorkloadFacts& facts() const = 0;
  virtual const WorkloadOptions& options() const = 0;
  virtual int batch() const = 0;
  /// What a step works on: "bucket (40,50)", "224x224x3".
  virtual std::string shape_text() const = 0;
  /// Makes parameters and optimizer, and reads the data. Throws UserError for files that are
  /// missing or foreign.
  virtual void setup() = 0;
  /// Puts the next examples into inputs() and labels(). Not a part of a step: Fathom leaves
  /// preprocessing out.
  virtual void next_batch() = 0;
  /// Forward pass, loss, gradients, update. @return the loss, a mean over the batch (memnet and
  /// deepq: its sum, as in Fathom's code)
  virtual double train_step() = 0;
  /// The forward-only twin.
  virtual void infer_step() = 0;
  /// On at most `most_examples` held-out examples; 0: all of them.
  virtual Score score(std::int64_t most_examples) = 0;

  /// What the exported layers read of examples that training does not see, predictions x numbers or
  /// predictions x channels x rows x columns, at most so many: images, frames of recordings,
  /// features of words. Nothing of deepq, whose states come from games.
  virtual std::optional<HostTensor> held_out(HeldOutPart, std::int64_t /*most_predictions*/) {
    return std::nullopt;
  }

  virtual std::vector<HostTensor> inputs() const = 0;
  virtual std::vector<HostTensor> labels() const = 0;
  /// Of the last step.
  virtual std::vector<HostTensor> outputs() const = 0;
  virtual std::vector<HostTensor> parameters() const = 0;
  /// What training keeps beside the parameters, for inference: running means and variances of batch
  /// normalizations, "NAME mean" and "NAME variance".
  virtual std::vector<HostTensor> statistics() const { return {}; }
  /// Of the last train_step, before clipping and noise; shapes as parameters().
  virtual std::vector<HostTensor> gradients() const = 0;
  virtual std::int64_t parameter_count() const = 0;
};

/// Throws UserError for an unknown name and for options out of range.
std::unique_ptr<Workload> make_workload(const std::string& name, const WorkloadOptions& options);

/// Resident memory that a training step needs, MB: measured at Fathom's batch sizes, in proportion
/// to the batch elsewhere (docs/fathom.md).
double needed_memory_mb(const std::string& name, const WorkloadOptions& options);
/// Throws UserError when the machine has less memory available than a step needs.
/// @param available_mb of the machine; 0: not known, and then nothing is checked
void check_memory(const std::string& name, const WorkloadOptions& options, double available_mb);

}  // namespace minerva::workloads
