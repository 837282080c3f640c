#include "minerva/circuit/net_load.hpp"

namespace minerva::circuit {

NetLoads net_loads_ff(const Netlist& netlist, const WireModel& wire, double output_load_ff) {
  NetLoads loads;
  loads.reserve(netlist.nets.size());
  for (const Net& net : netlist.nets) {
    if (net.constant != Net::Constant::none) {
      loads.push_back({0, 0});
      continue;
    }
    double common = wire.fixed_ff;
    const int fanout = static_cast<int>(net.sinks.size()) + (net.is_output ? 1 : 0);
    if (wire.table != nullptr) common += wire.table->capacitance_ff(fanout);
    if (net.is_output) common += output_load_ff;
    std::array<double, 2> load{common, common};
    for (const InstancePin& sink : net.sinks) {
      const Cell& cell = *netlist.instances[static_cast<std::size_t>(sink.instance)].cell;
      const Pin& pin = cell.pins[static_cast<std::size_t>(sink.pin)];
      for (std::size_t edge = 0; edge < 2; ++edge) load[edge] += pin.edge_capacitance_ff[edge];
    }
    loads.push_back(load);
  }
  return loads;
}

}  // namespace minerva::circuit
