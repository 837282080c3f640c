#include "minerva/accelsim/unskipped_energy.hpp"

#include "minerva/accelsim/completed_point.hpp"
#include "minerva/accelsim/machine_configuration.hpp"
#include "minerva/accelsim/ppa.hpp"

namespace minerva {

double unskipped_energy_nj(const MachineNetwork& network, const DatapathWidths& widths,
                           const DesignPoint& asked, const Technology& technology) {
  MachineConfiguration machine;
  machine.network = network;
  machine.widths = widths;
  machine.point = completed_point(asked, widths, technology);
  const ActivityProfile activity = full_graph_activity(
      network.graph(), machine.point.inputs_per_cycle(), machine.point.positions_per_weight,
      machine.point.batch_size, machine.point.batch_size);
  return estimate_without_interval(machine, activity, {}, technology).energy_per_prediction_nj;
}

}  // namespace minerva
