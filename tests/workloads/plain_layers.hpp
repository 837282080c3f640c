#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "minerva/workloads/workload.hpp"

// Layers in plain loops over doubles, which share nothing with LibTorch: what the workloads are
// held against.
namespace minerva::workloads::plain {

/// Rows of numbers, or images in the order example, channel, row, column.
struct Array {
  std::vector<std::size_t> shape;
  std::vector<double> values;

  explicit Array(std::vector<std::size_t> extents) : shape(std::move(extents)) {
    std::size_t count = 1;
    for (const std::size_t each : shape) count *= each;
    values.assign(count, 0.0);
  }
  Array(const HostTensor& tensor) : values(tensor.values) {  // NOLINT: the same thing
    for (const std::int64_t each : tensor.shape) shape.push_back(static_cast<std::size_t>(each));
  }
  double& at(std::size_t i, std::size_t j) { return values[i * shape[1] + j]; }
  double at(std::size_t i, std::size_t j) const { return values[i * shape[1] + j]; }
  double& at(std::size_t n, std::size_t c, std::size_t y, std::size_t x) {
    return values[((n * shape[1] + c) * shape[2] + y) * shape[3] + x];
  }
  double at(std::size_t n, std::size_t c, std::size_t y, std::size_t x) const {
    return values[((n * shape[1] + c) * shape[2] + y) * shape[3] + x];
  }
};

inline const HostTensor& named(const std::vector<HostTensor>& all, const std::string& name) {
  for (const HostTensor& each : all) {
    if (each.name == name) return each;
  }
  throw std::runtime_error("no tensor " + name);
}

template <typename Function>
Array each_of(Array a, const Function& function) {
  for (double& value : a.values) value = function(value);
  return a;
}
inline Array relu(const Array& a) {
  return each_of(a, [](double v) { return v > 0 ? v : 0; });
}
inline Array clipped(const Array& a) {
  return each_of(a, [](double v) { return std::min(20.0, std::max(0.0, v)); });
}
inline Array sigmoid(const Array& a) {
  return each_of(a, [](double v) { return 1 / (1 + std::exp(-v)); });
}
inline Array sum(Array a, const Array& b) {
  for (std::size_t i = 0; i < a.values.size(); ++i) a.values[i] += b.values[i];
  return a;
}
inline Array product(Array a, const Array& b) {
  for (std::size_t i = 0; i < a.values.size(); ++i) a.values[i] *= b.values[i];
  return a;
}

/// x W + b; no biases where `b` is null.
inline Array dense(const Array& x, const Array& w, const Array* b = nullptr) {
  Array y({x.shape[0], w.shape[1]});
  for (std::size_t n = 0; n < x.shape[0]; ++n) {
    for (std::size_t o = 0; o < w.shape[1]; ++o) {
      double total = b == nullptr ? 0 : b->values[o];
      for (std::size_t i = 0; i < w.shape[0]; ++i) total += x.at(n, i) * w.at(i, o);
      y.at(n, o) = total;
    }
  }
  return y;
}
inline Array dense(const Array& x, const std::vector<HostTensor>& p, const std::string& name) {
  const Array biases = named(p, name + " biases");
  return dense(x, named(p, name + " weights"), &biases);
}

inline Array beside(const Array& a, const Array& b) {
  Array both({a.shape[0], a.shape[1] + b.shape[1]});
  for (std::size_t n = 0; n < a.shape[0]; ++n) {
    for (std::size_t i = 0; i < a.shape[1]; ++i) both.at(n, i) = a.at(n, i);
    for (std::size_t i = 0; i < b.shape[1]; ++i) both.at(n, a.shape[1] + i) = b.at(n, i);
  }
  return both;
}

struct Padding {
  std::size_t before = 0;
  std::size_t behind = 0;
};
inline Padding same(std::size_t extent, std::size_t window, std::size_t stride) {
  const std::size_t outputs = (extent + stride - 1) / stride;
  const std::size_t needed = (outputs - 1) * stride + window;
  const std::size_t whole = needed > extent ? needed - extent : 0;
  return {whole / 2, whole - whole / 2};
}

inline Array convolution(const Array& x, const Array& w, const Array* b, std::size_t stride,
                         Padding padding) {
  const std::size_t side = w.shape[2];
  const std::size_t rows = (x.shape[2] + padding.before + padding.behind - side) / stride + 1;
  const std::size_t columns = (x.shape[3] + padding.before + padding.behind - side) / stride + 1;
  Array y({x.shape[0], w.shape[0], rows, columns});
  for (std::size_t n = 0; n < x.shape[0]; ++n) {
    for (std::size_t o = 0; o < w.shape[0]; ++o) {
      for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t c = 0; c < columns; ++c) {
          double total = b == nullptr ? 0 : b->values[o];
          for (std::size_t i = 0; i < w.shape[1]; ++i) {
            for (std::size_t ky = 0; ky < side; ++ky) {
              const std::size_t py = r * stride + ky;
              if (py < padding.before || py - padding.before >= x.shape[2]) continue;
              for (std::size_t kx = 0; kx < side; ++kx) {
                const std::size_t px = c * stride + kx;
                if (px < padding.before || px - padding.before >= x.shape[3]) continue;
                total += x.at(n, i, py - padding.before, px - padding.before) * w.at(o, i, ky, kx);
              }
            }
          }
          y.at(n, o, r, c) = total;
        }
      }
    }
  }
  return y;
}

inline Array max_pool(const Array& x, std::size_t side, std::size_t stride, Padding padding = {}) {
  const std::size_t rows = (x.shape[2] + padding.before + padding.behind - side) / stride + 1;
  const std::size_t columns = (x.shape[3] + padding.before + padding.behind - side) / stride + 1;
  Array y({x.shape[0], x.shape[1], rows, columns});
  for (std::size_t n = 0; n < x.shape[0]; ++n) {
    for (std::size_t i = 0; i < x.shape[1]; ++i) {
      for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t c = 0; c < columns; ++c) {
          double most = -std::numeric_limits<double>::infinity();
          for (std::size_t py = r * stride; py < r * stride + side; ++py) {
            for (std::size_t px = c * stride; px < c * stride + side; ++px) {
              if (py < padding.before || py - padding.before >= x.shape[2]) continue;
              if (px < padding.before || px - padding.before >= x.shape[3]) continue;
              most = std::max(most, x.at(n, i, py - padding.before, px - padding.before));
            }
          }
          y.at(n, i, r, c) = most;
        }
      }
    }
  }
  return y;
}

inline Array flat(Array a) {
  std::size_t words = 1;
  for (std::size_t i = 1; i < a.shape.size(); ++i) words *= a.shape[i];
  a.shape = {a.shape[0], words};
  return a;
}

/// Mean over rows and columns of every channel.
inline Array global_average(const Array& x) {
  Array y({x.shape[0], x.shape[1]});
  const double positions = static_cast<double>(x.shape[2] * x.shape[3]);
  for (std::size_t n = 0; n < x.shape[0]; ++n) {
    for (std::size_t i = 0; i < x.shape[1]; ++i) {
      for (std::size_t r = 0; r < x.shape[2]; ++r) {
        for (std::size_t c = 0; c < x.shape[3]; ++c) y.at(n, i) += x.at(n, i, r, c) / positions;
      }
    }
  }
  return y;
}

inline double log_of_sum(const std::vector<double>& logarithms) {
  const double most = *std::max_element(logarithms.begin(), logarithms.end());
  if (most == -std::numeric_limits<double>::infinity()) return most;
  double total = 0;
  for (const double each : logarithms) total += std::exp(each - most);
  return most + std::log(total);
}

/// Logarithms of the softmax of each row.
inline Array log_softmax(Array a) {
  for (std::size_t n = 0; n < a.shape[0]; ++n) {
    std::vector<double> row;
    for (std::size_t i = 0; i < a.shape[1]; ++i) row.push_back(a.at(n, i));
    const double whole = log_of_sum(row);
    for (std::size_t i = 0; i < a.shape[1]; ++i) a.at(n, i) -= whole;
  }
  return a;
}

inline double mean_cross_entropy(const Array& scores, const HostTensor& classes) {
  const Array likelihood = log_softmax(scores);
  double total = 0;
  for (std::size_t n = 0; n < scores.shape[0]; ++n) {
    total -= likelihood.at(n, static_cast<std::size_t>(classes.values[n]));
  }
  return total / static_cast<double>(scores.shape[0]);
}

}  // namespace minerva::workloads::plain
