#include "eigen_convolution.hpp"

#include <Eigen/Core>
#include <algorithm>

// Built with -march=native like eigen_forward.cpp, and for the same reason.
namespace minerva {
namespace {

using Matrix = Eigen::MatrixXf;

int out(int extent, const FloatStage& s) {
  return (extent + 2 * s.padding - s.kernel) / s.stride + 1;
}

/// A column of `patches` for each output position of one sample.
void gather(const FloatStage& s, const float* map, float* patches) {
  const int row = s.kernel * s.channels;
  for (int y = 0; y < out(s.height, s); ++y) {
    for (int x = 0; x < out(s.width, s); ++x) {
      for (int ky = 0; ky < s.kernel; ++ky, patches += row) {
        const int iy = y * s.stride - s.padding + ky;
        const int from = x * s.stride - s.padding;
        if (iy < 0 || iy >= s.height) {
          std::fill_n(patches, row, 0.0F);
          continue;
        }
        const int low = std::max(from, 0);
        const int high = std::min(from + s.kernel, s.width);
        std::fill_n(patches, (low - from) * s.channels, 0.0F);
        std::copy_n(map + (iy * s.width + low) * s.channels, (high - low) * s.channels,
                    patches + (low - from) * s.channels);
        std::fill_n(patches + (high - from) * s.channels, (from + s.kernel - high) * s.channels,
                    0.0F);
      }
    }
  }
}

void pool(const FloatStage& s, const float* map, float* to) {
  for (int y = 0; y < s.height / s.kernel; ++y) {
    for (int x = 0; x < s.width / s.kernel; ++x, to += s.channels) {
      using Pixel = Eigen::Map<const Eigen::ArrayXf>;
      Eigen::Map<Eigen::ArrayXf> largest(to, s.channels);
      const auto pixel = [&](int i, int j) {
        return Pixel(map + ((y * s.kernel + i) * s.width + x * s.kernel + j) * s.channels,
                     s.channels);
      };
      largest = pixel(0, 0);
      for (int i = 0; i < s.kernel; ++i) {
        for (int j = i == 0 ? 1 : 0; j < s.kernel; ++j) largest = largest.max(pixel(i, j));
      }
    }
  }
}

}  // namespace

void eigen_convolution(const std::vector<FloatStage>& stages, const float* inputs, int samples,
                       float* outputs) {
  // Batches whose patches stay in the cache were the fastest of 1 to 1,000 samples.
  constexpr int kBatch = 16;
  const int words = stages.front().height * stages.front().width * stages.front().channels;
  const int classes = stages.back().filters;
  Matrix x;
  Matrix patches;
  Matrix y;
  for (int from = 0; from < samples; from += kBatch) {
    const int count = std::min(kBatch, samples - from);
    x = Eigen::Map<const Matrix>(inputs + static_cast<std::ptrdiff_t>(from) * words, words, count);
    for (const FloatStage& s : stages) {
      if (s.pool) {
        const int pooled = (s.height / s.kernel) * (s.width / s.kernel) * s.channels;
        y.resize(pooled, count);
        for (int i = 0; i < count; ++i) pool(s, x.col(i).data(), y.col(i).data());
      } else {
        const int positions = out(s.height, s) * out(s.width, s);
        const int fan_in = s.kernel * s.kernel * s.channels;
        const Eigen::Map<const Matrix> weights(s.weights, s.filters, fan_in);
        const bool whole = positions == 1 && s.padding == 0;
        if (!whole) {
          patches.resize(fan_in, static_cast<Eigen::Index>(positions) * count);
          for (int i = 0; i < count; ++i) {
            gather(s, x.col(i).data(),
                   patches.col(static_cast<Eigen::Index>(i) * positions).data());
          }
        }
        const Eigen::Map<const Matrix> factor(whole ? x.data() : patches.data(), fan_in,
                                              static_cast<Eigen::Index>(positions) * count);
        y.resize(s.filters, factor.cols());
        y.noalias() = weights * factor;
        y.colwise() += Eigen::Map<const Eigen::VectorXf>(s.biases, s.filters);
        if (s.relu) y = y.cwiseMax(0.0F);
        y.resize(static_cast<Eigen::Index>(s.filters) * positions, count);
      }
      x.swap(y);
    }
    Eigen::Map<Matrix>(outputs + static_cast<std::ptrdiff_t>(from) * classes, classes, count) = x;
  }
}

}  // namespace minerva
