#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "minerva/circuit/cell_library.hpp"

namespace minerva::circuit {

/// A pin of an instance.
struct InstancePin {
  int instance = -1;
  int pin = -1;  ///< of the instance's cell
};

struct Net {
  enum class Constant { none, zero, one };
  std::string name;
  Constant constant = Constant::none;
  InstancePin driver;              ///< instance -1: an input of the netlist, or a constant
  std::vector<InstancePin> sinks;  ///< input pins, by instance and pin
  bool is_input = false;
  bool is_output = false;
};

struct Instance {
  std::string name;  ///< with the instances of the hierarchy before it, separated by dots
  const Cell* cell = nullptr;
  std::vector<int> nets;  ///< by pin; -1: not connected
};

/// A port of the netlist; bit 0 is its lowest.
struct Port {
  std::string name;
  PinDirection direction = PinDirection::input;
  std::vector<int> nets;
};

/// A flat netlist of cells. It refers to the cells of the library, which must outlive it.
struct Netlist {
  std::string file;
  std::string name;
  std::vector<Net> nets;
  std::vector<Instance> instances;
  std::vector<Port> ports;

  /// Throws UserError naming the file when there is no such port.
  const Port& port(const std::string& port_name) const;
  double area_um2() const;
};

/// Reads the JSON netlist of Yosys (`write_json` after `flatten`, mapped to the cells). The module
/// is the one with the attribute top, or the only one. Throws UserError naming file, instance and
/// reason: no JSON, a cell that the library lacks, a pin that the cell lacks, an input without a
/// net, a net with two drivers or with none.
Netlist netlist_from_json(std::string_view text, const std::string& file,
                          const CellLibrary& library);

/// Instances in an order in which each follows those that drive it through a timing arc; flip-flops
/// follow their clocks alone. Throws UserError naming the file and the instances of a loop.
std::vector<int> evaluation_order(const Netlist& netlist);

}  // namespace minerva::circuit
