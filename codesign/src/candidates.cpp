#include "minerva/codesign/candidates.hpp"

#include "minerva/base/errors.hpp"
#include "minerva/config/setting_text.hpp"
#include "minerva/data/input_selection.hpp"

namespace minerva::codesign {
namespace {

std::vector<std::string> items_of(const std::string& text, const std::string& key) {
  std::vector<std::string> items = split_list(text, key);
  if (items.empty()) throw UserError(key, text, "needs at least one item");
  for (std::size_t i = 0; i < items.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (items[i] == items[j]) throw UserError(key, items[i], "needs each item once");
    }
  }
  return items;
}

}  // namespace

std::string to_string(const Candidate& c) {
  return c.inputs + " " + hidden_text(c.hidden) + " W" + std::to_string(c.widths.weight_bits) +
         " X" + std::to_string(c.widths.activation_bits) +
         (c.widths.product_bits == 0 ? "" : " P" + std::to_string(c.widths.product_bits));
}

std::vector<Candidate> candidates_of(const CodesignOptions& options) {
  std::vector<Candidate> all;
  const std::vector<std::string> selections = items_of(options.inputs, "codesign.inputs");
  for (const std::string& inputs : selections) parse_input_selection(inputs, "codesign.inputs");
  for (const std::string& topology : items_of(options.topologies, "codesign.topologies")) {
    const std::vector<int> hidden = parse_hidden(topology, "codesign.topologies");
    for (const std::string& inputs : selections) {
      for (const int w : options.weight_bits) {
        for (const int x : options.activation_bits) {
          for (const int p : options.product_bits) all.push_back({hidden, inputs, {w, x, p}});
        }
      }
    }
  }
  return all;
}

std::vector<DesignPoint> machines_of(const CodesignOptions& options) {
  std::vector<DesignPoint> all;
  for (const int lanes : options.lanes) {
    for (const int macs : options.macs_per_lane) {
      for (const int ports : options.write_ports) {
        for (const double clock_period_ns : options.clock_periods_ns) {
          DesignPoint point;
          point.lanes = lanes;
          point.macs_per_lane = macs;
          point.weight_bandwidth = macs;
          point.activation_bandwidth = macs;
          point.write_ports = ports;
          point.multiplier_stages = 0;
          point.clock_period_ns = clock_period_ns;
          all.push_back(point);
        }
      }
    }
  }
  return all;
}

void check_free_parameters(const CodesignOptions& options) {
  if (candidates_of(options).size() > 1 || machines_of(options).size() > 1 ||
      options.most_theta_code > 1 || options.most_fault_rate > 0) {
    return;
  }
  throw UserError("codesign", "",
                  "needs a free parameter: two or more topologies, inputs, bits, lanes, "
                  "multipliers, write ports or clock periods, codesign.most_theta_code above 1, or "
                  "codesign.most_fault_rate above 0");
}

}  // namespace minerva::codesign
