#include "batch_inputs.hpp"

#include <algorithm>
#include <atomic>
#include <limits>
#include <type_traits>

#include "minerva/base/errors.hpp"
#include "minerva/base/parallel.hpp"

namespace minerva::training {
namespace {
constexpr int kLineFloats = 16;
constexpr int kProbes = 8;

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
void BatchInputs<Scalar>::gather(const Batch& batch, int threads) {
  inputs_ = static_cast<int>(batch.inputs->rows());
  samples_ = batch.size;
  const std::int64_t end = batch.columns == nullptr ? batch.first + batch.size : 0;
  expects(end <= batch.inputs->cols(), "a batch goes beyond its samples");
  grown(starts_, static_cast<std::size_t>(samples_));
  grown(ends_, static_cast<std::size_t>(samples_));
  if (batch.inputs->is_sparse()) {
    gather_lists(batch);
    sparse_ = true;
    return;
  }
  sparse_ = gather_nonzero(batch, threads);
  if (!sparse_) gather_dense(batch, threads);
}

template <class Scalar>
void BatchInputs<Scalar>::gather_lists(const Batch& batch) {
  const SparseInputs& all = batch.inputs->sparse();
  std::int32_t count = 0;
  for (int c = 0; c < samples_; ++c) {
    const std::int64_t from = column_of(batch, c);
    const std::int32_t first = all.outerIndexPtr()[from];
    const std::int32_t own = all.outerIndexPtr()[from + 1] - first;
    const auto room = static_cast<std::size_t>(count + own);
    std::copy_n(all.innerIndexPtr() + first, own, grown(rows_, room) + count);
    std::transform(all.valuePtr() + first, all.valuePtr() + first + own,
                   grown(values_, room) + count, [](float x) { return static_cast<Scalar>(x); });
    starts_[static_cast<std::size_t>(c)] = count;
    count += own;
    ends_[static_cast<std::size_t>(c)] = count;
  }
}

template <class Scalar>
bool BatchInputs<Scalar>::gather_nonzero(const Batch& batch, int threads) {
  const Eigen::MatrixXf& all = batch.inputs->dense();
  // Every sample has room for all inputs, so that each can be gathered by itself.
  const int room = inputs_ + kernels::kCompressSlack;
  expects(std::int64_t{room} * samples_ < std::numeric_limits<std::int32_t>::max(),
          "a dense batch has too many elements");
  grown(rows_, static_cast<std::size_t>(room) * static_cast<std::size_t>(samples_));
  grown(values_, static_cast<std::size_t>(room) * static_cast<std::size_t>(samples_));
  const auto gather = [&](int c, std::int32_t start) {
    const float* column = all.col(column_of(batch, c)).data();
    std::int32_t* rows = rows_.data() + start;
    Scalar* values = values_.data() + start;
    int count = 0;
    if constexpr (std::is_same_v<Scalar, float>) {
      count = kernels::compress(column, inputs_, rows, values);
    } else {
      const std::vector<Scalar> own(column, column + inputs_);
      count = kernels::compress(own.data(), inputs_, rows, values);
    }
    starts_[static_cast<std::size_t>(c)] = start;
    ends_[static_cast<std::size_t>(c)] = start + count;
    return count;
  };
  // A few samples show inputs that are nowhere near.
  const int probes = std::min(samples_, kProbes);
  std::int32_t count = 0;
  for (int c = 0; c < probes; ++c) count += gather(c, count);
  if (static_cast<double>(count) > 2 * kDensestSparse * inputs_ * probes) return false;
  if (threads == 1) {  // lists close together
    for (int c = probes; c < samples_; ++c) count += gather(c, count);
  } else {
    std::atomic<std::int32_t> gathered{0};
    for_each_index_evenly(samples_ - probes, threads, [&](std::int64_t i) {
      const int c = probes + static_cast<int>(i);
      gathered.fetch_add(gather(c, c * room), std::memory_order_relaxed);
    });
    count += gathered;
  }
  return static_cast<double>(count) <= kDensestSparse * inputs_ * samples_;
}

template <class Scalar>
void BatchInputs<Scalar>::gather_dense(const Batch& batch, int threads) {
  const Eigen::MatrixXf& all = batch.inputs->dense();
  step_ = column_step(inputs_);
  Scalar* to = grown(dense_, static_cast<std::size_t>(step_) * static_cast<std::size_t>(samples_));
  for_each_index_evenly(samples_, threads, [&](std::int64_t i) {
    const int c = static_cast<int>(i);
    const float* column = all.col(column_of(batch, c)).data();
    std::transform(column, column + inputs_, to + c * step_,
                   [](float x) { return static_cast<Scalar>(x); });
  });
}

template <class Scalar>
kernels::Factor<Scalar> BatchInputs<Scalar>::by_sample() const {
  if (sparse_) return {{}, {rows_.data(), values_.data(), starts_.data(), ends_.data()}};
  return {{dense_.data(), 1, step_}, {}};
}

template <class Scalar>
kernels::Factor<Scalar> BatchInputs<Scalar>::by_input() {
  if (!sparse_) return {{dense_.data(), step_, 1}, {}};
  const auto inputs = static_cast<std::size_t>(inputs_);
  const auto each = [this](const auto& visit) {
    for (int c = 0; c < samples_; ++c) {
      const auto end = static_cast<std::size_t>(ends_[static_cast<std::size_t>(c)]);
      for (auto i = static_cast<std::size_t>(starts_[static_cast<std::size_t>(c)]); i < end; ++i) {
        visit(c, i);
      }
    }
  };
  // starts[j + 1] counts, then is where input j's next element goes, and ends as its end.
  std::int32_t* starts = grown(input_starts_, inputs + 2);
  std::fill_n(starts, inputs + 2, 0);
  each([&](int, std::size_t i) { ++starts[rows_[i] + 2]; });
  for (std::size_t j = 2; j < inputs + 2; ++j) starts[j] += starts[j - 1];
  const auto count = static_cast<std::size_t>(starts[inputs + 1]);
  grown(sample_of_, count);
  grown(input_values_, count);
  each([&](int c, std::size_t i) {
    const auto to = static_cast<std::size_t>(starts[rows_[i] + 1]++);
    sample_of_[to] = c;
    input_values_[to] = values_[i];
  });
  return {{}, {sample_of_.data(), input_values_.data(), starts, starts + 1}};
}

template class BatchInputs<float>;
template class BatchInputs<double>;

}  // namespace minerva::training
