#include "minerva/circuit/core_layout.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "minerva/base/errors.hpp"
#include "minerva/circuit/core_parts.hpp"

namespace minerva::circuit {
namespace {

/// Nets by the net of lane 0 that is the same in it; -1: none is.
std::vector<int> same_nets_of_lane_0(const Netlist& core) {
  std::map<std::string, int> of_lane_0;
  std::vector<int> lanes;
  for (std::size_t i = 0; i < core.instances.size(); ++i) {
    lanes.push_back(lane_of(core.instances[i]));
    if (lanes.back() == 0) of_lane_0[name_in_lane(core.instances[i])] = static_cast<int>(i);
  }
  std::vector<int> same;
  for (const Net& net : core.nets) {
    same.push_back(-1);
    if (net.driver.instance < 0 || net.is_output || net.sinks.empty()) continue;
    const auto driver = static_cast<std::size_t>(net.driver.instance);
    const int lane = lanes[driver];
    const bool inside =
        lane >= 0 && std::all_of(net.sinks.begin(), net.sinks.end(), [&](const InstancePin& sink) {
          return lanes[static_cast<std::size_t>(sink.instance)] == lane;
        });
    if (!inside) continue;
    const auto found = of_lane_0.find(name_in_lane(core.instances[driver]));
    if (found == of_lane_0.end()) continue;
    const Instance& twin = core.instances[static_cast<std::size_t>(found->second)];
    if (twin.cell != core.instances[driver].cell) continue;
    same.back() = twin.nets[static_cast<std::size_t>(net.driver.pin)];
  }
  return same;
}

}  // namespace

RoutedCoreWires route_core(const Netlist& core, LaidOut what, const LayoutTools& tools,
                           const MeasurementOptions& conditions,
                           const std::vector<double>& assumed_ff) {
  expects(assumed_ff.size() == core.nets.size(), "route_core: a wire a net");
  std::vector<bool> chosen;
  for (const Instance& instance : core.instances) {
    chosen.push_back(what == LaidOut::core || lane_of(instance) == 0);
  }
  const Layout layout = tools.place_and_route(core, chosen);
  std::vector<int> from(core.nets.size());
  if (what == LaidOut::lane) {
    from = same_nets_of_lane_0(core);
  } else {
    for (std::size_t n = 0; n < from.size(); ++n) from[n] = static_cast<int>(n);
  }
  RoutedCoreWires wires;
  wires.further_ff = assumed_ff;
  wires.cells = layout.cells;
  wires.width_um = layout.width_um;
  wires.height_um = layout.height_um;
  for (std::size_t n = 0; n < core.nets.size(); ++n) {
    if (from[n] < 0) continue;
    const auto of = static_cast<std::size_t>(from[n]);
    if (!(layout.wire_um[of] > 0)) continue;
    // The wire of every net is part of its load already.
    wires.further_ff[n] = layout.wire_ff[of] - conditions.wire_ff;
    ++wires.nets;
    wires.routed_um += layout.wire_um[of];
    wires.routed_ff += layout.wire_ff[of];
    wires.assumed_ff += conditions.wire_ff + assumed_ff[n];
  }
  return wires;
}

}  // namespace minerva::circuit
