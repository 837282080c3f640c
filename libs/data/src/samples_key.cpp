#include "minerva/data/samples_key.hpp"

#include <cstdint>
#include <cstring>

namespace minerva {
namespace {

/// Folds words of 32 bits into 64 bits.
class Fold {
 public:
  template <typename T>
  void add(const T* values, std::size_t count) {
    static_assert(sizeof(T) == 4);
    for (std::size_t i = 0; i < count; ++i) {
      std::uint32_t word = 0;
      std::memcpy(&word, values + i, sizeof word);
      state_ = (state_ ^ word) * 0x9E3779B97F4A7C15U;  // odd, so that no word is lost
      state_ ^= state_ >> 29;
    }
  }
  std::string text() const { return std::to_string(state_); }

 private:
  std::uint64_t state_ = 0x6d696e6572766121U;
};

}  // namespace

std::string samples_key(const Samples& samples) {
  Fold fold;
  fold.add(samples.labels.data(), samples.labels.size());
  if (samples.inputs.is_sparse()) {
    const SparseInputs& inputs = samples.inputs.sparse();
    const auto stored = static_cast<std::size_t>(inputs.nonZeros());
    fold.add(inputs.outerIndexPtr(), static_cast<std::size_t>(inputs.cols()) + 1);
    fold.add(inputs.innerIndexPtr(), stored);
    fold.add(inputs.valuePtr(), stored);
  } else {
    const Eigen::MatrixXf& inputs = samples.inputs.dense();
    fold.add(inputs.data(), static_cast<std::size_t>(inputs.size()));
  }
  return std::to_string(samples.inputs.rows()) + " x " + std::to_string(samples.size()) + " " +
         fold.text() + "\n";
}

}  // namespace minerva
