#include "minerva/network/topology.hpp"

#include "minerva/base/errors.hpp"

namespace minerva {

std::int64_t Topology::weight_count() const {
  std::int64_t count = 0;
  for (int k = 0; k < layers(); ++k) count += std::int64_t{fan_in(k)} * fan_out(k);
  return count;
}

void check_topology(const Topology& topology, const std::string& key) {
  const bool sizes = topology.widths.size() >= 2 && topology.layers() <= kMaxLayers;
  bool widths = true;
  for (const int w : topology.widths) widths = widths && w >= 1 && w <= kMaxLayerWidth;
  if (!sizes || !widths) {
    throw UserError(key, to_string(topology),
                    "needs widths of 1 to " + std::to_string(kMaxLayerWidth) +
                        " joined by '-', inputs first, 1 to " + std::to_string(kMaxLayers) +
                        " layers, like 784-256-256-256-10");
  }
}

std::string to_string(const Topology& topology) {
  std::string text;
  for (const int w : topology.widths) text += (text.empty() ? "" : "-") + std::to_string(w);
  return text;
}

Topology parse_topology(const std::string& text, const std::string& key) {
  Topology topology;
  std::string digits;
  const auto fail = [&] { throw UserError(key, text, "needs widths like 784-256-256-256-10"); };
  for (const char c : text + "-") {
    if (c == '-') {
      if (digits.empty() || digits.size() > 8) fail();
      topology.widths.push_back(std::stoi(digits));
      digits.clear();
    } else if (c >= '0' && c <= '9') {
      digits += c;
    } else {
      fail();
    }
  }
  check_topology(topology, key);
  return topology;
}

}  // namespace minerva
