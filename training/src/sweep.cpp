#include "minerva/training/sweep.hpp"

#include <algorithm>
#include <mutex>
#include <numeric>
#include <sstream>

#include "minerva/core/errors.hpp"
#include "minerva/core/pareto.hpp"
#include "minerva/nn/float_engine.hpp"
#include "minerva/training/trainer.hpp"
#include "parallel_runs.hpp"

namespace minerva::training {
namespace {
template <class Value>
std::vector<Value> values_or(const std::vector<Value>& list, const Value& single) {
  return list.empty() ? std::vector<Value>{single} : list;
}

std::vector<TrainingOptions> grid_of(const SweepOptions& sweep, const TrainingOptions& base) {
  std::vector<TrainingOptions> grid;
  for (const std::vector<int>& hidden : values_or(sweep.hidden, base.hidden)) {
    for (const double l1 : values_or(sweep.l1, base.regularization.l1)) {
      for (const double l2 : values_or(sweep.l2, base.regularization.l2)) {
        for (const double dropout :
             values_or(sweep.dropout_fractions, base.regularization.dropout_fraction)) {
          grid.push_back(base);
          grid.back().hidden = hidden;
          grid.back().regularization.l1 = l1;
          grid.back().regularization.l2 = l2;
          grid.back().regularization.dropout_fraction = dropout;
        }
      }
    }
  }
  return grid;
}

std::int64_t weights_of(const TrainingOptions& options, const Dataset& data) {
  Topology topology{{data.inputs()}};
  topology.widths.insert(topology.widths.end(), options.hidden.begin(), options.hidden.end());
  topology.widths.push_back(data.classes);
  return topology.weight_count();
}

/// Fewest weights, then lowest error, then lowest index, among those close to the lowest error.
std::size_t choose(const std::vector<SweepPoint>& points, double tolerance_percent) {
  double lowest = points.front().validation_error_percent;
  for (const SweepPoint& point : points) lowest = std::min(lowest, point.validation_error_percent);
  std::size_t chosen = points.size();
  for (std::size_t i = 0; i < points.size(); ++i) {
    // The small addend keeps 1.55 % within 0.05 points of 1.5 %, whatever the binary rounding.
    if (points[i].validation_error_percent > lowest + tolerance_percent + 1e-9) continue;
    const bool better = chosen == points.size() || points[i].weights < points[chosen].weights ||
                        (points[i].weights == points[chosen].weights &&
                         points[i].validation_wrong < points[chosen].validation_wrong);
    if (better) chosen = i;
  }
  return chosen;
}
}  // namespace

void check(const SweepOptions& sweep, const TrainingOptions& base) {
  if (!(sweep.tolerance_percent >= 0 && sweep.tolerance_percent <= 100)) {
    std::ostringstream value;
    value << sweep.tolerance_percent;
    throw UserError("sweep.tolerance_percent", value.str(), "must be 0 to 100 percentage points");
  }
  for (const TrainingOptions& options : grid_of(sweep, base)) check(options);
}

SweepResult sweep(const Dataset& data, const TrainingOptions& base, const SweepOptions& grid,
                  int threads, const SweepProgress& progress) {
  expects(threads >= 1, "a sweep needs threads");
  check(grid, base);
  SweepResult result;
  for (const TrainingOptions& options : grid_of(grid, base)) {
    result.points.push_back({options, weights_of(options, data), 0, 0, false});
  }
  // The largest first, so that no thread is left alone with a long training at the end.
  std::vector<std::size_t> order(result.points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return result.points[a].weights > result.points[b].weights;
  });
  const auto total = static_cast<int>(result.points.size());
  int finished = 0;
  std::mutex reporting;
  run_in_parallel(total, threads, [&](int i) {
    SweepPoint& point = result.points[order[static_cast<std::size_t>(i)]];
    const TrainedNetwork trained = train(data, point.options);
    const Samples& samples = data.validation;
    point.validation_wrong =
        count_wrong(classes_of(float_outputs(trained.network, samples.inputs)), samples.labels);
    point.validation_error_percent =
        100.0 * static_cast<double>(point.validation_wrong) / static_cast<double>(samples.size());
    const std::lock_guard<std::mutex> lock(reporting);
    if (progress) progress(point, ++finished, total);
  });
  std::vector<Objectives> objectives;
  for (const SweepPoint& point : result.points) {
    objectives.push_back({static_cast<double>(point.weights), point.validation_error_percent});
  }
  for (const std::size_t i : pareto_frontier(objectives)) result.points[i].on_frontier = true;
  result.chosen = choose(result.points, grid.tolerance_percent);
  return result;
}

}  // namespace minerva::training
