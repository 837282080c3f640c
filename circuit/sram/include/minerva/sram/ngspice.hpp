#pragma once
#include <string>
#include <vector>

namespace minerva::sram {

/// What ngspice computed: a row for each point, with the swept variable first.
struct NgspiceTable {
  std::vector<std::vector<double>> rows;
  std::vector<std::string> notes;  ///< its warnings about the cards, each once
};

/// Runs `circuit`, a netlist without .control, .end and title, and then `analysis`, lines of
/// ngspice's control language that end with one call of `wrdata FILE ..`, where FILE stands for the
/// output. One thread is used: ngspice's own threads would spin. The files lie in a new folder
/// for temporary files, which is removed.
/// @param cards_name what a message names
/// @param rows how many rows are asked for; 0: any number
/// @param columns of each row, the swept variable included
/// Throws UserError where ngspice is not installed, fails, does not converge or writes less.
NgspiceTable run_ngspice(const std::string& circuit, const std::string& analysis,
                         const std::string& cards_name, std::size_t rows, std::size_t columns);

/// A number as a netlist has it, with every digit.
std::string netlist_number(double value);

}  // namespace minerva::sram
