#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "minerva/accelsim/network_codes.hpp"
#include "minerva/circuit/circuit_bench.hpp"
#include "minerva/circuit/core_parts.hpp"

namespace minerva::circuit {

/// The numbers of machine_parameters.vh by name. Throws UserError for a line that has none.
std::map<std::string, std::int64_t> machine_parameters(const std::string& text);

/// The Verilog of the core as one text for synthesis: without memories and bench, with the
/// library's clock gate and buffer in the place of their behaviour.
/// @param files of rtl_files()
std::string core_verilog(const std::vector<ExportedFile>& files, const UnitCells& cells);

/// The memories around a core: they answer in the middle of a cycle, as memories.v does.
class CoreMemories {
 public:
  /// Reads the memory files among `files`.
  explicit CoreMemories(const std::vector<ExportedFile>& files);

  std::int64_t parameter(const std::string& name) const;
  bool streams_weights() const { return !buffers_.empty(); }
  /// The input memory takes the words of one prediction of inputs.hex.
  void load_sample(std::int64_t sample);

  struct WeightWord {
    std::uint64_t word = 0;
    std::uint64_t flags = 0;
  };
  WeightWord weight(std::int64_t lane, std::int64_t bank, std::int64_t row) const;
  std::uint64_t bias(std::int64_t lane, std::int64_t row) const;
  /// Of weights from off chip: a word there, 0 behind the last one, and one in a half of the lane's
  /// buffer, whose banks follow those of the first half.
  std::uint64_t off_chip(std::int64_t word) const;
  std::uint64_t& buffered(std::int64_t lane, std::int64_t bank, std::int64_t row);
  std::uint64_t input(std::int64_t bank, std::int64_t row) const;
  std::uint64_t& activation(std::int64_t bank, std::int64_t row);

 private:
  using Words = std::vector<std::uint64_t>;
  std::map<std::string, std::int64_t> parameters_;
  std::vector<Words> weights_, faults_;  ///< [lane * banks + bank][row]
  std::vector<Words> biases_;            ///< [lane][row]
  Words off_chip_;
  std::vector<Words> buffers_;           ///< [lane * banks of both halves + bank][row]
  std::vector<std::string> input_rows_;  ///< of all samples, hexadecimal
  std::vector<Words> inputs_;            ///< [bank][row]
  std::vector<Words> activations_;       ///< [bank of all regions][row]
};

/// What a part of a core took.
struct PartEnergy {
  double internal_fj = 0;
  double switching_fj = 0;
  double leakage_fj = 0;

  PartEnergy& operator+=(const PartEnergy& other);
  double dynamic_fj() const { return internal_fj + switching_fj; }
};

/// One prediction of a core in gates.
struct CorePrediction {
  std::int64_t cycles = 0;
  std::uint64_t transitions = 0;
  double time_ns = 0;
  std::array<PartEnergy, kCoreParts> parts;
  std::array<PartEnergy, kControlParts> control;  ///< what the sequencer among them consists of
  std::vector<std::int64_t> outputs;  ///< accumulators of the output layer, in storage order
};

/// Lets the core predict one sample from reset on; energies are those of the cycles in which it
/// runs. Throws UserError naming the netlist when it does not end within `most_cycles`.
CorePrediction simulate_prediction(const Netlist& core, const CircuitBench& bench,
                                   const std::vector<CorePart>& parts, CoreMemories memories,
                                   std::int64_t sample, std::int64_t most_cycles);

}  // namespace minerva::circuit
