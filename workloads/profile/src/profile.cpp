#include "minerva/workloads/profile.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "minerva/base/errors.hpp"

namespace minerva::workloads {
namespace {

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double mean(const double* values, std::size_t count) {
  return std::accumulate(values, values + count, 0.0) / static_cast<double>(count);
}

}  // namespace

std::vector<std::vector<double>> type_times_us(const WorkloadProfile& profile) {
  std::vector<std::vector<double>> times(operation_types().size(),
                                         std::vector<double>(profile.step_us.size(), 0.0));
  for (const OperationRecord& each : profile.operations) {
    if (each.type.empty()) continue;
    std::vector<double>& row = times[type_number(each.type)];
    for (std::size_t step = 0; step < row.size(); ++step) row[step] += each.self_us[step];
  }
  return times;
}

std::vector<double> median_type_times_us(const WorkloadProfile& profile) {
  std::vector<double> medians;
  for (const std::vector<double>& row : type_times_us(profile)) medians.push_back(median(row));
  return medians;
}

std::vector<double> type_shares(const WorkloadProfile& profile) {
  std::vector<double> shares = median_type_times_us(profile);
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  if (!(sum > 0)) {
    throw UserError("profile of " + profile.workload, "", "has no operation that took time");
  }
  for (double& share : shares) share /= sum;
  return shares;
}

std::vector<double> figure_shares(const WorkloadProfile& profile) {
  std::vector<double> shares = type_shares(profile);
  shares.resize(kFigureTypes);
  return shares;
}

std::vector<double> class_shares(const std::vector<double>& shares_by_type) {
  std::vector<double> classes(kOperationClasses, 0.0);
  for (std::size_t i = 0; i < shares_by_type.size(); ++i) {
    classes[static_cast<std::size_t>(operation_types().at(i).operation_class)] += shares_by_type[i];
  }
  return classes;
}

double median_step_us(const WorkloadProfile& profile) { return median(profile.step_us); }

double share_inside_operations(const WorkloadProfile& profile) {
  const std::vector<double> times = median_type_times_us(profile);
  return std::accumulate(times.begin(), times.end(), 0.0) / median_step_us(profile);
}

std::vector<std::string> unknown_operations(const WorkloadProfile& profile) {
  std::vector<std::string> names;
  for (const OperationRecord& each : profile.operations) {
    if (each.type.empty()) names.push_back(each.name);
  }
  return names;
}

std::vector<Stationarity> stationarity(const WorkloadProfile& profile, double least_share) {
  const std::size_t steps = profile.step_us.size();
  expects(steps >= 2, "stationarity needs two steps");
  const std::vector<std::vector<double>> times = type_times_us(profile);
  const std::vector<double> shares = type_shares(profile);
  std::vector<Stationarity> rows;
  for (std::size_t type = 0; type < times.size(); ++type) {
    if (shares[type] < least_share) continue;
    const std::vector<double>& row = times[type];
    Stationarity each;
    each.type = type;
    each.mean_us = mean(row.data(), steps);
    double squares = 0;
    for (const double value : row) squares += (value - each.mean_us) * (value - each.mean_us);
    each.deviation_percent =
        100 * std::sqrt(squares / static_cast<double>(steps - 1)) / each.mean_us;
    const std::size_t half = steps / 2;
    each.drift_percent =
        100 * (mean(row.data() + (steps - half), half) - mean(row.data(), half)) / each.mean_us;
    rows.push_back(each);
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.mean_us > b.mean_us; });
  return rows;
}

std::vector<CumulativeShare> cumulative_shares(const WorkloadProfile& profile) {
  const std::vector<double> shares = type_shares(profile);
  std::vector<CumulativeShare> rows;
  for (std::size_t type = 0; type < shares.size(); ++type) {
    if (shares[type] > 0) rows.push_back({type, shares[type], 0});
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.share > b.share; });
  double sum = 0;
  for (CumulativeShare& each : rows) each.cumulative = sum += each.share;
  return rows;
}

}  // namespace minerva::workloads
