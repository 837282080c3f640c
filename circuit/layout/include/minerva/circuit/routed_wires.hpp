#pragma once
#include <map>
#include <string>
#include <vector>

namespace minerva::circuit {

/// Wires of a routed design.
struct RoutedWires {
  double width_um = 0, height_um = 0;  ///< of the die
  /// By the name of a net: um on each layer, in the order of `layers`. Nets without a wire are not
  /// in it.
  std::map<std::string, std::vector<double>> nets;
};

/// Reads die and wires of a DEF file. A wire counts from point to point; vias have no length.
/// Throws UserError naming the file for one without units, and for a wire on another layer.
RoutedWires read_routed_wires(const std::string& text, const std::string& file,
                              const std::vector<std::string>& layers);

}  // namespace minerva::circuit
