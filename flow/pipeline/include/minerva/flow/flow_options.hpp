#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "dse_stage_options.hpp"
#include "faultsim_stage_options.hpp"
#include "minerva/accelsim/simulate.hpp"
#include "minerva/data/options.hpp"
#include "minerva/design/machine_configuration.hpp"
#include "minerva/interchange/named_tensors.hpp"
#include "prune_stage_options.hpp"
#include "quantize_stage_options.hpp"
#include "training_stage_options.hpp"

namespace minerva {
class Settings;
}

namespace minerva::flow {

/// Which split the unsafe stages are tuned on. `test` is the published flow's way, for comparison:
/// its result is then confirmed by nothing.
enum class TuneOn { validation, test };
const char* to_string(TuneOn tune_on);
/// Which split `eval` and `simulate` read.
enum class Part { train, validation, test };
const char* to_string(Part part);
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

/// Every option of a run; each key of a config stands for one of these members, or for one of a
/// stage's own options.
struct FlowOptions : training::TrainingStageOptions,
                     dse::DseStageOptions,
                     quantize::QuantizeStageOptions,
                     prune::PruneStageOptions,
                     faultsim::FaultStageOptions {
  RunOptions run;
  DataOptions data;
  std::string network_file;
  WeightsLayout weights_layout = WeightsLayout::automatic;
  BudgetOptions budget;
  std::string technology_file = "configs/tech/public40.cfg";
  DesignPoint point;
  WeightStorage weight_storage = WeightStorage::sram;
  std::vector<Topology> also_for;  ///< further networks of a programmable accelerator
  /// Networks that the programmable variant of the finished machine holds besides its own.
  std::vector<Topology> programmable_for;
  std::string design_file;
  Part part = Part::test;
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
/// Ids of the stages, which keys name as their readers, in the order of a run.
const std::vector<std::string>& stage_ids();
/// Keys that say which data a run is about: a folder with results is not given another one.
const std::vector<std::string>& keys_of_data_set();
/// Keys that change no result: a run directory may be continued under other values of them.
const std::vector<std::string>& keys_without_effect();

}  // namespace minerva::flow
