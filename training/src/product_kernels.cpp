#include "product_kernels.hpp"

#include <algorithm>

#include "plain_kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "product_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "vector_loops-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace minerva::training::kernels::HWY_NAMESPACE {
// Tiles of sums that stay in registers: of a dense product kTileVectors x kTileColumns, of a sparse
// one up to kSparseVectors in one column.
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL || HWY_TARGET == HWY_NEON
constexpr int kTileVectors = 4;
constexpr int kSparseVectors = 16;
#else
constexpr int kTileVectors = 2;
constexpr int kSparseVectors = 8;
#endif
constexpr int kTileColumns = 6;

template <class V, class D>
HWY_INLINE V relu(D d, V sum) {
  return hn::IfThenZeroElse(hn::Le(sum, hn::Zero(d)), sum);
}

/// A part of a product: sums = start + a b. start_step 0 starts every column alike.
struct Tile {
  const float* a;
  std::ptrdiff_t a_step;
  int k;
  const float* start;
  std::ptrdiff_t start_step;
  bool relu;
  float* sums;
  std::ptrdiff_t sums_step;
};

template <int kVectors, int kColumns, class D>
HWY_INLINE void dense_tile(D d, const Tile& t, const Strided<float>& b, int row) {
  using V = hn::Vec<D>;
  constexpr int kLanes = static_cast<int>(hn::MaxLanes(D()));
  V sums[kColumns][kVectors];
  const float* values[kColumns];
  for (int c = 0; c < kColumns; ++c) {
    values[c] = b.values + c * b.column_step;
    for (int v = 0; v < kVectors; ++v) {
      sums[c][v] = t.start == nullptr ? hn::Zero(d)
                                      : hn::LoadU(d, t.start + c * t.start_step + row + v * kLanes);
    }
  }
  const float* a = t.a + row;
  std::ptrdiff_t at = 0;
  for (int i = 0; i < t.k; ++i, a += t.a_step, at += b.row_step) {
    V left[kVectors];
    for (int v = 0; v < kVectors; ++v) left[v] = hn::LoadU(d, a + v * kLanes);
    for (int c = 0; c < kColumns; ++c) {
      const V right = hn::Set(d, values[c][at]);
      for (int v = 0; v < kVectors; ++v) sums[c][v] = fma(d, left[v], right, sums[c][v]);
    }
  }
  for (int c = 0; c < kColumns; ++c) {
    for (int v = 0; v < kVectors; ++v) {
      const V sum = t.relu ? relu(d, sums[c][v]) : sums[c][v];
      hn::StoreU(sum, d, t.sums + c * t.sums_step + row + v * kLanes);
    }
  }
}

/// A tile of columns `column` and on.
template <int kVectors, int kColumns, class D>
HWY_INLINE void dense_tile_at(D d, Tile t, Strided<float> b, int row, int column) {
  b.values += column * b.column_step;
  if (t.start != nullptr) t.start += column * t.start_step;
  t.sums += column * t.sums_step;
  dense_tile<kVectors, kColumns>(d, t, b, row);
}

/// Columns 0 .. columns - 1 of rows row .. row + kVectors vectors - 1.
template <int kVectors, class D>
HWY_INLINE void dense_columns(D d, const Tile& t, const Strided<float>& b, int columns, int row) {
  int c = 0;
  for (; c + kTileColumns <= columns; c += kTileColumns) {
    dense_tile_at<kVectors, kTileColumns>(d, t, b, row, c);
  }
  for (; c + 2 <= columns; c += 2) dense_tile_at<kVectors, 2>(d, t, b, row, c);
  if (c < columns) dense_tile_at<kVectors, 1>(d, t, b, row, c);
}

constexpr int kTall = kTileVectors * kMostLanes;
/// Columns of a from which copying a panel of them pays, and how many go with one copy.
constexpr int kPackFrom = 64;
constexpr int kPackColumns = 256;

/// Rows row .. row + kTall - 1 from a copy of `a` whose columns stand together: far apart they
/// crowd into few sets of a cache.
HWY_INLINE void packed_columns(const Tile& t, const Strided<float>& b, int columns, int row) {
  const hn::ScalableTag<float> d;
  HWY_ALIGN float panel[kPackColumns * kTall];
  for (int from = 0; from < t.k; from += kPackColumns) {
    const int k = std::min(kPackColumns, t.k - from);
    const float* a = t.a + from * t.a_step + row;
    for (int i = 0; i < k; ++i, a += t.a_step) {
      for (int v = 0; v < kTileVectors; ++v) {
        hn::Store(hn::LoadU(d, a + v * kMostLanes), d, panel + i * kTall + v * kMostLanes);
      }
    }
    Tile part = t;
    part.a = panel;
    part.a_step = kTall;
    part.k = k;
    part.start = t.start == nullptr ? nullptr : t.start + row;
    part.sums = t.sums + row;
    if (from > 0) {
      part.start = part.sums;
      part.start_step = t.sums_step;
    }
    part.relu = t.relu && from + k == t.k;
    Strided<float> rows = b;
    rows.values += from * b.row_step;
    dense_columns<kTileVectors>(d, part, rows, columns, 0);
  }
}

HWY_INLINE void dense_part(const Tile& t, const Strided<float>& b, int rows, int columns,
                           bool pack) {
  const hn::ScalableTag<float> d;
  int row = 0;
  for (; row + kTall <= rows; row += kTall) {
    if (pack) {
      packed_columns(t, b, columns, row);
    } else {
      dense_columns<kTileVectors>(d, t, b, columns, row);
    }
  }
  cover(d, row, rows, [&](auto tag, int at) HWY_ATTR { dense_columns<1>(tag, t, b, columns, at); });
}

template <int kVectors, class D>
HWY_INLINE void sparse_tile(D d, const Tile& t, const std::int32_t* rows, const float* values,
                            int count, int row) {
  using V = hn::Vec<D>;
  constexpr int kLanes = static_cast<int>(hn::MaxLanes(D()));
  V sums[kVectors];
  for (int v = 0; v < kVectors; ++v) {
    sums[v] = t.start == nullptr ? hn::Zero(d) : hn::LoadU(d, t.start + row + v * kLanes);
  }
  const float* a = t.a + row;
  for (int i = 0; i < count; ++i) {
    const float* left = a + rows[i] * t.a_step;
    const V right = hn::Set(d, values[i]);
    for (int v = 0; v < kVectors; ++v) {
      sums[v] = fma(d, hn::LoadU(d, left + v * kLanes), right, sums[v]);
    }
  }
  for (int v = 0; v < kVectors; ++v) {
    hn::StoreU(t.relu ? relu(d, sums[v]) : sums[v], d, t.sums + row + v * kLanes);
  }
}

/// One column of sums, all rows.
HWY_INLINE void sparse_column(const Tile& t, const std::int32_t* rows, const float* values,
                              int count, int last_row) {
  const hn::ScalableTag<float> d;
  int row = 0;
  for (; row + kSparseVectors * kMostLanes <= last_row; row += kSparseVectors * kMostLanes) {
    sparse_tile<kSparseVectors>(d, t, rows, values, count, row);
  }
  for (; row + 4 * kMostLanes <= last_row; row += 4 * kMostLanes) {
    sparse_tile<4>(d, t, rows, values, count, row);
  }
  cover(d, row, last_row,
        [&](auto tag, int at) HWY_ATTR { sparse_tile<1>(tag, t, rows, values, count, at); });
}

void multiply(const Product<float>& p, int first_column, int last_column) {
  Tile t{p.a, p.a_step, p.k, p.start, 0, p.relu, p.sums + first_column * p.sums_step, p.sums_step};
  if (p.b.sparse.starts == nullptr) {
    Strided<float> b = p.b.dense;
    b.values += first_column * b.column_step;
    const int columns = last_column - first_column;
    dense_part(t, b, p.m, columns, columns >= kPackFrom);
    return;
  }
  for (int c = first_column; c < last_column; ++c, t.sums += t.sums_step) {
    const std::int32_t from = p.b.sparse.starts[c];
    sparse_column(t, p.b.sparse.rows + from, p.b.sparse.values + from, p.b.sparse.ends[c] - from,
                  p.m);
  }
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V flushed(D d, V x, double smallest) {
  const V limit = hn::Set(d, static_cast<float>(smallest));
  return hn::IfThenZeroElse(hn::Lt(hn::Abs(x), limit), x);
}

/// Takes the rule by value: no store to a parameter can change it.
template <DescentRule kRule>
HWY_INLINE void move_by(Descent rule, const DescentState<float>& state, const float* gradient,
                        float scale, int count) {
  cover(hn::ScalableTag<float>(), 0, count, [&](auto d, int i) HWY_ATTR {
    using V = hn::Vec<decltype(d)>;
    const V rate = hn::Set(d, rule.rate);
    const V first_decay = hn::Set(d, rule.first_decay);
    const V second_decay = hn::Set(d, rule.second_decay);
    const V w = hn::LoadU(d, state.parameters + i);
    const V g = flushed(d, hn::Mul(hn::LoadU(d, gradient + i), hn::Set(d, scale)),
                        plain::kSmallestGradient);
    if constexpr (kRule == DescentRule::momentum || kRule == DescentRule::nesterov) {
      const V a =
          flushed(d, fma(d, first_decay, hn::LoadU(d, state.first + i), g), plain::kSmallestFirst);
      hn::StoreU(a, d, state.first + i);
      const V along = kRule == DescentRule::momentum ? a : fma(d, first_decay, a, g);
      hn::StoreU(fma(d, hn::Neg(rate), along, w), d, state.parameters + i);
    } else {
      const V square = hn::Mul(hn::Mul(hn::Set(d, 1 - rule.second_decay), g), g);
      const V b = flushed(d, fma(d, second_decay, hn::LoadU(d, state.second + i), square),
                          plain::kSmallestSecond);
      hn::StoreU(b, d, state.second + i);
      V along = g;
      if constexpr (kRule == DescentRule::adam) {
        const V share = hn::Mul(hn::Set(d, 1 - rule.first_decay), g);
        along = flushed(d, fma(d, first_decay, hn::LoadU(d, state.first + i), share),
                        plain::kSmallestFirst);
        hn::StoreU(along, d, state.first + i);
      }
      const V length = hn::Add(hn::Sqrt(b), hn::Set(d, rule.epsilon));
      hn::StoreU(hn::Sub(w, hn::Div(hn::Mul(rate, along), length)), d, state.parameters + i);
    }
  });
}

HWY_INLINE void move_some(const Descent& rule, const DescentState<float>& state,
                          const float* gradient, float scale, int count) {
  switch (rule.rule) {
    case DescentRule::momentum:
      return move_by<DescentRule::momentum>(rule, state, gradient, scale, count);
    case DescentRule::nesterov:
      return move_by<DescentRule::nesterov>(rule, state, gradient, scale, count);
    case DescentRule::rmsprop:
      return move_by<DescentRule::rmsprop>(rule, state, gradient, scale, count);
    case DescentRule::adam:
      return move_by<DescentRule::adam>(rule, state, gradient, scale, count);
  }
}

HWY_INLINE DescentState<float> from(const DescentState<float>& state, std::ptrdiff_t at) {
  return {state.parameters + at, state.first == nullptr ? nullptr : state.first + at,
          state.second == nullptr ? nullptr : state.second + at};
}

void move(const Descent& rule, const DescentState<float>& state, const float* gradient, float scale,
          std::size_t count) {
  constexpr std::size_t kPiece = std::size_t{1} << 30;
  for (std::size_t at = 0; at < count; at += kPiece) {
    move_some(rule, from(state, static_cast<std::ptrdiff_t>(at)), gradient + at, scale,
              static_cast<int>(std::min(kPiece, count - at)));
  }
}

HWY_INLINE void penalty_gradient(const float* weights, float l1, float l2, int count, float* to) {
  if (l1 == 0 && l2 == 0) {
    std::fill_n(to, count, 0.0F);
    return;
  }
  cover(hn::ScalableTag<float>(), 0, count, [&](auto d, int i) HWY_ATTR {
    const auto w = hn::LoadU(d, weights + i);
    const auto signed_l1 = hn::CopySign(hn::Set(d, l1), w);
    const auto sign = hn::IfThenZeroElse(hn::Eq(w, hn::Zero(d)), signed_l1);
    hn::StoreU(fma(d, hn::Set(d, 2 * l2), w, sign), d, to + i);
  });
}

/// Floats of the gradient that are at hand before they move weights: half of a small first cache.
constexpr int kScratch = 4096;
/// Floats of delta that a panel of rows may have, so that it stays in the first cache.
constexpr int kPanel = 8192;

/// Rows row .. row + rows - 1 of the gradient of inputs first .. last - 1.
HWY_INLINE void gradient_block(const WeightGradient<float>& work, int row, int rows, int first,
                               int last, float* scratch) {
  const int m = work.m;
  const bool whole = rows == m;
  const std::ptrdiff_t at = std::ptrdiff_t{first} * m + row;
  float* to = work.gradient == nullptr ? scratch : work.gradient + at;
  const std::ptrdiff_t step = work.gradient == nullptr ? rows : m;
  const int columns = last - first;
  // Whole columns stand one behind another and pass as one.
  const int pieces = whole ? 1 : columns;
  const int piece = whole ? columns * m : rows;
  for (int c = 0; c < pieces && !work.onto; ++c) {
    penalty_gradient(work.penalised + at + std::ptrdiff_t{c} * m, work.l1, work.l2, piece,
                     to + c * step);
  }
  Tile t{work.delta + row, work.delta_step, work.k, to, step, false, to, step};
  if (work.inputs.sparse.starts == nullptr) {
    Strided<float> b = work.inputs.dense;
    b.values += first * b.column_step;
    dense_part(t, b, rows, columns, false);
  } else {
    const SparseColumns<float>& sparse = work.inputs.sparse;
    for (int j = first; j < last; ++j, t.start += step, t.sums += step) {
      const std::int32_t start = sparse.starts[j];
      const std::int32_t count = sparse.ends[j] - start;
      if (count > 0) sparse_column(t, sparse.rows + start, sparse.values + start, count, rows);
    }
  }
  if (work.gradient != nullptr) return;
  for (int c = 0; c < pieces; ++c) {
    move_some(work.rule, from(work.state, at + std::ptrdiff_t{c} * m), to + c * step, 1.0F, piece);
  }
}

void weight_gradient(const WeightGradient<float>& work, int first, int last) {
  HWY_ALIGN float scratch[kScratch];
  const int panel =
      std::min(std::max(kPanel / std::max(work.k, 1) / kTall * kTall, kTall), kScratch / 8);
  for (int row = 0; row < work.m; row += panel) {
    const int rows = std::min(panel, work.m - row);
    const int block = std::max(kScratch / rows / kTileColumns * kTileColumns, kTileColumns);
    for (int j = first; j < last; j += block) {
      gradient_block(work, row, rows, j, std::min(j + block, last), scratch);
    }
  }
}

void transpose(const float* from, int rows, int columns, float* to, std::ptrdiff_t to_step) {
  int whole_rows = 0;
  int whole_columns = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::CappedTag<float, 4> d;
  whole_rows = rows / 4 * 4;
  whole_columns = columns / 4 * 4;
  constexpr int kBlock = 16;  // columns of a cache line
  for (int c0 = 0; c0 < whole_columns; c0 += kBlock) {
    const int c1 = std::min(c0 + kBlock, whole_columns);
    for (int r = 0; r < whole_rows; r += 4) {
      for (int c = c0; c < c1; c += 4) {
        const float* at = from + std::ptrdiff_t{c} * rows + r;
        const auto x0 = hn::LoadU(d, at);
        const auto x1 = hn::LoadU(d, at + rows);
        const auto x2 = hn::LoadU(d, at + 2 * std::ptrdiff_t{rows});
        const auto x3 = hn::LoadU(d, at + 3 * std::ptrdiff_t{rows});
        const auto low02 = hn::InterleaveLower(d, x0, x2);
        const auto low13 = hn::InterleaveLower(d, x1, x3);
        const auto high02 = hn::InterleaveUpper(d, x0, x2);
        const auto high13 = hn::InterleaveUpper(d, x1, x3);
        float* out = to + r * to_step + c;
        hn::StoreU(hn::InterleaveLower(d, low02, low13), d, out);
        hn::StoreU(hn::InterleaveUpper(d, low02, low13), d, out + to_step);
        hn::StoreU(hn::InterleaveLower(d, high02, high13), d, out + 2 * to_step);
        hn::StoreU(hn::InterleaveUpper(d, high02, high13), d, out + 3 * to_step);
      }
    }
  }
#endif
  for (int c = 0; c < columns; ++c) {
    for (int r = c < whole_columns ? whole_rows : 0; r < rows; ++r) {
      to[r * to_step + c] = from[std::ptrdiff_t{c} * rows + r];
    }
  }
}

void compress(const float* column, int length, std::int32_t* rows, float* values, int* kept) {
  int count = 0;
  cover(hn::ScalableTag<float>(), 0, length, [&](auto d, int i) HWY_ATTR {
    const hn::RebindToSigned<decltype(d)> integers;
    const auto x = hn::LoadU(d, column + i);
    const auto some = hn::Ne(x, hn::Zero(d));
    // Whole vectors, of which the next ones write over what is too much.
    hn::StoreU(hn::Compress(hn::Iota(integers, i), hn::RebindMask(integers, some)), integers,
               rows + count);
    hn::StoreU(hn::Compress(x, some), d, values + count);
    count += static_cast<int>(hn::CountTrue(d, some));
  });
  *kept = count;
}

void exponentials(const float* x, int count, float largest, float* to) {
  cover(hn::ScalableTag<float>(), 0, count, [&](auto d, int i) HWY_ATTR {
    using V = hn::Vec<decltype(d)>;
    const hn::RebindToSigned<decltype(d)> integers;
    const V z = hn::Sub(hn::LoadU(d, x + i), hn::Set(d, largest));
    // e^z = 2^k e^r, |r| <= 0.35, with ln 2 in two parts, the first of 15 bits: k times it is
    // exact.
    const V k = hn::Round(hn::Mul(z, hn::Set(d, 1.44269504F)));
    V r = fma(d, k, hn::Set(d, -0x1.62e4p-1F), z);
    r = fma(d, k, hn::Set(d, -0x1.7f7d1cp-20F), r);
    // The Taylor series; the first term left out is below 6e-9.
    V sum = hn::Set(d, 1.0F / 5040);
    for (const float factor : {1.0F / 720, 1.0F / 120, 1.0F / 24, 1.0F / 6, 0.5F, 1.0F, 1.0F}) {
      sum = fma(d, sum, r, hn::Set(d, factor));
    }
    // What is not a number has no integer, and is put back below.
    const auto number = hn::Eq(z, z);
    const auto exponent = hn::ShiftLeft<23>(hn::ConvertTo(integers, hn::IfThenElseZero(number, k)));
    const V e = hn::BitCast(d, hn::Add(hn::BitCast(integers, sum), exponent));
    // Below ln 2^-64 the exponent may have left its range; what is not a number stays.
    const V safe = hn::IfThenZeroElse(hn::Lt(z, hn::Set(d, -44.3614195F)), e);
    hn::StoreU(hn::IfThenElse(number, safe, z), d, to + i);
  });
}

}  // namespace minerva::training::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace minerva::training::kernels {
HWY_EXPORT(multiply);
HWY_EXPORT(weight_gradient);
HWY_EXPORT(move);
HWY_EXPORT(transpose);
HWY_EXPORT(compress);
HWY_EXPORT(exponentials);

void multiply(const Product<float>& product, int first_column, int last_column) {
  HWY_DYNAMIC_DISPATCH(multiply)(product, first_column, last_column);
}
void multiply(const Product<double>& product, int first_column, int last_column) {
  plain::multiply(product, first_column, last_column);
}

void weight_gradient(const WeightGradient<float>& work, int first, int last) {
  HWY_DYNAMIC_DISPATCH(weight_gradient)(work, first, last);
}
void weight_gradient(const WeightGradient<double>& work, int first, int last) {
  plain::weight_gradient(work, first, last);
}

void move(const Descent& rule, const DescentState<float>& state, const float* gradient, float scale,
          std::size_t count) {
  HWY_DYNAMIC_DISPATCH(move)(rule, state, gradient, scale, count);
}
void move(const Descent& rule, const DescentState<double>& state, const double* gradient,
          double scale, std::size_t count) {
  plain::move(rule, state, gradient, scale, count);
}

void transpose(const float* from, int rows, int columns, float* to, std::ptrdiff_t to_step) {
  HWY_DYNAMIC_DISPATCH(transpose)(from, rows, columns, to, to_step);
}
void transpose(const double* from, int rows, int columns, double* to, std::ptrdiff_t to_step) {
  plain::transpose(from, rows, columns, to, to_step);
}

int compress(const float* column, int count, std::int32_t* rows, float* values) {
  int kept = 0;
  HWY_DYNAMIC_DISPATCH(compress)(column, count, rows, values, &kept);
  return kept;
}
int compress(const double* column, int count, std::int32_t* rows, double* values) {
  return plain::compress(column, count, rows, values);
}

void exponentials(const float* x, int count, float largest, float* to) {
  HWY_DYNAMIC_DISPATCH(exponentials)(x, count, largest, to);
}
void exponentials(const double* x, int count, double largest, double* to) {
  plain::exponentials(x, count, largest, to);
}

}  // namespace minerva::training::kernels
#endif
