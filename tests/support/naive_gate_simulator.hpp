#pragma once
#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

#include "minerva/circuit/cell_behaviour.hpp"
#include "minerva/circuit/circuit_power.hpp"
#include "minerva/circuit/gate_simulator.hpp"

namespace minerva::test {

/// The definition of circuit/simulation/README.md, as plainly as it can be written: events in a
/// sorted set, expressions and conditions evaluated at every edge, delays looked up when they are
/// needed, the time in a state of leakage kept by comparing every instance after every event.
class NaiveGateSimulator {
 public:
  NaiveGateSimulator(const circuit::Netlist& netlist, const circuit::NetLoads& loads_ff,
                     const circuit::CircuitTiming& timing)
      : netlist_(netlist), loads_ff_(loads_ff), timing_(timing), net_values_(netlist.nets.size()) {
    for (const circuit::Instance& instance : netlist.instances) {
      behaviours_.emplace_back(*instance.cell, netlist.file);
      values_.push_back(0);
    }
    for (std::size_t n = 0; n < netlist.nets.size(); ++n) {
      net_values_[n] = netlist.nets[n].constant == circuit::Net::Constant::one;
    }
    come_to_rest();
    activity_.net_transitions.assign(netlist.nets.size(), 0);
    leakage_states_ = leakage_states();
  }

  void set_input(int net, bool value, std::int64_t time_fs) {
    if (net_values_[index(net)] != value) events_.insert({time_fs, net});
  }
  void run_until(std::int64_t time_fs) {
    while (!events_.empty() && events_.begin()->first < time_fs) {
      const auto [at, net] = *events_.begin();
      events_.erase(events_.begin());
      pass_time(at);
      transition(net, at);
      leakage_states_ = leakage_states();
    }
    pass_time(time_fs);
  }
  bool value(int net) const { return net_values_[index(net)]; }

  circuit::SimulatedActivity activity() const {
    circuit::SimulatedActivity out = activity_;
    out.end_fs = now_;
    for (const auto& [key, count] : uses_) {
      const auto& [instance, pin, power, cause, edge] = key;
      out.power_uses.push_back({instance, pin, power, cause, edge, count});
    }
    for (const auto& [key, time] : leakage_) {
      out.leakage_uses.push_back({key.first, key.second, time});
    }
    return out;
  }

 private:
  using Use = std::tuple<int, int, int, circuit::Edge, circuit::Edge>;
  static std::size_t index(int number) { return static_cast<std::size_t>(number); }
  static circuit::Edge edge_to(bool level) {
    return level ? circuit::Edge::rise : circuit::Edge::fall;
  }

  void come_to_rest() {
    for (std::size_t pass = 0; pass < 4 * netlist_.instances.size() + 4; ++pass) {
      for (std::size_t i = 0; i < netlist_.instances.size(); ++i) {
        const circuit::Instance& instance = netlist_.instances[i];
        for (const int pin : behaviours_[i].inputs()) {
          set_bit(values_[i], pin, net_values_[index(instance.nets[index(pin)])]);
        }
        values_[i] = behaviours_[i].settled(values_[i]);
        for (std::size_t o = 0; o < behaviours_[i].outputs().size(); ++o) {
          const int pin = behaviours_[i].outputs()[o];
          const bool level = behaviours_[i].output(o, values_[i]);
          set_bit(values_[i], pin, level);
          if (instance.nets[index(pin)] >= 0) net_values_[index(instance.nets[index(pin)])] = level;
        }
      }
    }
  }
  static void set_bit(std::uint64_t& values, int variable, bool level) {
    const std::uint64_t bit = std::uint64_t{1} << variable;
    values = level ? values | bit : values & ~bit;
  }

  std::vector<int> leakage_states() const {
    std::vector<int> states;
    for (std::size_t i = 0; i < values_.size(); ++i) {
      states.push_back(behaviours_[i].leakage_state(values_[i]));
    }
    return states;
  }
  void pass_time(std::int64_t to) {
    if (to == now_) return;
    for (std::size_t i = 0; i < values_.size(); ++i) {
      leakage_[{static_cast<int>(i), leakage_states_[i]}] += to - now_;
    }
    now_ = to;
  }

  void transition(int net, std::int64_t at) {
    const circuit::Net& its = netlist_.nets[index(net)];
    net_values_[index(net)] = !net_values_[index(net)];
    ++activity_.events;
    ++activity_.net_transitions[index(net)];
    if (its.driver.instance >= 0) {
      set_bit(values_[index(its.driver.instance)], its.driver.pin, net_values_[index(net)]);
      const auto use = pending_use_.find(net);
      if (use == pending_use_.end()) {
        ++activity_.without_energy;
      } else {
        ++uses_[use->second];
        pending_use_.erase(use);
      }
    }
    for (const circuit::InstancePin& sink : its.sinks) edge(sink, net_values_[index(net)], at);
  }

  void edge(const circuit::InstancePin& sink, bool level, std::int64_t at) {
    const circuit::Instance& instance = netlist_.instances[index(sink.instance)];
    const circuit::CellBehaviour& behaviour = behaviours_[index(sink.instance)];
    const std::uint64_t before = values_[index(sink.instance)];
    std::uint64_t after = before;
    set_bit(after, sink.pin, level);
    const circuit::Edge in = edge_to(level);
    const int own = behaviour.own_power(sink.pin, in, after);
    if (own >= 0) ++uses_[{sink.instance, sink.pin, own, in, in}];
    const std::uint64_t next = behaviour.next_states(before, after);
    values_[index(sink.instance)] = next;
    for (std::size_t o = 0; o < behaviour.outputs().size(); ++o) {
      const bool target = behaviour.output(o, next);
      const int pin = behaviour.outputs()[o];
      const int net = instance.nets[index(pin)];
      if (target == behaviour.output(o, before) || net < 0) continue;
      const auto pending =
          std::find_if(events_.begin(), events_.end(),
                       [&](const std::pair<std::int64_t, int>& e) { return e.second == net; });
      if (pending != events_.end()) {
        events_.erase(pending);
        pending_use_.erase(net);
        ++activity_.swallowed;
        continue;
      }
      const circuit::Edge out = edge_to(target);
      const int number = behaviour.arc(o, sink.pin, in, out, after);
      if (number < 0) throw std::logic_error("no delay");
      const circuit::TimingArc& arc = instance.cell->pins[index(pin)].arcs[index(number)];
      const double delay_ns = arc.delay_ns[static_cast<std::size_t>(out)].at(
          timing_
              .transition_ns[index(instance.nets[index(sink.pin)])][static_cast<std::size_t>(in)],
          loads_ff_[index(net)][static_cast<std::size_t>(out)]);
      events_.insert({at + std::max<std::int64_t>(1, std::llround(delay_ns * 1e6)), net});
      const int power = behaviour.output_power(o, sink.pin, out, after);
      if (power >= 0) pending_use_[net] = {sink.instance, pin, power, in, out};
    }
  }

  const circuit::Netlist& netlist_;
  const circuit::NetLoads& loads_ff_;
  const circuit::CircuitTiming& timing_;
  std::vector<circuit::CellBehaviour> behaviours_;
  std::vector<std::uint64_t> values_;  ///< by instance, of its variables
  std::vector<bool> net_values_;
  std::set<std::pair<std::int64_t, int>> events_;
  std::map<int, Use> pending_use_;
  std::map<Use, std::uint64_t> uses_;
  std::map<std::pair<int, int>, std::int64_t> leakage_;
  std::vector<int> leakage_states_;
  std::int64_t now_ = 0;
  circuit::SimulatedActivity activity_;
};

}  // namespace minerva::test
