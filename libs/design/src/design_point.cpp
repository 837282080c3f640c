#include "minerva/design/design_point.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"

namespace minerva {

int DesignPoint::inputs_per_cycle() const {
  return std::min({macs_per_lane, weight_bandwidth, activation_bandwidth});
}

int DesignPoint::weight_banks_per_lane() const {
  return weight_banks > 0 ? weight_banks : weight_bandwidth;
}

int DesignPoint::activation_banks_per_half() const {
  return activation_banks > 0 ? activation_banks : std::max(activation_bandwidth, write_ports);
}

bool operator==(const DesignPoint& a, const DesignPoint& b) {
  return a.lanes == b.lanes && a.macs_per_lane == b.macs_per_lane &&
         a.weight_bandwidth == b.weight_bandwidth &&
         a.activation_bandwidth == b.activation_bandwidth && a.write_ports == b.write_ports &&
         a.multiplier_stages == b.multiplier_stages && a.clock_period_ns == b.clock_period_ns &&
         a.weight_banks == b.weight_banks && a.activation_banks == b.activation_banks &&
         a.weight_bank_words == b.weight_bank_words;
}

void check_design_point(const DesignPoint& p) {
  const auto in_range = [](const char* key, int value, int high, int low = 1) {
    if (value < low || value > high) {
      throw UserError(key, std::to_string(value),
                      "needs " + std::to_string(low) + " to " + std::to_string(high));
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
  in_range("design.weight_banks", p.weight_banks, 1024, 0);
  in_range("design.activation_banks", p.activation_banks, 1024, 0);
  in_range("design.weight_bank_words", p.weight_bank_words, 1 << 24, 0);
  const auto serves = [](const char* key, int banks, const char* port_key, int ports) {
    if (banks != 0 && banks < ports) {
      throw UserError(key, std::to_string(banks),
                      std::string("needs at least ") + port_key + " = " + std::to_string(ports) +
                          ": a bank has one port");
    }
  };
  serves("design.weight_banks", p.weight_banks, "design.weight_bandwidth", p.weight_bandwidth);
  serves("design.activation_banks", p.activation_banks, "design.activation_bandwidth",
         p.activation_bandwidth);
  serves("design.activation_banks", p.activation_banks, "design.write_ports", p.write_ports);
  if (!(std::isfinite(p.clock_period_ns) && p.clock_period_ns > 0)) {
    throw UserError("design.clock_period_ns", number_text(p.clock_period_ns),
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
  std::string all = text;
  const auto add = [&](int value, const char* what) {
    if (value > 0) all += ", " + std::to_string(value) + what;
  };
  add(p.weight_banks, " weight banks a lane");
  add(p.activation_banks, " activation banks");
  add(p.weight_bank_words, " words a weight bank");
  return all;
}

}  // namespace minerva
