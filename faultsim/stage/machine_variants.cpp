#include "machine_variants.hpp"

#include "minerva/accelsim/machine_structure.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/published/figures.hpp"

// After stage 5: what the finished accelerator would cost with its weights kept otherwise (book,
// Sec. 4.5 and the bars "ROM" and "Programmable" of Fig. 4.11).
namespace minerva::faultsim {

void add_variants(flow::RunContext& run, const MachineConfiguration& finished,
                  const ActivityProfile& activity, const ActivityProfile& faultless,
                  const SramPoint& sram) {
  StagePart& part = run.part();
  const double last_mw = part.rows.back().power_mw;
  const auto add = [&](const char* name, const std::string& detail,
                       const MachineConfiguration& design, const ActivityProfile& of_design,
                       const SramPoint& supply, double book_over_last_stage) {
    const PpaEstimate ppa = estimate_without_interval(design, of_design, supply, run.technology());
    part.variants.push_back({name, detail, ppa.power, ppa.power_mw, ppa.energy_per_prediction_nj,
                             ppa.predictions_per_s, ppa.area_mm2, ppa.power_mw / last_mw,
                             book_over_last_stage});
  };
  part.variants.clear();
  MachineConfiguration rom = finished;
  rom.weight_storage = WeightStorage::rom;
  rom.mitigation = {};
  rom.also_for.clear();
  add("ROM weights", "the network fixed for good: no faults, no masking, nominal voltage", rom,
      faultless, SramPoint{}, 1 / published::kMeanRomFactor.value);
  if (run.options().programmable_for.empty()) return;
  MachineConfiguration programmable = finished;
  std::string detail = "memories for " + to_string(finished.network);
  for (const Topology& other : run.options().programmable_for) {
    if (MachineNetwork(other) == finished.network) continue;
    check_weight_banks(other, finished.point);
    programmable.also_for.push_back(other);
    detail += ", " + to_string(other);
  }
  add("programmable", detail, programmable, activity, sram,
      published::kMeanProgrammableRatio.value);
}

}  // namespace minerva::faultsim
