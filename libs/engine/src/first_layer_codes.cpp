#include "first_layer_codes.hpp"

#include <algorithm>

#include "minerva/engine/fixed_engine.hpp"

namespace minerva {

FirstLayerCodes::FirstLayerCodes(const SampleInputs& inputs, QFormat format, Rounding mode)
    : row_(kernels::padded(static_cast<int>(inputs.rows()))),
      sparse_(inputs.is_sparse() ? &inputs.sparse() : nullptr) {
  if (sparse_ != nullptr) {
    nonzero_ =
        codes_of(sparse_->valuePtr(), static_cast<std::size_t>(sparse_->nonZeros()), format, mode);
    return;
  }
  const Eigen::MatrixXf& dense = inputs.dense();
  const std::vector<std::int16_t> codes =
      codes_of(dense.data(), static_cast<std::size_t>(dense.size()), format, mode);
  rows_.assign(static_cast<std::size_t>(dense.cols()) * static_cast<std::size_t>(row_), 0);
  for (Eigen::Index s = 0; s < dense.cols(); ++s) {
    std::copy_n(codes.begin() + s * dense.rows(), dense.rows(), rows_.begin() + s * row_);
  }
}

FirstLayerCodes::Reader::Reader(const FirstLayerCodes& codes)
    : codes_(codes),
      sparse_row_(codes.sparse_ == nullptr ? 0 : static_cast<std::size_t>(codes.row_), 0) {}

const std::int16_t* FirstLayerCodes::Reader::row(std::int64_t sample) {
  if (codes_.sparse_ == nullptr) return codes_.rows_.data() + sample * codes_.row_;
  const std::int32_t* const starts = codes_.sparse_->outerIndexPtr();
  const std::int32_t* const inputs = codes_.sparse_->innerIndexPtr();
  if (filled_ >= 0) {
    for (std::int32_t at = starts[filled_]; at < starts[filled_ + 1]; ++at) {
      sparse_row_[static_cast<std::size_t>(inputs[at])] = 0;
    }
  }
  filled_ = sample;
  for (std::int32_t at = starts[sample]; at < starts[sample + 1]; ++at) {
    sparse_row_[static_cast<std::size_t>(inputs[at])] =
        codes_.nonzero_[static_cast<std::size_t>(at)];
  }
  return sparse_row_.data();
}

const FirstLayerCodes& RecentFirstLayerCodes::of(const SampleInputs& inputs, QFormat format,
                                                 Rounding mode) {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.format == format && entry.mode == mode;
  });
  if (found != entries_.end()) {
    entries_.splice(entries_.begin(), entries_, found);
    return entries_.front().codes;
  }
  entries_.push_front({format, mode, FirstLayerCodes(inputs, format, mode)});
  if (entries_.size() > kMost) entries_.pop_back();
  return entries_.front().codes;
}

}  // namespace minerva
