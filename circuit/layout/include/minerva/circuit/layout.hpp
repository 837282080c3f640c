#pragma once
#include <string>
#include <vector>

#include "minerva/circuit/lef_library.hpp"
#include "minerva/circuit/netlist.hpp"

namespace minerva::circuit {

struct LayoutOptions {
  std::vector<std::string> lef_files;  ///< as read_lef takes them
  /// Capacitance of a um of wire on each routing layer from the lowest on, and only as many layers
  /// are used; empty: the files' own, which are those of a wire without neighbours, on all layers.
  std::vector<double> layer_ff_per_um;
  std::string folder;  ///< of layouts, stored by content
};

/// A placed and routed netlist, or a part of one.
struct Layout {
  int cells = 0;
  double width_um = 0, height_um = 0;  ///< of the die
  std::vector<double> wire_um;         ///< by net of the netlist; 0: it has no wire
  std::vector<double> wire_ff;         ///< likewise
  int routed_nets = 0;
  double total_um = 0;
  double total_ff = 0;
};

/// Places netlists with graywolf and routes them with qrouter (Debian's packages of these names,
/// and qflow for its scripts).
class LayoutTools {
 public:
  /// Throws UserError for LEF files that read_lef refuses, and for capacitances of fewer than two or
  /// more layers than the files have.
  explicit LayoutTools(const LayoutOptions& options);

  /// Places and routes the instances of a netlist for which `chosen` is true; nets to other
  /// instances and ports end at the edge of the die. The same netlist and files give the same
  /// layout, which is stored. There are no clock tree and no supply grid. Throws UserError naming a
  /// program that is missing or fails, a cell that the LEF files lack, and nets without a route;
  /// Interrupted when a signal asked for the end.
  Layout place_and_route(const Netlist& netlist, const std::vector<bool>& chosen) const;

  /// Programs and their seed, for reports.
  static const char* programs();

 private:
  LayoutOptions options_;
  LefLibrary lef_;
};

}  // namespace minerva::circuit
