// Prints, as Markdown, how much of the exhaustive frontier nsga2 and random draws find with so many
// evaluations: the table of docs/design-space.md.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <vector>

#include "minerva/dse/search.hpp"

namespace minerva::dse {
namespace {

constexpr std::uint64_t kSeeds = 20;

struct Quality {
  double mean_ratio = 0;
  double least_ratio = 1;
  double mean_found_percent = 0;
};

Quality quality(const Problem& problem, const Grid& grid, const std::vector<ExploredPoint>& exact,
                SearchMethod method, std::int64_t evaluations) {
  Quality q;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SearchOptions options;
    options.method = method;
    options.evaluations = evaluations;
    options.seed = seed;
    const FrontierComparison c =
        compare_frontiers(search(problem, grid, options, 1).frontier, exact, problem.objectives);
    q.mean_ratio += c.hypervolume_ratio / kSeeds;
    q.least_ratio = std::min(q.least_ratio, c.hypervolume_ratio);
    q.mean_found_percent +=
        100.0 * static_cast<double>(c.points_found) / static_cast<double>(c.points_exact) / kSeeds;
  }
  return q;
}

void study(const char* name, const Problem& problem, const Space& space,
           const std::vector<std::int64_t>& evaluations) {
  const Grid grid(space, problem.hardware(), *problem.technology);
  const Exploration exact = explore(problem, grid, 1);
  std::printf("%s: %llu combinations, %llu machines, %zu on the frontier of", name,
              static_cast<unsigned long long>(exact.combinations),
              static_cast<unsigned long long>(exact.legal), exact.frontier.size());
  for (const Objective o : problem.objectives) std::printf(" %s", to_string(o));
  std::printf(
      "\n\n| evaluations | nsga2, mean ratio | least | frontier points found | random, mean ratio "
      "| "
      "least | frontier points found |\n|---|---|---|---|---|---|---|\n");
  for (const std::int64_t count : evaluations) {
    const Quality nsga2 = quality(problem, grid, exact.frontier, SearchMethod::nsga2, count);
    const Quality random = quality(problem, grid, exact.frontier, SearchMethod::random, count);
    std::printf("| %lld | %.4f | %.4f | %.0f %% | %.4f | %.4f | %.0f %% |\n",
                static_cast<long long>(count), nsga2.mean_ratio, nsga2.least_ratio,
                nsga2.mean_found_percent, random.mean_ratio, random.least_ratio,
                random.mean_found_percent);
    std::fflush(stdout);
  }
  std::printf("\n");
}

void study_all(const char* technology_file) {
  const Technology technology = read_technology(technology_file);
  Problem problem;
  problem.network = Topology{{784, 256, 256, 256, 10}};
  problem.widths = {16, 16, 16, 26};
  problem.technology = &technology;
  study("Default space", problem, {}, {100, 200, 400, 800});
  Space large;  // of configs/flows/million.cfg
  large.lanes.clear();
  for (int lanes = 1; lanes <= 1024; ++lanes) large.lanes.push_back(lanes);
  large.write_ports = {0, 1, 2, 4, 8};
  study("configs/flows/million.cfg", problem, large, {500, 1000, 2000, 5000, 10000});
  problem.objectives = {Objective::time_us, Objective::power_mw, Objective::area_mm2};
  study("Default space, three objectives", problem, {}, {200, 400, 800});
}

}  // namespace
}  // namespace minerva::dse

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: minerva_search_study TECHNOLOGY\n");
    return 2;
  }
  try {
    minerva::dse::study_all(argv[1]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "minerva_search_study: %s\n", error.what());
    return 1;
  }
  return 0;
}
