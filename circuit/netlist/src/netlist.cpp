#include "minerva/circuit/netlist.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"

namespace minerva::circuit {
namespace {

/// The instances of a loop among those that no order reaches, from their drivers back.
std::string loop_text(const Netlist& netlist, const std::vector<std::vector<int>>& followers,
                      const std::vector<int>& left) {
  constexpr std::size_t kMostNamed = 8;  // of one line
  std::vector<std::vector<int>> drivers(netlist.instances.size());
  for (std::size_t from = 0; from < followers.size(); ++from) {
    if (left[from] == 0) continue;
    for (const int to : followers[from]) {
      drivers[static_cast<std::size_t>(to)].push_back(static_cast<int>(from));
    }
  }
  // Every instance that is left has a driver that is left, so walking back must meet itself.
  auto at = static_cast<std::size_t>(
      std::find_if(left.begin(), left.end(), [](int count) { return count > 0; }) - left.begin());
  std::vector<std::size_t> path;
  std::vector<bool> met(netlist.instances.size());
  while (!met[at]) {
    met[at] = true;
    path.push_back(at);
    at = static_cast<std::size_t>(drivers[at].front());
  }
  path.erase(path.begin(), std::find(path.begin(), path.end(), at));
  std::vector<std::string> names;
  for (auto each = path.rbegin(); each != path.rend() && names.size() < kMostNamed; ++each) {
    names.push_back(netlist.instances[*each].name + " (" + netlist.instances[*each].cell->name +
                    ")");
  }
  if (path.size() > kMostNamed) names.emplace_back("..");
  return joined(names, " -> ");
}

}  // namespace

const Port& Netlist::port(const std::string& port_name) const {
  for (const Port& each : ports) {
    if (each.name == port_name) return each;
  }
  throw UserError(file, "", "the module " + name + " has no port '" + port_name + "'");
}

double Netlist::area_um2() const {
  double area = 0;
  for (const Instance& instance : instances) area += instance.cell->area_um2;
  return area;
}

std::vector<int> evaluation_order(const Netlist& netlist) {
  const std::size_t count = netlist.instances.size();
  std::vector<std::vector<int>> followers(count);
  std::vector<int> waits_for(count);
  for (std::size_t to = 0; to < count; ++to) {
    const Instance& instance = netlist.instances[to];
    std::vector<bool> seen(instance.cell->pins.size());
    for (const Pin& pin : instance.cell->pins) {
      for (const TimingArc& arc : pin.arcs) {
        if (arc.kind == ArcKind::setup) continue;
        const auto related = static_cast<std::size_t>(arc.related_pin);
        if (seen[related]) continue;
        seen[related] = true;
        const int net = instance.nets[related];
        if (net < 0) continue;
        const int from = netlist.nets[static_cast<std::size_t>(net)].driver.instance;
        if (from < 0) continue;
        followers[static_cast<std::size_t>(from)].push_back(static_cast<int>(to));
        ++waits_for[to];
      }
    }
  }
  std::vector<int> order;
  order.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (waits_for[i] == 0) order.push_back(static_cast<int>(i));
  }
  for (std::size_t at = 0; at < order.size(); ++at) {
    for (const int to : followers[static_cast<std::size_t>(order[at])]) {
      if (--waits_for[static_cast<std::size_t>(to)] == 0) order.push_back(to);
    }
  }
  if (order.size() < count) {
    throw UserError(
        netlist.file, "",
        "the module " + netlist.name + " has a loop: " + loop_text(netlist, followers, waits_for));
  }
  return order;
}

}  // namespace minerva::circuit
