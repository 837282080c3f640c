#pragma once
#include <string>

#include "minerva/report/run_summary.hpp"

namespace minerva {

/// The machine in half a sentence: lanes, clock, weight memory and its supply.
std::string machine_sentence(const MachineDescription& machine);

/// The machine of a stage as two inline SVG drawings, of which the page's style shows the one for
/// the width at hand: memories, lanes and what a lane consists of, each box with its power and
/// coloured by its share. Empty: the stage has no machine.
std::string machine_drawing(const StageRow& row);

}  // namespace minerva
