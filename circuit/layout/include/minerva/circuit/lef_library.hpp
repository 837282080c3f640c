#pragma once
#include <set>
#include <string>
#include <vector>

namespace minerva::circuit {

/// A layer of wires.
struct RoutingLayer {
  std::string name;
  bool horizontal = true;
  double pitch_um = 0;
  double width_um = 0;
  /// Of a wire of that width to its surroundings, from CPERSQDIST and both edges of EDGECAPACITANCE
  /// (LEF/DEF 5.8 Language Reference); 0: the file has neither.
  double capacitance_ff_per_um = 0;
};

/// What placement and routing need to know of cells and wires (Library Exchange Format).
struct LefLibrary {
  std::vector<std::string> files;  ///< as they were named: technology first
  std::vector<std::string> texts;  ///< unpacked, one a file
  int units_per_um = 0;            ///< DATABASE MICRONS
  std::vector<RoutingLayer> layers;
  std::set<std::string> macros;
  std::string power = "vdd", ground = "gnd";  ///< names of the supplies' pins
  std::string filler;                         ///< narrowest macro named FILL..; empty: none
};

/// Reads LEF files, plain or compressed by gzip, the one with the layers first. Throws UserError
/// naming the file that cannot be read, and what is missing: units, two routing layers with
/// direction, pitch and width, macros.
LefLibrary read_lef(const std::vector<std::string>& files);

}  // namespace minerva::circuit
