#include "minerva/accelsim/completed_point.hpp"

#include "minerva/accelsim/ppa.hpp"
#include "minerva/network/quantized_graph.hpp"

namespace minerva {

DesignPoint completed_point(const DesignPoint& asked, const DatapathWidths& widths,
                            const Technology& technology) {
  DesignPoint point = asked;
  if (point.write_ports == 0) point.write_ports = point.activation_bandwidth;
  if (point.multiplier_stages == 0) {
    point.multiplier_stages =
        multiplier_stages(widths, point.macs_per_lane, point.clock_period_ns, technology);
  }
  check_design_point(point);
  return point;
}

Design completed_design(Design design, const Technology& technology) {
  const DatapathWidths widths = graph_datapath_widths(graph_of(design), design.plan);
  design.point = completed_point(design.point, widths, technology);
  return design;
}

}  // namespace minerva
