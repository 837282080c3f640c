// Energies of gates against ngspice on the transistors of the same netlist: Nangate45's CDL
// netlists with FreePDK45's cards. Minutes of ngspice, so a slow test.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <sstream>

#include "circuit_case.hpp"
#include "minerva/circuit/characterization.hpp"
#include "minerva/circuit/synthesis.hpp"
#include "minerva/circuit/timing.hpp"
#include "minerva/data/unpacked_file.hpp"
#include "minerva/sram/ngspice.hpp"
#include "program.hpp"

namespace minerva::circuit {
namespace {

using sram::netlist_number;
using test::pdk_file;

constexpr int kVectors = 40;
constexpr double kPeriodNs = 1;  // every path is shorter
constexpr double kEdgeNs = 0.02;
constexpr double kStepNs = 0.01;
constexpr double kWireFf = 1;

std::string unpacked(const std::string& path) {
  const std::vector<std::uint8_t> bytes = read_unpacked(path);
  return std::string(bytes.begin(), bytes.end()) + "\n";
}

/// The subcircuits of a CDL file by name, with their pins in order.
struct Subcircuits {
  std::map<std::string, std::string> text;
  std::map<std::string, std::vector<std::string>> pins;

  explicit Subcircuits(const std::string& cdl) {
    std::istringstream lines(cdl);
    std::string name;
    for (std::string line; std::getline(lines, line);) {
      if (line.rfind(".SUBCKT", 0) == 0) {
        std::istringstream words(line);
        std::string word;
        words >> word >> name;
        while (words >> word) pins[name].push_back(word);
      }
      if (!name.empty() && line.rfind('*', 0) != 0) text[name] += line + "\n";
      if (line.rfind(".ENDS", 0) == 0) name.clear();
    }
  }
};

/// A voltage that steps through the bits of the operands.
std::string source(const std::string& net, const std::vector<bool>& levels, double supply_v) {
  std::string text = "V" + net + " " + net + " 0 PWL(0 " + netlist_number(levels[0] ? supply_v : 0);
  for (std::size_t k = 1; k < levels.size(); ++k) {
    const double begin_ns = static_cast<double>(k) * kPeriodNs;
    for (const auto& [at_ns, level] :
         {std::pair{begin_ns, levels[k - 1]}, std::pair{begin_ns + kEdgeNs, levels[k]}}) {
      text += " " + netlist_number(at_ns) + "n " + netlist_number(level ? supply_v : 0);
    }
  }
  return text + ")\n";
}

class TransistorNetlist {
 public:
  TransistorNetlist(const Netlist& netlist, const CellLibrary& library, const Subcircuits& cells,
                    const std::string& cards)
      : netlist_(netlist), library_(library) {
    text_ = cards;
    std::set<std::string> used;
    for (const Instance& instance : netlist.instances) {
      if (used.insert(instance.cell->name).second) text_ += cells.text.at(instance.cell->name);
    }
    for (std::size_t i = 0; i < netlist.instances.size(); ++i) {
      const Instance& instance = netlist.instances[i];
      text_ += "X" + std::to_string(i);
      for (const std::string& pin : cells.pins.at(instance.cell->name)) {
        text_ += " " + (pin == "VDD" ? "supply"
                        : pin == "VSS"
                            ? "0"
                            : net_of(instance, static_cast<std::size_t>(instance.cell->pin(pin))));
      }
      text_ += " " + instance.cell->name + "\n";
    }
    add_loads();
    // The charge of the supply appears as the voltage of a capacitor of 1 pF.
    text_ += "Vsupply supply 0 " + netlist_number(library.voltage_v) +
             "\nFcharge 0 charge Vsupply -1\nCcharge charge 0 1p\nRcharge charge 0 1e15\n.temp " +
             netlist_number(library.temperature_c) + "\n";
  }

  /// fJ an operation without leakage, which is that of the end of each period.
  double energy_fj(const DatapathUnit& unit, const OperandStream& stream) {
    add_inputs("a", unit.a_bits, stream, true);
    add_inputs("b", unit.second_bits(), stream, false);
    const double end_ns = static_cast<double>(stream.values.size()) * kPeriodNs;
    const sram::NgspiceTable table =
        sram::run_ngspice(text_ + ".ic v(charge)=0\n",
                          "tran " + netlist_number(kStepNs) + "n " + netlist_number(end_ns) +
                              "n\nlinearize v(charge)\nwrdata FILE v(charge)",
                          "freepdk45", 0, 2);
    const auto charge_pc = [&](double at_ns) {
      const auto row = static_cast<std::size_t>(at_ns / kStepNs + 0.5);
      return table.rows[std::min(row, table.rows.size() - 1)][1];
    };
    double moved_pc = 0;
    for (std::size_t k = 1; k < stream.values.size(); ++k) {
      const double begin_ns = static_cast<double>(k) * kPeriodNs;
      const double end = begin_ns + kPeriodNs - kStepNs;
      const double quiet_ns = 0.2 * kPeriodNs;
      const double leaked_pc =
          (charge_pc(end) - charge_pc(end - quiet_ns)) / quiet_ns * (kPeriodNs - kStepNs);
      moved_pc += charge_pc(end) - charge_pc(begin_ns) - leaked_pc;
    }
    return moved_pc * 1e3 * library_.voltage_v / static_cast<double>(stream.values.size() - 1);
  }

 private:
  static std::string net_name(int net) { return "n" + std::to_string(net); }
  std::string net_of(const Instance& instance, std::size_t pin) const {
    const int net = instance.nets[pin];
    if (net < 0) return "open" + std::to_string(open_++);
    const Net::Constant constant = netlist_.nets[static_cast<std::size_t>(net)].constant;
    if (constant == Net::Constant::one) return "supply";
    return constant == Net::Constant::zero ? "0" : net_name(net);
  }
  void add_loads() {
    const Cell& flip_flop = *smallest_flip_flop(library_);
    double data_ff = 0;
    for (std::size_t p = 0; p < flip_flop.pins.size(); ++p) {
      if ((flip_flop.flip_flop->next_state.variables() >> p & 1) != 0) {
        data_ff = flip_flop.pins[p].capacitance_ff;
      }
    }
    for (std::size_t n = 0; n < netlist_.nets.size(); ++n) {
      const Net& net = netlist_.nets[n];
      if (net.constant != Net::Constant::none || net.is_input) continue;
      const double load_ff = kWireFf + (net.is_output ? data_ff : 0);
      text_ += "C" + std::to_string(n) + " " + net_name(static_cast<int>(n)) + " 0 " +
               netlist_number(load_ff) + "f\n";
    }
  }
  void add_inputs(const char* port, int bits, const OperandStream& stream, bool first) {
    for (int bit = 0; bit < bits; ++bit) {
      std::vector<bool> levels;
      for (const auto& [a, b] : stream.values) levels.push_back(((first ? a : b) >> bit & 1) != 0);
      text_ += source(net_name(netlist_.port(port).nets[static_cast<std::size_t>(bit)]), levels,
                      library_.voltage_v);
    }
  }

  const Netlist& netlist_;
  const CellLibrary& library_;
  std::string text_;
  mutable int open_ = 0;
};

/// Gate level over transistor level.
double ratio(const DatapathUnit& unit) {
  const CellLibrary library = read_cell_library(pdk_file("nangate45/nangate45_typ.lib.gz"));
  const test::TemporaryFolder folder;
  const Synthesis synthesis(pdk_file("nangate45/nangate45_typ.lib.gz"), 4, folder.path());
  const Netlist netlist = netlist_from_json(
      synthesis.netlist_json(unit_verilog(unit, {}), unit.name(), Hierarchy::flat), unit.name(),
      library);
  const OperandStream stream = uniform_operands(unit, 7, kVectors);
  const UnitMeasurement gates = measure_unit(unit, netlist, library, MeasurementOptions(), stream);
  const std::string cards = unpacked(pdk_file("freepdk45/models_nom/NMOS_VTL.inc")) +
                            unpacked(pdk_file("freepdk45/models_nom/PMOS_VTL.inc"));
  const Subcircuits cells(unpacked(pdk_file("nangate45/NangateOpenCellLibrary.cdl.gz")));
  const double transistors_fj =
      TransistorNetlist(netlist, library, cells, cards).energy_fj(unit, stream);
  const double found = gates.energy_fj() / transistors_fj;
  std::cout << unit.name() << ": gates " << gates.energy_fj() << " fJ, transistors "
            << transistors_fj << " fJ, ratio " << found << "\n";
  return found;
}

bool has_programs() {
  return std::system("yosys -V > /dev/null 2>&1") == 0 &&
         std::system("ngspice --version > /dev/null 2>&1") == 0 && !pdk_file("nangate45").empty();
}

TEST(TransistorEnergy, AnAdderOfEightBitsIsWithin15Percent) {
  if (!has_programs()) GTEST_SKIP() << "needs yosys, ngspice and MINERVA_PDK_DIR";
  EXPECT_NEAR(ratio(unit_of(DatapathUnitKind::adder, 8)), 1, 0.15);
}

TEST(TransistorEnergy, AMultiplierOfFourBitsIsWithin15Percent) {
  if (!has_programs()) GTEST_SKIP() << "needs yosys, ngspice and MINERVA_PDK_DIR";
  EXPECT_NEAR(ratio(unit_of(DatapathUnitKind::multiplier, 4, 4)), 1, 0.15);
}

}  // namespace
}  // namespace minerva::circuit
