#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "minerva/report/option_parts.hpp"
#include "minerva/workloads/comparison.hpp"

namespace minerva::workloads {

inline constexpr double kPercent = 100;

/// A column of the heat map: a type of Fig. 3, or all other types of a class.
struct HeatColumn {
  std::string name;
  std::vector<std::size_t> types;
};
std::vector<HeatColumn> heat_columns();
/// Shares by column of shares by type.
std::vector<double> column_shares(const std::vector<HeatColumn>& columns,
                                  const std::vector<double>& shares_by_type);

Figure stationarity_figure(const WorkloadComparison& comparison);
Figure cumulative_figure(const WorkloadComparison& comparison);
Figure heat_figure(const WorkloadComparison& comparison);
Figure similarity_figure(const WorkloadComparison& comparison);
/// Empty option where no workload was measured in both modes.
Figure training_inference_figure(const WorkloadComparison& comparison);
/// A figure a workload that was measured on two or more numbers of threads.
std::vector<Figure> thread_figures(const WorkloadComparison& comparison);

}  // namespace minerva::workloads
