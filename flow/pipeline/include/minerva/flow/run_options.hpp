#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/accelsim/simulate.hpp"
#include "minerva/accelsim/technology_rows.hpp"
#include "minerva/base/enum_names.hpp"
#include "minerva/codesign/options.hpp"
#include "minerva/data/options.hpp"
#include "minerva/design/design_point.hpp"
#include "minerva/design/weight_memory.hpp"
#include "minerva/interchange/named_tensors.hpp"
#include "minerva/sram/sram_options.hpp"

namespace minerva {
class Settings;
}

namespace minerva::flow {

/// Which split the unsafe stages are tuned on. `test` is the published flow's way, for comparison:
/// nothing confirms its result then.
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

struct BudgetOptions {
  double sigma_percent = 0;  ///< 0: the sigma measured on validation
  double itn = 1;
  TuneOn tune_on = TuneOn::validation;
};

/// What `eval` and `simulate` read besides the design.
struct EvaluationOptions {
  SamplePart part = SamplePart::test;
  std::int64_t eval_samples = 0;  ///< 0: all
  std::string dump;
  int simulate_samples = 1;
  std::string csv;     ///< of the simulation, by layer; empty: none
  std::string vcd;     ///< empty: no waveforms
  int vcd_lanes = -1;  ///< -1: all
  int vcd_layer = 0;   ///< 1-based; 0: all
  std::int64_t vcd_from = 0;
  std::int64_t vcd_cycles = 0;  ///< 0: to the end
  int trace_cycles = 0;
  int trace_from = 0;
};

/// Options of a run that belong to no single stage. The stages' own options are in their folders.
struct RunOptions {
  std::string out;
  int threads = 0;  ///< 0: as many as the machine has
  DataOptions data;
  std::string network_file;
  WeightsLayout weights_layout = WeightsLayout::automatic;
  std::string network_topology;  ///< of network_file; empty: not given
  BudgetOptions budget;
  std::string technology_file = "configs/tech/public40.cfg";
  std::vector<RowOverride> technology_rows;  ///< with other values than in the file
  DesignPoint point;
  WeightStorage weight_storage = WeightStorage::sram;
  std::vector<Topology> also_for;  ///< further networks of a programmable accelerator
  /// Networks that the programmable variant of the finished machine holds besides its own.
  std::vector<Topology> programmable_for;
  std::string design_file;
  int verify_samples = 2;  ///< predictions that SystemC repeats; 0: none
  SimulationModel simulation_model = SimulationModel::stage_processes;
  EvaluationOptions evaluation;
  sram::SramOptions sram;
  codesign::FineTuneOptions finetune;
  codesign::CodesignOptions codesign;
};

/// The point of [design] when no key is given: write ports and multiplier stages are 0, which the
/// bandwidth and the technology then determine.
DesignPoint default_design_point();

// One function a section, in the order of the resolved config; the stages' sections stand between.
void add_run_keys(Settings& settings, RunOptions& options);         ///< [run]
void add_data_keys(Settings& settings, RunOptions& options);        ///< [data]
void add_network_keys(Settings& settings, RunOptions& options);     ///< [network]
void add_budget_keys(Settings& settings, RunOptions& options);      ///< [budget]
void add_technology_keys(Settings& settings, RunOptions& options);  ///< [tech]
/// Opens section [tech] for rows of a technology file, which override those of the file.
void add_technology_rows(Settings& settings, std::vector<RowOverride>& rows);
/// A second key NAME.clock_mhz for the periods of `key`, one or a list of them.
void add_clock_in_mhz(Settings& settings, const std::string& key);
void add_design_keys(Settings& settings, RunOptions& options);  ///< [design], dse.verify_samples
void add_evaluation_keys(Settings& settings, RunOptions& options);  ///< [eval]
void add_simulation_keys(Settings& settings, RunOptions& options);  ///< [simulate]
/// The short spellings of the command line.
void add_aliases(Settings& settings);
/// Keys that say which data a run is about: a folder with results is not given another one.
const std::vector<std::string>& keys_of_data_set();
/// What no single key's range can check. Throws UserError.
void check(const RunOptions& options);

}  // namespace minerva::flow
