#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace minerva {

/// Widths of a multilayer perceptron: inputs, hidden layers, outputs.
struct Topology {
  std::vector<int> widths;

  int layers() const { return static_cast<int>(widths.size()) - 1; }
  int inputs() const { return widths.front(); }
  int outputs() const { return widths.back(); }
  /// Inputs and outputs of layer k, 0-based.
  int fan_in(int k) const { return widths[static_cast<std::size_t>(k)]; }
  int fan_out(int k) const { return widths[static_cast<std::size_t>(k) + 1]; }
  /// Parameters as the book counts them: weights without biases.
  std::int64_t weight_count() const;

  friend bool operator==(const Topology& a, const Topology& b) { return a.widths == b.widths; }
  friend bool operator!=(const Topology& a, const Topology& b) { return !(a == b); }
};

constexpr int kMaxLayerWidth = 1 << 20;
constexpr int kMaxLayers = 64;

/// Throws UserError naming `key` unless there is at least one layer and every width is in
/// 1 .. kMaxLayerWidth.
void check_topology(const Topology& topology, const std::string& key);
/// "784-256-256-256-10".
std::string to_string(const Topology& topology);
Topology parse_topology(const std::string& text, const std::string& key);

}  // namespace minerva
