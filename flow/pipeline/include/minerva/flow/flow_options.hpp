#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/accelsim/simulate.hpp"
#include "minerva/arithmetic/fault_word.hpp"
#include "minerva/base/enum_names.hpp"
#include "minerva/data/load_dataset.hpp"
#include "minerva/design/machine_configuration.hpp"
#include "minerva/dse/baseline.hpp"
#include "minerva/dse/search.hpp"
#include "minerva/faultsim/tolerance.hpp"
#include "minerva/interchange/named_tensors.hpp"
#include "minerva/prune/threshold_search.hpp"
#include "minerva/quantize/width_search.hpp"
#include "minerva/training/noise.hpp"
#include "minerva/training/sweep.hpp"

namespace minerva {
class Settings;
}

namespace minerva::flow {

/// Which split the unsafe stages are tuned on. `test` is the published flow's way, for comparison:
/// its result is then confirmed by nothing.
enum class TuneOn { validation, test };
constexpr EnumNames<TuneOn, 2> enum_names(TuneOn) {
  return {{{TuneOn::validation, "validation"}, {TuneOn::test, "test"}}};
}
/// Which split `eval` and `simulate` read.
enum class SamplePart { train, validation, test };
constexpr EnumNames<SamplePart, 3> enum_names(SamplePart) {
  return {{{SamplePart::train, "train"},
           {SamplePart::validation, "validation"},
           {SamplePart::test, "test"}}};
}
/// How the accelerator before optimization is chosen: by the explorer's rule, or [design] as given.
enum class Baseline { rule, named };
constexpr EnumNames<Baseline, 2> enum_names(Baseline) {
  return {{{Baseline::rule, "rule"}, {Baseline::named, "named"}}};
}

struct RunOptions {
  std::string out;
  int threads = 0;  ///< 0: as many as the machine has
};

struct BudgetOptions {
  double sigma_percent = 0;  ///< 0: the sigma measured on validation
  double itn = 1;
  /// Shares of the budget spent by the end of each stage.
  double share_quantize = 0.3;
  double share_prune = 0.5;
  double share_faults = 1;
  TuneOn tune_on = TuneOn::validation;
};

/// Every option of a run; each key of a config stands for one of these members.
struct FlowOptions {
  RunOptions run;
  DataOptions data;
  std::string network_file;
  WeightsLayout weights_layout = WeightsLayout::automatic;
  training::TrainingOptions training;
  training::SweepOptions sweep;
  training::SweepTopologies sweep_topologies;
  std::string training_cache;                   ///< empty: trainings in the run directory
  training::CheckpointRule checkpoints{0, 30};  ///< assumption: half a minute may be lost
  int sweep_epochs = 0;                         ///< 0: as many as the training
  bool sweep_use_choice = false;
  int noise_seeds = 5;
  std::string noise_file;
  BudgetOptions budget;
  std::string technology_file = "configs/tech/public40.cfg";
  dse::Space space;
  dse::BaselineRule baseline_rule;
  dse::SearchOptions search;
  bool compare_exhaustive = false;
  std::string objectives_text = "time_us,power_mw";
  std::vector<dse::Objective> objectives;
  std::string constraints_text;
  std::vector<dse::Constraint> constraints;
  std::string explored_topology_text;
  Topology explored_topology;  ///< explored without data or network; no widths: the network's
  Baseline baseline = Baseline::rule;
  int verify_samples = 2;  ///< of each frontier point in SystemC; 0: none
  DesignPoint point;
  WeightStorage weight_storage = WeightStorage::sram;
  std::vector<Topology> also_for;  ///< further networks of a programmable accelerator
  /// Networks that the programmable variant of the finished machine holds besides its own.
  std::vector<Topology> programmable_for;
  std::string design_file;
  quantize::QuantizeOptions quantize;
  std::string start_format = "Q6.10";
  std::string plan_file;
  prune::PruneOptions prune;
  std::string thresholds_file;
  faultsim::FaultOptions faults;
  Mitigation mitigation{Masking::bit, SignPolicy::zero, Detector::razor};
  std::string faults_file;
  double fault_rate = 0;  ///< of eval and simulate
  int fault_map = 0;      ///< of eval and simulate
  SamplePart part = SamplePart::test;
  std::int64_t eval_samples = 0;  ///< 0: all
  std::string dump;
  int simulate_samples = 1;
  SimulationModel simulation_model = SimulationModel::stage_processes;
  std::string vcd;     ///< empty: no waveforms
  int vcd_lanes = -1;  ///< -1: all
  int trace_cycles = 0;
  int trace_from = 0;
};

/// The point of [design] when no key is given: write ports and multiplier stages are 0, which the
/// bandwidth and the technology then settle.
DesignPoint default_design_point();

/// Binds every key to its option, and the short spellings of the command line.
void add_settings(Settings& settings, FlowOptions& options);
/// What no single key's range can check, and the formats written as text. Throws UserError.
void finish_options(FlowOptions& options);
/// Keys that change no result: a run directory may be continued under other values of them.
const std::vector<std::string>& keys_without_effect();

}  // namespace minerva::flow
