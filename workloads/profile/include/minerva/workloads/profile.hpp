#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/base/enum_names.hpp"
#include "minerva/workloads/operation_types.hpp"

namespace minerva::workloads {

/// Training updates the parameters; inference is the forward-only twin of the workload.
enum class Mode { train, infer };
constexpr EnumNames<Mode, 2> enum_names(Mode) {
  return {{{Mode::train, "train"}, {Mode::infer, "infer"}}};
}
constexpr EnumNames<Phase, 3> enum_names(Phase) {
  return {{{Phase::forward, "forward"}, {Phase::backward, "backward"}, {Phase::update, "update"}}};
}

/// What times are measured by. The wall clock counts what other processes take away, too; the
/// thread's processor time does not, but asking for it is a call of the system, which matters for
/// operations of a few microseconds, and it sees one thread alone.
enum class Clock { wall, processor };
constexpr EnumNames<Clock, 2> enum_names(Clock) {
  return {{{Clock::wall, "wall"}, {Clock::processor, "processor"}}};
}

/// What one operation of the library cost in each step.
struct OperationRecord {
  std::string name;  ///< as the library names it, "aten::addmm"
  std::string type;  ///< of operation_types(); empty for names that the table does not have
  Phase phase = Phase::forward;
  std::int64_t calls = 0;       ///< in the last step
  std::vector<double> self_us;  ///< by step: own time without that of operations inside
};

/// A workload measured over some steps.
struct WorkloadProfile {
  std::string workload;
  std::string variant;  ///< paper or code
  Mode mode = Mode::train;
  bool small = false;
  std::string shape;  ///< what the steps worked on, as text: "bucket (40,50)"
  int batch = 0;
  int threads = 0;
  std::uint64_t seed = 0;
  double peak_mb = 0;  ///< most resident memory of the process so far
  Clock clock = Clock::wall;
  std::string date;  ///< of the measurement, UTC: "2016-09-25"
  std::string cpu;
  std::string library;          ///< "LibTorch 1.13.1"
  std::vector<double> step_us;  ///< time of each step
  std::vector<OperationRecord> operations;
};

/// Microseconds by type of operation in every step: [type][step]; operations without a type are in
/// no row.
std::vector<std::vector<double>> type_times_us(const WorkloadProfile& profile);
/// The median over the steps of each type.
std::vector<double> median_type_times_us(const WorkloadProfile& profile);
/// The same as shares of their sum. Throws UserError naming the workload when no operation has
/// time.
std::vector<double> type_shares(const WorkloadProfile& profile);
/// The first kFigureTypes of them, the columns of Fig. 3; they sum to 1 or less.
std::vector<double> figure_shares(const WorkloadProfile& profile);
/// Shares by class, A to G, of shares by type.
std::vector<double> class_shares(const std::vector<double>& shares_by_type);
/// The median time of a step, and the part of it that the operations add up to (medians).
double median_step_us(const WorkloadProfile& profile);
double share_inside_operations(const WorkloadProfile& profile);
/// Names of operations that have no type.
std::vector<std::string> unknown_operations(const WorkloadProfile& profile);

/// How stable the time of a type is over the steps (Fig. 1).
struct Stationarity {
  std::size_t type = 0;
  double mean_us = 0;
  double deviation_percent = 0;  ///< standard deviation, percent of the mean
  /// Difference of the means of the second and the first half of the steps, percent of the mean.
  double drift_percent = 0;
};
/// Of the types with a share of at least `least_share`, largest first. Needs two steps.
std::vector<Stationarity> stationarity(const WorkloadProfile& profile, double least_share = 0.01);

/// Fig. 2: types from the largest share down, each with the sum so far.
struct CumulativeShare {
  std::size_t type = 0;
  double share = 0;
  double cumulative = 0;
};
std::vector<CumulativeShare> cumulative_shares(const WorkloadProfile& profile);

/// JSON of a profile, schema minerva-fathom-profile-2, and back. Throws UserError naming `file` and
/// the JSON path.
std::string profile_json(const WorkloadProfile& profile);
WorkloadProfile profile_from_json(const std::string& text, const std::string& file);
/// A row an operation and phase: workload, operation, type, class, phase, calls, least and mean
/// self time.
std::string profile_csv(const WorkloadProfile& profile);

/// One operation of a step, for a trace.
struct TraceEvent {
  std::string name;
  Phase phase = Phase::forward;
  double start_us = 0;
  double duration_us = 0;
};
/// The events as the JSON that Perfetto and Chrome's tracing open ("Trace Event Format", complete
/// events).
std::string chrome_trace(const std::string& workload, const std::vector<TraceEvent>& events);

}  // namespace minerva::workloads
