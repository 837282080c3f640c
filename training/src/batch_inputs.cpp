#include "batch_inputs.hpp"

#include <algorithm>

#include "minerva/core/errors.hpp"

namespace minerva::training {
namespace {
constexpr int kLineFloats = 16;

std::int64_t column_of(const Batch& batch, int at) {
  return batch.columns == nullptr ? batch.first + at : std::int64_t{batch.columns[at]};
}

template <class T>
T* grown(std::vector<T>& values, std::size_t count) {
  if (values.size() < count) values.resize(count);
  return values.data();
}
}  // namespace

std::ptrdiff_t column_step(int rows) {
  const int lines = (rows + kLineFloats - 1) / kLineFloats;
  return (lines % 2 == 0 ? lines + 1 : lines) * kLineFloats;
}

template <class Scalar>
void BatchInputs<Scalar>::gather(const Batch& batch) {
  inputs_ = static_cast<int>(batch.inputs->rows());
  samples_ = batch.size;
  const std::int64_t end = batch.columns == nullptr ? batch.first + batch.size : 0;
  expects(end <= batch.inputs->cols(), "a batch goes beyond its samples");
  grown(starts_, static_cast<std::size_t>(samples_) + 1)[0] = 0;
  if (batch.inputs->is_sparse()) {
    gather_sparse(batch);
  } else {
    gather_dense(batch);
  }
}

template <class Scalar>
void BatchInputs<Scalar>::gather_sparse(const Batch& batch) {
  const SparseInputs& all = batch.inputs->sparse();
  sparse_ = true;
  std::int32_t count = 0;
  for (int c = 0; c < samples_; ++c) {
    const std::int64_t from = column_of(batch, c);
    const std::int32_t first = all.outerIndexPtr()[from];
    const std::int32_t own = all.outerIndexPtr()[from + 1] - first;
    const auto room = static_cast<std::size_t>(count + own);
    std::copy_n(all.innerIndexPtr() + first, own, grown(rows_, room) + count);
    std::transform(all.valuePtr() + first, all.valuePtr() + first + own,
                   grown(values_, room) + count, [](float x) { return static_cast<Scalar>(x); });
    count += own;
    starts_[static_cast<std::size_t>(c) + 1] = count;
  }
}

template <class Scalar>
void BatchInputs<Scalar>::gather_dense(const Batch& batch) {
  const Eigen::MatrixXf& all = batch.inputs->dense();
  const auto most = static_cast<std::int32_t>(kDensestSparse * inputs_ * samples_);
  const auto slack = static_cast<std::size_t>(inputs_ + kernels::kCompressSlack);
  std::int32_t count = 0;
  sparse_ = true;
  for (int c = 0; c < samples_ && sparse_; ++c) {
    const float* column = all.col(column_of(batch, c)).data();
    const auto room = static_cast<std::size_t>(count) + slack;
    std::int32_t* rows = grown(rows_, room) + count;
    Scalar* values = grown(values_, room) + count;
    if constexpr (std::is_same_v<Scalar, float>) {
      count += kernels::compress(column, inputs_, rows, values);
    } else {
      std::copy_n(column, inputs_, grown(column_, slack));
      count += kernels::compress(column_.data(), inputs_, rows, values);
    }
    starts_[static_cast<std::size_t>(c) + 1] = count;
    sparse_ = count <= most;
  }
  if (sparse_) return;
  step_ = column_step(inputs_);
  Scalar* to = grown(dense_, static_cast<std::size_t>(step_) * static_cast<std::size_t>(samples_));
  for (int c = 0; c < samples_; ++c) {
    std::copy_n(all.col(column_of(batch, c)).data(), inputs_, to + c * step_);
  }
}

template <class Scalar>
kernels::Factor<Scalar> BatchInputs<Scalar>::by_sample() const {
  if (sparse_) return {{}, {rows_.data(), values_.data(), starts_.data()}};
  return {{dense_.data(), 1, step_}, {}};
}

template <class Scalar>
kernels::Factor<Scalar> BatchInputs<Scalar>::by_input() {
  if (!sparse_) return {{dense_.data(), step_, 1}, {}};
  const auto inputs = static_cast<std::size_t>(inputs_);
  const auto count = static_cast<std::size_t>(starts_[static_cast<std::size_t>(samples_)]);
  grown(sample_of_, count);
  grown(input_values_, count);
  // starts[j + 1] counts, then is where input j's next element goes, and ends as its end.
  std::int32_t* starts = grown(input_starts_, inputs + 2);
  std::fill_n(starts, inputs + 2, 0);
  for (std::size_t i = 0; i < count; ++i) ++starts[rows_[i] + 2];
  for (std::size_t j = 2; j < inputs + 2; ++j) starts[j] += starts[j - 1];
  for (int c = 0; c < samples_; ++c) {
    const auto end = static_cast<std::size_t>(starts_[static_cast<std::size_t>(c) + 1]);
    for (auto i = static_cast<std::size_t>(starts_[static_cast<std::size_t>(c)]); i < end; ++i) {
      const auto to = static_cast<std::size_t>(starts[rows_[i] + 1]++);
      sample_of_[to] = c;
      input_values_[to] = values_[i];
    }
  }
  return {{}, {sample_of_.data(), input_values_.data(), starts}};
}

template class BatchInputs<float>;
template class BatchInputs<double>;

}  // namespace minerva::training
