#include "minerva/design/design_point.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "minerva/core/errors.hpp"

namespace minerva {

int DesignPoint::inputs_per_cycle() const {
  return std::min({macs_per_lane, weight_bandwidth, activation_bandwidth});
}

int DesignPoint::activation_banks() const { return std::max(activation_bandwidth, write_ports); }

bool operator==(const DesignPoint& a, const DesignPoint& b) {
  return a.lanes == b.lanes && a.macs_per_lane == b.macs_per_lane &&
         a.weight_bandwidth == b.weight_bandwidth &&
         a.activation_bandwidth == b.activation_bandwidth && a.write_ports == b.write_ports &&
         a.multiplier_stages == b.multiplier_stages && a.clock_period_ns == b.clock_period_ns;
}

void check_design_point(const DesignPoint& p) {
  const auto in_range = [](const char* key, int value, int high) {
    if (value < 1 || value > high) {
      throw UserError(key, std::to_string(value), "needs 1 to " + std::to_string(high));
    }
  };
  in_range("design.lanes", p.lanes, 1024);
  in_range("design.macs_per_lane", p.macs_per_lane, 64);
  in_range("design.weight_bandwidth", p.weight_bandwidth, 64);
  in_range("design.activation_bandwidth", p.activation_bandwidth, 64);
  in_range("design.write_ports", p.write_ports, 1024);
  in_range("design.multiplier_stages", p.multiplier_stages, 16);
  const auto within_macs = [&](const char* key, int bandwidth) {
    if (bandwidth > p.macs_per_lane) {
      throw UserError(key, std::to_string(bandwidth),
                      "needs at most design.macs_per_lane = " + std::to_string(p.macs_per_lane) +
                          ", which is what a lane can take in a cycle");
    }
  };
  within_macs("design.weight_bandwidth", p.weight_bandwidth);
  within_macs("design.activation_bandwidth", p.activation_bandwidth);
  if (!(std::isfinite(p.clock_period_ns) && p.clock_period_ns > 0)) {
    throw UserError("design.clock_period_ns", std::to_string(p.clock_period_ns),
                    "needs a positive time");
  }
}

std::string to_string(const DesignPoint& p) {
  char text[200];
  std::snprintf(text, sizeof text,
                "%d lane%s x %d MAC%s, %d weight and %d activation word%s/cycle, %d write port%s, "
                "%d multiplier stage%s, %g ns",
                p.lanes, p.lanes == 1 ? "" : "s", p.macs_per_lane, p.macs_per_lane == 1 ? "" : "s",
                p.weight_bandwidth, p.activation_bandwidth, p.activation_bandwidth == 1 ? "" : "s",
                p.write_ports, p.write_ports == 1 ? "" : "s", p.multiplier_stages,
                p.multiplier_stages == 1 ? "" : "s", p.clock_period_ns);
  return text;
}

}  // namespace minerva
