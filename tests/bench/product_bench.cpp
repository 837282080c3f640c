#include <benchmark/benchmark.h>
#ifdef MINERVA_HAS_OPENBLAS
#include <cblas.h>
#endif

#include <cstddef>
#include <vector>

#include "minerva/arithmetic/random.hpp"
#include "product_kernels.hpp"

// Matrix products of training alone, dense, one thread, in GFLOP/s. The arguments are the rows of
// the result, its columns and the length of the sums. "multiply/64/6/128" stays in the first cache:
// the best that the tiles can do on this machine. Where OpenBLAS is installed, its products stand
// beside ours; OPENBLAS_CORETYPE chooses its kernels.
namespace minerva::training::kernels {
namespace {

struct Matrices {
  explicit Matrices(const benchmark::State& state)
      : m(static_cast<int>(state.range(0))),
        n(static_cast<int>(state.range(1))),
        k(static_cast<int>(state.range(2))),
        a(draw(m, k)),
        b(draw(n, k)),
        c(draw(m, n)) {}
  static std::vector<float> draw(int rows, int columns) {
    KeyedRandom random(1, Stream::test);
    std::vector<float> values(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns));
    for (float& x : values) x = static_cast<float>(random.normal());
    return values;
  }
  void count(benchmark::State& state) const {
    state.counters["GFLOP/s"] =
        benchmark::Counter(2e-9 * m * n * k, benchmark::Counter::kIsIterationInvariantRate);
  }
  int m;
  int n;
  int k;
  std::vector<float> a;
  std::vector<float> b;
  std::vector<float> c;
};

void multiply(benchmark::State& state) {
  Matrices x(state);
  Product<float> product;
  product.a = x.a.data();
  product.a_step = product.m = x.m;
  product.k = x.k;
  product.b.dense = {x.b.data(), 1, x.k};
  product.sums = x.c.data();
  product.sums_step = x.m;
  for (auto _ : state) {
    multiply(product, 0, x.n);
    benchmark::ClobberMemory();
  }
  x.count(state);
}

/// The gradient of weights (rows x columns) over a batch, with Adam's step.
void weight_step(benchmark::State& state) {
  Matrices x(state);
  std::vector<float> first(x.c.size());
  std::vector<float> second(x.c.size());
  WeightGradient<float> work;
  work.delta = x.a.data();
  work.delta_step = work.m = x.m;
  work.k = x.k;
  work.inputs.dense = {x.b.data(), x.n, 1};
  work.penalised = x.c.data();
  work.rule = adam_descent(1e-6, 1000000);
  work.state = {x.c.data(), first.data(), second.data()};
  for (auto _ : state) {
    weight_gradient(work, 0, x.n);
    benchmark::ClobberMemory();
  }
  x.count(state);
}

#ifdef MINERVA_HAS_OPENBLAS
void openblas(benchmark::State& state) {
  Matrices x(state);
  openblas_set_num_threads(1);
  for (auto _ : state) {
    cblas_sgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, x.m, x.n, x.k, 1.0F, x.a.data(), x.m,
                x.b.data(), x.k, 0.0F, x.c.data(), x.m);
    benchmark::ClobberMemory();
  }
  x.count(state);
}
#endif

void shapes(benchmark::internal::Benchmark* bench) {
  bench->Args({64, 6, 128})
      ->Args({256, 32, 256})
      ->Args({256, 128, 256})
      ->Args({256, 128, 784})
      ->Args({256, 1000, 784})
      ->Args({512, 128, 512})
      ->Args({1024, 1024, 1024})
      ->Unit(benchmark::kMicrosecond);
}
BENCHMARK(multiply)->Apply(shapes);
BENCHMARK(weight_step)
    ->Args({256, 256, 32})
    ->Args({256, 256, 128})
    ->Args({256, 784, 128})
    ->Unit(benchmark::kMicrosecond);
#ifdef MINERVA_HAS_OPENBLAS
BENCHMARK(openblas)->Apply(shapes);
#endif

}  // namespace
}  // namespace minerva::training::kernels
