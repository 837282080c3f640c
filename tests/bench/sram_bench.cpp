#include <benchmark/benchmark.h>

#include <vector>

#include "minerva/arithmetic/random.hpp"
#include "minerva/sram/failure_curve.hpp"
#include "synthetic_cell.hpp"

namespace minerva::sram {
namespace {

CellTables tables_at(double supply_v) {
  test::SyntheticCell cell;
  cell.supply_v = supply_v;
  return cell.tables();
}

/// All three margins of sampled cells; a margin is an item.
void margins(benchmark::State& state) {
  const CellTables tables = tables_at(0.6);
  const VariableCell cell(tables, {}, 4);
  std::vector<double> values(kCriteria);
  KeyedRandom random(1, Stream::test);
  for (auto _ : state) {
    Deviates deviates{};
    for (double& deviate : deviates) deviate = random.normal();
    cell.margins(deviates, values);
    benchmark::DoNotOptimize(values.data());
  }
  state.SetItemsProcessed(3 * state.iterations());
}
BENCHMARK(margins);

/// One voltage of a curve with the default number of samples.
void point_of_a_curve(benchmark::State& state) {
  const CellTables tables = tables_at(0.6);
  for (auto _ : state) benchmark::DoNotOptimize(curve_point(tables, {}, 4).rates.data());
}
BENCHMARK(point_of_a_curve)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace minerva::sram
