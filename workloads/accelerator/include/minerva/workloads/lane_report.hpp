#pragma once
#include <optional>
#include <string>
#include <vector>

#include "minerva/report/figure.hpp"
#include "minerva/workloads/lane_machine.hpp"
#include "minerva/workloads/profile.hpp"
#include "minerva/workloads/stages_file.hpp"

namespace minerva::workloads {

/// A workload of the report: its profiles beside what the machine makes of its network.
struct LaneRow {
  std::string workload;
  std::optional<WorkloadProfile> inference;
  std::optional<WorkloadProfile> training;
  double covered_in_inference = 0;  ///< share of the time; 0 where it was not measured
  double covered_in_training = 0;
  std::int64_t trained_steps = 0;  ///< before its activations were measured
  bool synthetic = false;          ///< the inputs were random examples
  std::optional<LaneWorkload> machine;
  std::string why_not;  ///< a sentence; of a workload without a machine
};

/// A row of profiles of one workload (nothing measured: null), with the shares of what its export
/// covers.
LaneRow lane_row(const WorkloadProfile* inference, const WorkloadProfile* training,
                 const std::vector<CoveredType>& covered);

struct LaneReport {
  LaneMachine machine;
  std::string technology;
  std::vector<LaneRow> rows;
  std::vector<StagesResult> stages;  ///< of workloads that went through the stages
};

/// Amdahl's limit for people, "3.4x"; "none" at 1.
std::string limit_text(double share);

/// Times of one example of a row.
struct ExampleTime {
  double cpu_ms = 0;      ///< of the whole example on the CPU
  double machine_ms = 0;  ///< of the covered part on the machine
  /// Of the example when the machine takes over what it covers, and the CPU does the rest.
  double together_ms = 0;
};
/// Nothing without a profile of inference or a machine.
std::optional<ExampleTime> example_time(const LaneRow& row);

/// For the terminal.
std::string lane_report_text(const LaneReport& report);
std::vector<Figure> lane_report_figures(const LaneReport& report);
/// The page with all of it.
std::string lane_report_page(const LaneReport& report);
/// report.json, schema minerva-fathom-report-1.
std::string lane_report_json(const LaneReport& report);
/// layers.csv: a row a layer of every workload.
std::string lane_layers_csv(const LaneReport& report);

}  // namespace minerva::workloads
