#include "minerva/circuit/net_load.hpp"

namespace minerva::circuit {

std::vector<double> net_loads_ff(const Netlist& netlist, const WireModel& wire,
                                 double output_load_ff) {
  std::vector<double> loads;
  loads.reserve(netlist.nets.size());
  for (const Net& net : netlist.nets) {
    if (net.constant != Net::Constant::none) {
      loads.push_back(0);
      continue;
    }
    double load = wire.fixed_ff;
    const int fanout = static_cast<int>(net.sinks.size()) + (net.is_output ? 1 : 0);
    if (wire.table != nullptr) load += wire.table->capacitance_ff(fanout);
    for (const InstancePin& sink : net.sinks) {
      const Cell& cell = *netlist.instances[static_cast<std::size_t>(sink.instance)].cell;
      load += cell.pins[static_cast<std::size_t>(sink.pin)].capacitance_ff;
    }
    if (net.is_output) load += output_load_ff;
    loads.push_back(load);
  }
  return loads;
}

}  // namespace minerva::circuit
