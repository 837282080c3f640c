#pragma once
#include <cmath>
#include <cstddef>

#include "minerva/arithmetic/portable_math.hpp"
#include "product_kernels.hpp"

// The kernels as plain loops: what the versions in double run, and what the fast ones must equal in
// single precision.
namespace minerva::training::kernels::plain {

constexpr double kSmallestGradient = 0x1p-50;
constexpr double kSmallestFirst = 0x1p-100;
constexpr double kSmallestSecond = 0x1p-120;
constexpr double kSmallestExponential = 0x1p-64;

template <class Scalar>
Scalar flushed(Scalar x, double smallest) {
  return std::fabs(x) < static_cast<Scalar>(smallest) ? Scalar{0} : x;
}

/// start + the sum over k of a[k * a_step] b(k, column).
template <class Scalar>
Scalar chain(Scalar start, const Scalar* a, std::ptrdiff_t a_step, int k, const Factor<Scalar>& b,
             int column) {
  Scalar sum = start;
  if (b.sparse.starts != nullptr) {
    for (int at = b.sparse.starts[column]; at < b.sparse.ends[column]; ++at) {
      sum = std::fma(a[b.sparse.rows[at] * a_step], b.sparse.values[at], sum);
    }
    return sum;
  }
  const Scalar* values = b.dense.values + column * b.dense.column_step;
  for (int i = 0; i < k; ++i) sum = std::fma(a[i * a_step], values[i * b.dense.row_step], sum);
  return sum;
}

template <class Scalar>
void multiply(const Product<Scalar>& p, int first_column, int last_column) {
  for (int c = first_column; c < last_column; ++c) {
    for (int r = 0; r < p.m; ++r) {
      const Scalar start = p.start == nullptr ? Scalar{0} : p.start[r];
      const Scalar sum = chain(start, p.a + r, p.a_step, p.k, p.b, c);
      p.sums[c * p.sums_step + r] = p.relu && sum <= 0 ? Scalar{0} : sum;
    }
  }
}

template <class Scalar>
Scalar penalty_gradient(Scalar w, Scalar l1, Scalar l2) {
  const Scalar sign = w > 0 ? l1 : (w < 0 ? -l1 : Scalar{0});
  return std::fma(2 * l2, w, sign);
}

template <class Scalar>
void move(const Descent& rule, const DescentState<Scalar>& state, const Scalar* gradient,
          Scalar scale, std::size_t count) {
  const auto rate = static_cast<Scalar>(rule.rate);
  const auto first_decay = static_cast<Scalar>(rule.first_decay);
  const auto second_decay = static_cast<Scalar>(rule.second_decay);
  const auto epsilon = static_cast<Scalar>(rule.epsilon);
  for (std::size_t i = 0; i < count; ++i) {
    Scalar& w = state.parameters[i];
    const Scalar g = flushed(gradient[i] * scale, kSmallestGradient);
    if (rule.rule == DescentRule::momentum || rule.rule == DescentRule::nesterov) {
      const Scalar a = flushed(std::fma(first_decay, state.first[i], g), kSmallestFirst);
      const Scalar along = rule.rule == DescentRule::momentum ? a : std::fma(first_decay, a, g);
      state.first[i] = a;
      w = std::fma(-rate, along, w);
      continue;
    }
    const Scalar square = ((1 - second_decay) * g) * g;
    const Scalar b = flushed(std::fma(second_decay, state.second[i], square), kSmallestSecond);
    state.second[i] = b;
    Scalar along = g;
    if (rule.rule == DescentRule::adam) {
      along = flushed(std::fma(first_decay, state.first[i], (1 - first_decay) * g), kSmallestFirst);
      state.first[i] = along;
    }
    w -= (rate * along) / (std::sqrt(b) + epsilon);
  }
}

template <class Scalar>
void weight_gradient(const WeightGradient<Scalar>& work, int first, int last) {
  for (int j = first; j < last; ++j) {
    for (int r = 0; r < work.m; ++r) {
      const std::ptrdiff_t at = std::ptrdiff_t{j} * work.m + r;
      const Scalar start =
          work.onto ? work.gradient[at] : penalty_gradient(work.penalised[at], work.l1, work.l2);
      const Scalar g = chain(start, work.delta + r, work.delta_step, work.k, work.inputs, j);
      if (work.gradient != nullptr) {
        work.gradient[at] = g;
        continue;
      }
      const auto behind = [at](Scalar* p) { return p == nullptr ? p : p + at; };
      move<Scalar>(
          work.rule,
          {behind(work.state.parameters), behind(work.state.first), behind(work.state.second)}, &g,
          Scalar{1}, 1);
    }
  }
}

template <class Scalar>
void transpose(const Scalar* from, int rows, int columns, Scalar* to, std::ptrdiff_t to_step) {
  for (int c = 0; c < columns; ++c) {
    for (int r = 0; r < rows; ++r) to[r * to_step + c] = from[std::ptrdiff_t{c} * rows + r];
  }
}

template <class Scalar>
int compress(const Scalar* column, int count, std::int32_t* rows, Scalar* values) {
  int kept = 0;
  for (int r = 0; r < count; ++r) {
    if (column[r] == 0) continue;
    rows[kept] = r;
    values[kept++] = column[r];
  }
  return kept;
}

template <class Scalar>
void exponentials(const Scalar* x, int count, Scalar largest, Scalar* to) {
  for (int i = 0; i < count; ++i) {
    const double e = portable_exp(static_cast<double>(x[i] - largest));
    to[i] = static_cast<Scalar>(e < kSmallestExponential ? 0.0 : e);
  }
}

}  // namespace minerva::training::kernels::plain
