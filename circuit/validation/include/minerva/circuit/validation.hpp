#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "minerva/accelsim/rtl_files.hpp"
#include "minerva/circuit/core_layout.hpp"
#include "minerva/circuit/core_simulation.hpp"

namespace minerva::circuit {

struct ValidationOptions {
  std::string library_file;
  std::string folder;  ///< of netlists and predictions, stored by content
  MeasurementOptions conditions;
  int threads = 1;
  /// What is placed and routed as well, with these LEF files and capacitances; its folder is not
  /// read. With a layout, conditions.wire_load must be empty.
  std::optional<LaidOut> laid_out;
  LayoutOptions layout;
};

/// A part of the control of a core: what it took in a mean prediction, and what it is.
struct ControlFigures {
  PartEnergy energy;
  double area_um2 = 0;
  int flip_flops = 0;
};

/// A core in gates, and the means of its predictions.
struct CoreFigures {
  int cells = 0;
  std::array<double, kCoreParts> area_um2{};
  std::array<int, kCoreParts> flip_flops{};
  double longest_path_ns = 0;
  std::string longest_path_end;
  double cycle_ns = 0;      ///< that was simulated: the clock's, or 1.25 times the longest path
  std::int64_t cycles = 0;  ///< of a prediction
  std::uint64_t transitions = 0;               ///< of nets, in all predictions
  std::array<PartEnergy, kCoreParts> parts{};  ///< means of a prediction
  /// What the sequencer among the parts consists of.
  std::array<ControlFigures, kControlParts> control{};
  /// Dynamic energy of the predictions, all parts: lowest, highest.
  double lowest_fj = 0, highest_fj = 0;

  double dynamic_fj() const;
  double leakage_fj() const;
  double total_area_um2() const;
};

/// A core in gates with the wires of a layout.
struct RoutedCoreFigures {
  CoreFigures figures;
  RoutedCoreWires wires;
};

/// Predictions that are done, of how many, and those that were there before.
using ValidationProgress =
    std::function<void(std::int64_t done, std::int64_t total, std::int64_t reused)>;

/// Puts machines into gates and lets them predict.
class CoreValidation {
 public:
  /// Throws UserError for what is wrong with the library, without Yosys, and for a folder that
  /// another process has.
  explicit CoreValidation(const ValidationOptions& options);
  ~CoreValidation();

  /// Writes the core of a machine in Verilog, maps it module by module and lets it predict each of
  /// the inputs (codes of the first layer's X). Every output and the cycles are compared with
  /// inference and with the closed form. A prediction that is in the folder is read from there.
  /// Throws UserError for a netlist that computes otherwise and for a machine that rtl_files
  /// refuses, Interrupted when a signal asked for the end.
  CoreFigures run(const QuantizedGraph& network, const MachineConfiguration& machine,
                  const std::vector<std::vector<std::int16_t>>& inputs,
                  const ValidationProgress& progress) const;

  /// The same with the wires of a layout. options.laid_out must be given. Throws UserError for
  /// what LayoutTools refuse, too.
  RoutedCoreFigures run_routed(const QuantizedGraph& network, const MachineConfiguration& machine,
                               const std::vector<std::vector<std::int16_t>>& inputs,
                               const ValidationProgress& progress) const;

  const std::string& library_name() const;
  double voltage_v() const;
  double temperature_c() const;
  const std::string& synthesis() const;           ///< the program and its version
  const std::vector<std::string>& notes() const;  ///< what was left out

 private:
  struct State;
  struct MappedCore;

  MappedCore map(const QuantizedGraph& network, const MachineConfiguration& machine,
                 const std::vector<std::vector<std::int16_t>>& inputs) const;
  CoreFigures simulate(const MappedCore& core, const std::vector<double>& further_ff,
                       const std::string& wires, const ValidationProgress& progress) const;

  std::unique_ptr<State> state_;
};

}  // namespace minerva::circuit
