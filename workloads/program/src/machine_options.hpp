#pragma once
#include "command_line.hpp"
#include "minerva/workloads/lane_machine.hpp"

namespace minerva::workloads {

/// --technology, --design, --bits, --weight-memory-mb, and an option for each knob of the machine:
/// its name in [design] with dashes.
void add_machine_options(boost::program_options::options_description& description);
/// The machine that they ask for. Without --weight-bandwidth and --activation-bandwidth a lane gets
/// as many words as it has multipliers. Throws UserError naming the option.
LaneMachine lane_machine(const CommandLine& line);
/// The technology of --technology, by default configs/tech/public40.cfg.
Technology lane_technology(const CommandLine& line);

}  // namespace minerva::workloads
