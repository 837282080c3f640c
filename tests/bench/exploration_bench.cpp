#include <benchmark/benchmark.h>

#include "minerva/arithmetic/random.hpp"
#include "minerva/dse/explore.hpp"
#include "minerva/statistics/hypervolume.hpp"

namespace minerva::dse {
namespace {

Technology technology() {
  return read_technology(std::string(MINERVA_SOURCE_DIR) + "/configs/tech/public40.cfg");
}

Problem book_problem(const Technology& technology) {
  Problem problem;
  problem.network = Topology{{784, 256, 256, 256, 10}};
  problem.widths = {16, 16, 16, 26};
  problem.technology = &technology;
  return problem;
}

Space many_points() {
  Space space;
  space.lanes.clear();
  for (int lanes = 1; lanes <= 128; ++lanes) space.lanes.push_back(lanes);
  return space;
}

/// Legal points per second of one thread, to the frontier, without rows.
void explore_without_rows(benchmark::State& state) {
  const Technology tech = technology();
  const Problem problem = book_problem(tech);
  const Grid grid(many_points(), problem.hardware(), tech);
  std::int64_t legal = 0;
  for (auto _ : state) {
    legal += static_cast<std::int64_t>(explore(problem, grid, 1).legal);
  }
  state.SetItemsProcessed(legal);
}
BENCHMARK(explore_without_rows)->Unit(benchmark::kMillisecond);

/// The same with objectives in every dimension there is.
void explore_five_objectives(benchmark::State& state) {
  const Technology tech = technology();
  Problem problem = book_problem(tech);
  problem.objectives = {Objective::time_us, Objective::power_mw, Objective::energy_nj,
                        Objective::area_mm2, Objective::edp_nj_us};
  const Grid grid(many_points(), problem.hardware(), tech);
  std::int64_t legal = 0;
  for (auto _ : state) {
    legal += static_cast<std::int64_t>(explore(problem, grid, 1).legal);
  }
  state.SetItemsProcessed(legal);
}
BENCHMARK(explore_five_objectives)->Unit(benchmark::kMillisecond);

/// Exact hypervolume of 100 points of a frontier, by dimensions.
void hypervolume_of_100_points(benchmark::State& state) {
  const int dimensions = static_cast<int>(state.range(0));
  KeyedRandom random(1, Stream::test);
  std::vector<ObjectiveValues> points(100);
  for (ObjectiveValues& p : points) {
    double sum = 0;
    for (int d = 0; d < dimensions; ++d) sum += p[static_cast<std::size_t>(d)] = random.uniform();
    for (double& v : p) v /= sum;
  }
  ObjectiveValues reference{};
  reference.fill(1);
  for (auto _ : state) benchmark::DoNotOptimize(hypervolume(points, reference, dimensions));
}
BENCHMARK(hypervolume_of_100_points)->DenseRange(2, 5)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace minerva::dse
