#pragma once
#include <string>
#include <vector>

#include "minerva/circuit/lef_library.hpp"
#include "minerva/circuit/netlist.hpp"

// What the programs read.
namespace minerva::circuit {

inline constexpr const char* kDesignName = "design";

/// The name of a net in all files: names of a netlist may be long.
std::string layout_name_of_net(int net);

/// The chosen instances as BLIF. Nets with a pin elsewhere are inputs or outputs of the model;
/// constants and nets of one pin are left out.
std::string placement_blif(const Netlist& netlist, const std::vector<bool>& chosen);
/// Rules and settings of graywolf. Lengths are in units of the LEF files.
std::string placement_parameters(const LefLibrary& lef);
/// Commands of qrouter for a placed design. @param lef_names names of the LEF files beside it
std::string routing_script(const LefLibrary& lef, const std::vector<std::string>& lef_names);

}  // namespace minerva::circuit
