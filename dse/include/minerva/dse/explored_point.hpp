#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "minerva/accelsim/machine_configuration.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/accelsim/technology.hpp"
#include "minerva/base/enum_names.hpp"
#include "minerva/design/counts.hpp"
#include "minerva/design/design_point.hpp"
#include "minerva/design/ppa_estimate.hpp"
#include "minerva/dse/options.hpp"
#include "minerva/statistics/pareto.hpp"

namespace minerva::dse {

/// A legal machine with its figures.
struct ExploredPoint {
  std::uint64_t combination = 0;  ///< its number in the Grid
  DesignPoint point;
  std::int64_t cycles = 0;  ///< of one prediction
  double time_us = 0;       ///< of one prediction: that of a batch over its predictions
  double power_mw = 0;
  double energy_nj = 0;  ///< of one prediction
  double area_mm2 = 0;
  double weight_memory_mm2 = 0;        ///< of the area
  std::int64_t weight_bank_words = 0;  ///< words in one weight bank, of the largest network
  /// A weight bank holds fewer words than the technology's smallest macro and pays for that many.
  bool over_partitioned = false;
  bool within_constraints = true;

  double predictions_per_s() const { return 1e6 / time_us; }
  /// From inputs to outputs.
  double latency_us() const { return time_us * point.batch_size; }
  double edp_nj_us() const { return energy_nj * time_us; }
};

/// Every knob, as built, and every figure.
const std::vector<PointQuantity>& point_quantities();

ObjectiveValues objective_values(const ExploredPoint& point,
                                 const std::vector<Objective>& objectives);

/// Excess over the limits against their sizes, summed; 0: all hold.
double violation(const std::vector<Constraint>& constraints, const ExploredPoint& point);
bool hold(const std::vector<Constraint>& constraints, const ExploredPoint& point);

/// What the activity of a machine that does not read ahead depends on: inputs per cycle, positions
/// per weight, and, where these are several, the batch size.
using CountedFor = std::array<int, 3>;
CountedFor counted_for(const DesignPoint& point);

/// What is explored.
struct Problem {
  MachineNetwork network;
  DatapathWidths widths;
  const Technology* technology = nullptr;
  WeightStorage weight_storage = WeightStorage::sram;
  std::vector<MachineNetwork> also_for;  ///< further networks that the memories must hold
  std::vector<Objective> objectives = {Objective::time_us, Objective::power_mw};
  std::vector<Constraint> constraints;
  /// Share of the inputs of every layer but those of the network that are taken as zero and
  /// skipped, each independently of the others (assumption: zeros of real maps stand together).
  double zero_inputs_percent = 0;

  // Of a network that later stages have worked on.
  std::vector<bool> thresholds;  ///< layers that skip small inputs; empty: none does
  Mitigation mitigation;
  SramPoint supply;  ///< of the weight memories; 0 V: the technology's nominal one
  /// Activity that was measured on the network, by what it depends on, for every machine of the
  /// space; empty: it is assumed_activity.
  std::map<CountedFor, ActivityProfile> measured;
  /// Of machines that read ahead, beside `measured`: one for every read_ahead_of() of the space.
  std::vector<ActivityProfile> measured_ahead;

  /// What each machine is built for; its point is the default one.
  MachineConfiguration hardware() const;
};

/// The activity that a problem assumes for a machine: means over kAssumedSamples predictions, up to
/// the next whole batch, or one batch where nothing is skipped.
ActivityProfile assumed_activity(const Problem& problem, const CountedFor& counted);
constexpr std::int64_t kAssumedSamples = 10000;

/// Figures of one machine after the other. Copies are independent; one belongs to one thread.
class PointEvaluator {
 public:
  /// `problem` and its technology must outlive it.
  explicit PointEvaluator(const Problem& problem);
  ExploredPoint operator()(std::uint64_t combination, const DesignPoint& point);
  /// The same figures by part.
  PpaEstimate estimate(const DesignPoint& point);
  /// Cycles, counts and energies of each layer of the network.
  std::vector<LayerFigures> layers(const DesignPoint& point);
  /// Predictions over which the events of layers() are summed.
  std::int64_t samples() const { return activity_.samples; }

 private:
  void set_point(const DesignPoint& point);
  void set_read_ahead(const ReadAhead& machine);

  const Problem* problem_;
  MachineConfiguration machine_;
  ActivityProfile activity_;                          ///< for the last point
  std::map<CountedFor, ActivityProfile> activities_;  ///< assumed
};

}  // namespace minerva::dse
