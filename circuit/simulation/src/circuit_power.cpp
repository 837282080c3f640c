#include "minerva/circuit/circuit_power.hpp"

namespace minerva::circuit {
namespace {

std::size_t index(int number) { return static_cast<std::size_t>(number); }

constexpr double kNsPerFs = 1e-6;
constexpr double kFjPerNwNs = 1e-3;  // 1 nW for 1 ns is 1e-18 J

}  // namespace

CircuitEnergy& CircuitEnergy::operator+=(const CircuitEnergy& other) {
  internal_fj += other.internal_fj;
  switching_fj += other.switching_fj;
  leakage_fj += other.leakage_fj;
  return *this;
}

CircuitEnergy CircuitPower::total() const {
  CircuitEnergy sum;
  for (const CircuitEnergy& each : of_instances) sum += each;
  sum += of_inputs;
  sum += of_clocks;
  return sum;
}

CircuitEnergy CircuitPower::of_group(const Netlist& netlist, const std::string& prefix) const {
  CircuitEnergy sum;
  for (std::size_t i = 0; i < of_instances.size(); ++i) {
    if (netlist.instances[i].name.compare(0, prefix.size(), prefix) == 0) sum += of_instances[i];
  }
  return sum;
}

CircuitPower circuit_power(const Netlist& netlist, const NetLoads& loads_ff,
                           const CircuitTiming& timing, const SimulatedActivity& activity,
                           double voltage_v) {
  CircuitPower power;
  power.time_ns = static_cast<double>(activity.end_fs - activity.begin_fs) * kNsPerFs;
  power.of_instances.resize(netlist.instances.size());
  for (const PowerUse& use : activity.power_uses) {
    const Instance& instance = netlist.instances[index(use.instance)];
    const InternalPower& table =
        instance.cell->pins[index(use.pin)].internal_power[index(use.power)];
    const int own = instance.nets[index(use.pin)];
    const int cause = table.related_pin >= 0 ? instance.nets[index(table.related_pin)] : own;
    // An output without a related pin has no cause whose transition would be known; its own is
    // near.
    const double transition_ns =
        cause < 0 ? 0 : timing.transition_ns[index(cause)][static_cast<std::size_t>(use.cause)];
    const double load_ff = own < 0 ? 0 : loads_ff[index(own)][static_cast<std::size_t>(use.edge)];
    power.of_instances[index(use.instance)].internal_fj +=
        static_cast<double>(use.count) *
        table.energy_fj[static_cast<std::size_t>(use.edge)].at(transition_ns, load_ff);
  }
  for (const LeakageUse& use : activity.leakage_uses) {
    const Cell& cell = *netlist.instances[index(use.instance)].cell;
    const double leakage_nw = index(use.state) < cell.leakage.size()
                                  ? cell.leakage[index(use.state)].power_nw
                                  : cell.leakage_nw;
    power.of_instances[index(use.instance)].leakage_fj +=
        leakage_nw * (static_cast<double>(use.time_fs) * kNsPerFs) * kFjPerNwNs;
  }
  for (std::size_t n = 0; n < netlist.nets.size(); ++n) {
    // As many rise as fall, but for one.
    const double load_ff = 0.5 * (loads_ff[n][0] + loads_ff[n][1]);
    const double energy_fj =
        0.5 * load_ff * voltage_v * voltage_v * static_cast<double>(activity.net_transitions[n]);
    const Net& net = netlist.nets[n];
    CircuitEnergy& spender = net.driver.instance >= 0
                                 ? power.of_instances[index(net.driver.instance)]
                             : is_clock_net(netlist, static_cast<int>(n)) ? power.of_clocks
                                                                          : power.of_inputs;
    spender.switching_fj += energy_fj;
  }
  return power;
}

}  // namespace minerva::circuit
