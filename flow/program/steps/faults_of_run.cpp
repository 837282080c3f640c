#include "faults_of_run.hpp"

#include "faultsim_stage.hpp"
#include "minerva/accelsim/fault_tables.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/faultsim/fault_map.hpp"

namespace minerva::flow {

std::string take_faults_of_run(RunContext& run, EvaluationSetup& setup) {
  const faultsim::FaultStage& keys = run.state<faultsim::FaultStage>();
  const bool rom = run.design().weight_storage == WeightStorage::rom;
  const bool off_chip = setup.point.streams_weights();
  if (setup.faults) {
    if (rom) {
      throw UserError("design.weight_storage", "rom", "needs sram for faults: a ROM has none");
    }
    if (off_chip) {
      throw UserError("design.off_chip_words", std::to_string(setup.point.off_chip_words),
                      "needs 0 for faults: fault maps are of memories that hold all weights");
    }
    if (!keys.faults_file.empty()) return keys.faults_file;
    return keys.voltage_v > 0 ? keys.map_file : "faults.rate";
  }
  if (rom || off_chip || !keys.faults_file.empty()) return "";
  std::string where;
  const auto text = run.given_or_result("", faultsim::kFaultsStage, "faults.json", where);
  if (!text) return "";
  const FaultSetting of_run = faults_from_json(*text, where);
  if (!keys.map_file.empty()) {
    throw UserError("faults.voltage_v", "",
                    "is missing: needs the supply at which the faults of the chip of " +
                        keys.map_file + " are taken, " + number_text(of_run.sram.voltage_v) +
                        " V in " + where);
  }
  setup.network.mitigation = of_run.mitigation;
  setup.faults = of_run.sram.fault_rate > 0;
  faultsim::inject_faults(setup.network, keys.faults.seed,
                          static_cast<std::uint64_t>(keys.fault_map), of_run.sram.fault_rate,
                          run.threads(), fault_tables(run.technology()).front().criterion);
  return where;
}

}  // namespace minerva::flow
