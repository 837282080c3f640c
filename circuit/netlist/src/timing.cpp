#include "minerva/circuit/timing.hpp"

#include <algorithm>
#include <limits>

#include "minerva/base/errors.hpp"

namespace minerva::circuit {
namespace {

constexpr Edge kEdges[] = {Edge::rise, Edge::fall};
constexpr double kNever = -std::numeric_limits<double>::infinity();

std::size_t index(Edge edge) { return static_cast<std::size_t>(edge); }
std::size_t index(int number) { return static_cast<std::size_t>(number); }

/// Delays of gates depend on both axes; a scalar says that they depend on none.
void check_axes(const Netlist& netlist, const Cell& cell, const Pin& pin,
                const LookupTable& table) {
  if (table.first.empty() == table.second.empty()) return;
  throw UserError(netlist.file + ": cell " + cell.name, "",
                  "the library has a table of the pin " + pin.name + " over " +
                      (table.first.empty() ? "the load" : "the input transition") +
                      " alone; simulation needs it over both");
}

class Analysis {
 public:
  Analysis(const Netlist& netlist, const NetLoads& loads_ff, const InputDrive& drive)
      : netlist_(netlist), loads_ff_(loads_ff), drive_(drive) {}

  CircuitTiming run() {
    out_.transition_ns.assign(netlist_.nets.size(), {0, 0});
    out_.arrival_ns.assign(netlist_.nets.size(), {kNever, kNever});
    for (std::size_t n = 0; n < netlist_.nets.size(); ++n) {
      if (netlist_.nets[n].is_input) start(static_cast<int>(n));
    }
    for (const int instance : evaluation_order(netlist_)) pass(netlist_.instances[index(instance)]);
    find_longest();
    return std::move(out_);
  }

 private:
  void start(int net) {
    out_.arrival_ns[index(net)] = {0, 0};
    std::array<double, 2>& transition = out_.transition_ns[index(net)];
    if (is_clock_net(netlist_, net)) {
      transition = {drive_.clock_transition_ns, drive_.clock_transition_ns};
    } else if (drive_.cell == nullptr) {
      transition = {drive_.transition_ns, drive_.transition_ns};
    } else {
      for (const Pin& pin : drive_.cell->pins) {
        if (pin.direction != PinDirection::output) continue;
        for (const TimingArc& arc : pin.arcs) {
          for (const Edge edge : kEdges) {
            const LookupTable& table = arc.transition_ns[index(edge)];
            if (table.empty()) continue;
            check_axes(netlist_, *drive_.cell, pin, table);
            transition[index(edge)] =
                std::max(transition[index(edge)],
                         table.at(drive_.clock_transition_ns, loads_ff_[index(net)][index(edge)]));
          }
        }
        break;  // Q, or what the library has first
      }
    }
  }

  void pass(const Instance& instance) {
    for (std::size_t p = 0; p < instance.nets.size(); ++p) {
      const int net = instance.nets[p];
      const Pin& pin = instance.cell->pins[p];
      if (net < 0 || pin.direction != PinDirection::output) continue;
      for (const TimingArc& arc : pin.arcs) {
        const int from = instance.nets[index(arc.related_pin)];
        if (from < 0 || arc.kind == ArcKind::setup) continue;
        for (const Edge output : kEdges) pass_arc(instance, pin, arc, from, net, output);
      }
    }
  }
  void pass_arc(const Instance& instance, const Pin& pin, const TimingArc& arc, int from, int to,
                Edge output) {
    const LookupTable& delay = arc.delay_ns[index(output)];
    const LookupTable& transition = arc.transition_ns[index(output)];
    if (delay.empty()) return;
    check_axes(netlist_, *instance.cell, pin, delay);
    if (!transition.empty()) check_axes(netlist_, *instance.cell, pin, transition);
    for (const Edge input : kEdges) {
      if (!arc_allows(arc, input, output)) continue;
      const double arrival = out_.arrival_ns[index(from)][index(input)];
      if (arrival == kNever) continue;
      const double slew = out_.transition_ns[index(from)][index(input)];
      double& latest = out_.arrival_ns[index(to)][index(output)];
      latest = std::max(latest, arrival + delay.at(slew, loads_ff_[index(to)][index(output)]));
      if (transition.empty()) continue;
      double& slowest = out_.transition_ns[index(to)][index(output)];
      slowest = std::max(slowest, transition.at(slew, loads_ff_[index(to)][index(output)]));
    }
  }

  void find_longest() {
    for (const Port& port : netlist_.ports) {
      if (port.direction != PinDirection::output) continue;
      for (const int net : port.nets) {
        for (const Edge edge : kEdges) {
          end_at(out_.arrival_ns[index(net)][index(edge)], port.name);
        }
      }
    }
    for (const Instance& instance : netlist_.instances) {
      for (std::size_t p = 0; p < instance.nets.size(); ++p) {
        for (const TimingArc& arc : instance.cell->pins[p].arcs) {
          if (arc.kind == ArcKind::setup) end_at_setup(instance, p, arc);
        }
      }
    }
  }
  void end_at_setup(const Instance& instance, std::size_t p, const TimingArc& arc) {
    const int data = instance.nets[p];
    const int clock = instance.nets[index(arc.related_pin)];
    if (data < 0 || clock < 0) return;
    const double clock_arrival = out_.arrival_ns[index(clock)][index(arc.clock_edge)];
    const double clock_slew = out_.transition_ns[index(clock)][index(arc.clock_edge)];
    if (clock_arrival == kNever) return;
    for (const Edge edge : kEdges) {
      const LookupTable& setup = arc.delay_ns[index(edge)];
      const double arrival = out_.arrival_ns[index(data)][index(edge)];
      if (setup.empty() || arrival == kNever) continue;
      const double slew = out_.transition_ns[index(data)][index(edge)];
      end_at(arrival + setup.at(clock_slew, slew) - clock_arrival,
             instance.name + "." + instance.cell->pins[p].name);
    }
  }
  void end_at(double length, const std::string& where) {
    if (!(length > out_.longest_path_ns)) return;
    out_.longest_path_ns = length;
    out_.longest_path_end = where;
  }

  const Netlist& netlist_;
  const NetLoads& loads_ff_;
  const InputDrive& drive_;
  CircuitTiming out_;
};

}  // namespace

CircuitTiming analyse_timing(const Netlist& netlist, const NetLoads& loads_ff,
                             const InputDrive& drive) {
  expects(loads_ff.size() == netlist.nets.size(), "analyse_timing: one load a net");
  return Analysis(netlist, loads_ff, drive).run();
}

bool is_clock_pin(const Cell& cell, int pin) {
  const Pin& its = cell.pins[index(pin)];
  if (its.is_clock || its.clock_gate_clock) return true;
  const std::uint64_t bit = std::uint64_t{1} << pin;
  if (cell.flip_flop && (cell.flip_flop->clocked_on.variables() & bit) != 0) return true;
  return cell.latch && cell.latch->enable && (cell.latch->enable->variables() & bit) != 0;
}

bool is_clock_net(const Netlist& netlist, int net) {
  const std::vector<InstancePin>& sinks = netlist.nets[index(net)].sinks;
  return std::any_of(sinks.begin(), sinks.end(), [&](const InstancePin& sink) {
    return is_clock_pin(*netlist.instances[index(sink.instance)].cell, sink.pin);
  });
}

bool arc_allows(const TimingArc& arc, Edge input, Edge output) {
  if (arc.kind == ArcKind::clock_edge) return input == arc.clock_edge;
  if (arc.sense == TimingSense::positive_unate) return input == output;
  if (arc.sense == TimingSense::negative_unate) return input != output;
  return true;
}

const Cell* smallest_flip_flop(const CellLibrary& library) {
  const Cell* best = nullptr;
  const auto controls = [](const Cell& cell) {
    return (cell.flip_flop->clear ? 1 : 0) + (cell.flip_flop->preset ? 1 : 0);
  };
  for (const Cell& cell : library.cells) {
    if (!cell.flip_flop || cell.dont_use || !cell.refusal.empty()) continue;
    const std::uint64_t next = cell.flip_flop->next_state.variables();
    if (next == 0 || (next & (next - 1)) != 0) continue;  // not of one pin
    if (best == nullptr || controls(cell) < controls(*best) ||
        (controls(cell) == controls(*best) && cell.area_um2 < best->area_um2)) {
      best = &cell;
    }
  }
  return best;
}

}  // namespace minerva::circuit
