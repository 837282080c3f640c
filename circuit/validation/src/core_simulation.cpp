#include "minerva/circuit/core_simulation.hpp"

#include <utility>

#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"

namespace minerva::circuit {
namespace {

constexpr int kCyclesOfReset = 2;
constexpr std::int64_t kCyclesBetweenSignals = 1024;  // a signal waits no longer than that

/// The ports of a core by their bits.
struct CorePorts {
  explicit CorePorts(const Netlist& core)
      : clock(of(core, "clock")),
        reset(of(core, "reset")),
        start(of(core, "start")),
        running(of(core, "running")),
        input_read(of(core, "input_read")),
        input_address(of(core, "input_address")),
        input_words(of(core, "input_words")),
        activation_enable(of(core, "activation_enable")),
        activation_write(of(core, "activation_write")),
        activation_address(of(core, "activation_address")),
        activation_data(of(core, "activation_data")),
        activation_words(of(core, "activation_words")),
        weight_read(of(core, "weight_read")),
        weight_address(of(core, "weight_address")),
        weight_words(of(core, "weight_words")),
        weight_flags(of(core, "weight_flags")),
        bias_read(of(core, "bias_read")),
        bias_address(of(core, "bias_address")),
        biases(of(core, "biases")),
        output_write(of(core, "output_write")),
        output_words(of(core, "output_words")) {
    // Of cores that walk through maps.
    const std::pair<const char*, std::vector<int>*> further[] = {
        {"output_word", &output_word},       {"weight_half", &weight_half},
        {"off_chip_read", &off_chip_read},   {"off_chip_address", &off_chip_address},
        {"off_chip_words", &off_chip_words}, {"buffer_write", &buffer_write},
        {"buffer_half", &buffer_half},       {"buffer_address", &buffer_address},
        {"buffer_words", &buffer_words}};
    for (const Port& port : core.ports) {
      for (const auto& [name, bits] : further) {
        if (port.name == name) *bits = port.nets;
      }
    }
  }

  using Bits = const std::vector<int>&;
  static Bits of(const Netlist& core, const char* name) { return core.port(name).nets; }

  Bits clock, reset, start, running, input_read, input_address, input_words, activation_enable,
      activation_write, activation_address, activation_data, activation_words, weight_read,
      weight_address, weight_words, weight_flags, bias_read, bias_address, biases, output_write,
      output_words;
  std::vector<int> output_word;  ///< none where the words leave in their order
  std::vector<int> weight_half, off_chip_read, off_chip_address, off_chip_words, buffer_write,
      buffer_half, buffer_address, buffer_words;
};

/// Counts and widths of a core.
struct CoreCounts {
  explicit CoreCounts(const CoreMemories& of)
      : lanes(of.parameter("LANES")),
        write_ports(of.parameter("WRITE_PORTS")),
        weight_banks(of.parameter("WEIGHT_BANKS")),
        input_banks(of.parameter("INPUT_BANKS")),
        regions(of.parameter("REGIONS")),
        activation_banks(of.parameter("ACTIVATION_BANKS")),
        lane_addresses(of.parameter("LANE_ADDRESSES")),
        weight_bits(of.parameter("WEIGHT_BITS")),
        flag_bits(of.parameter("FLAG_BITS")),
        activation_bits(of.parameter("ACTIVATION_BITS")),
        product_bits(of.parameter("PRODUCT_BITS")),
        accumulator_bits(of.parameter("ACCUMULATOR_BITS")),
        weight_row_bits(of.parameter("WEIGHT_ROW_BITS")),
        bias_row_bits(of.parameter("BIAS_ROW_BITS")),
        input_row_bits(of.parameter("INPUT_ROW_BITS")),
        activation_row_bits(of.parameter("ACTIVATION_ROW_BITS")) {}

  std::int64_t lanes, write_ports, weight_banks, input_banks, regions, activation_banks,
      lane_addresses, weight_bits, flag_bits, activation_bits, product_bits, accumulator_bits,
      weight_row_bits, bias_row_bits, input_row_bits, activation_row_bits;
};

/// A core with its memories, one prediction long.
class CoreRun {
 public:
  CoreRun(const Netlist& core, const CircuitBench& bench, CoreMemories& memories)
      : core_(core),
        bench_(bench),
        memories_(memories),
        simulator_(bench.simulator()),
        ports_(core),
        n_(memories) {}

  CorePrediction predict(const std::vector<CorePart>& parts, std::int64_t most_cycles) {
    for (int k = 0; k < kCyclesOfReset; ++k) cycle(true, false);
    cycle(false, true);
    CorePrediction prediction;
    // Energies are counted from the middle of the first cycle that runs to the middle of the first
    // one that does not.
    for (;;) {
      begin_cycle(false, false);
      if (!value(ports_.running, 0)) break;
      if (prediction.cycles == 0) simulator_.clear_activity();
      take_outputs(prediction);
      finish_cycle();
      if (++prediction.cycles > most_cycles) {
        throw UserError(core_.file, "",
                        "the netlist still runs after " + std::to_string(most_cycles) +
                            " cycles: the cells or the synthesis are wrong, or the clock is too "
                            "short for them");
      }
      if (prediction.cycles % kCyclesBetweenSignals == 0) throw_if_interrupted();
    }
    if (prediction.cycles > 0) add_energies(parts, prediction);
    return prediction;
  }

 private:
  using Bits = CorePorts::Bits;

  bool value(Bits nets, std::int64_t bit) const {
    return simulator_.value(nets[static_cast<std::size_t>(bit)]);
  }
  std::int64_t word(Bits nets, std::int64_t low, std::int64_t bits) const {
    std::int64_t word = 0;
    for (std::int64_t b = 0; b < bits; ++b) {
      if (value(nets, low + b)) word |= std::int64_t{1} << b;
    }
    return word;
  }
  void set(Bits nets, std::int64_t low, std::int64_t bits, std::uint64_t word, std::int64_t at_fs) {
    for (std::int64_t b = 0; b < bits; ++b) {
      simulator_.set_input(nets[static_cast<std::size_t>(low + b)], (word >> b & 1) != 0, at_fs);
    }
  }

  std::int64_t middle_fs() const { return begin_fs_ + bench_.interval_fs() / 2; }
  /// Up to the middle of the cycle.
  void begin_cycle(bool reset, bool start) {
    set(ports_.clock, 0, 1, 1, begin_fs_);
    const std::int64_t at = begin_fs_ + bench_.arrival_fs();
    set(ports_.reset, 0, 1, reset ? 1 : 0, at);
    set(ports_.start, 0, 1, start ? 1 : 0, at);
    simulator_.run_until(middle_fs());
  }
  void finish_cycle() {
    set(ports_.clock, 0, 1, 0, middle_fs());
    answer(middle_fs());
    begin_fs_ += bench_.interval_fs();
    simulator_.run_until(begin_fs_);
  }
  void cycle(bool reset, bool start) {
    begin_cycle(reset, start);
    finish_cycle();
  }

  void take_outputs(CorePrediction& prediction) const {
    for (std::int64_t port = 0; port < n_.write_ports; ++port) {
      if (!value(ports_.output_write, port)) continue;
      const std::int64_t bits = n_.accumulator_bits;
      std::int64_t sum = word(ports_.output_words, port * bits, bits);
      if ((sum >> (bits - 1) & 1) != 0) sum -= std::int64_t{1} << bits;
      if (ports_.output_word.empty()) {
        prediction.outputs.push_back(sum);
        continue;
      }
      const auto bits_of_place = static_cast<std::int64_t>(ports_.output_word.size());
      const auto place =
          static_cast<std::size_t>(word(ports_.output_word, 0, bits_of_place) + port);
      if (place >= prediction.outputs.size()) prediction.outputs.resize(place + 1);
      prediction.outputs[place] = sum;
    }
  }

  /// What memories.v does at the falling edge.
  void answer(std::int64_t at_fs) {
    const std::int64_t x = n_.activation_bits;
    if (memories_.streams_weights()) answer_off_chip(at_fs);
    for (std::int64_t b = 0; b < n_.input_banks; ++b) {
      if (!value(ports_.input_read, b)) continue;
      const std::int64_t row = word(ports_.input_address, b * n_.input_row_bits, n_.input_row_bits);
      set(ports_.input_words, b * x, x, memories_.input(b, row), at_fs);
    }
    for (std::int64_t b = 0; b < n_.regions * n_.activation_banks; ++b) {
      if (!value(ports_.activation_enable, b)) continue;
      const std::int64_t row =
          word(ports_.activation_address, b * n_.activation_row_bits, n_.activation_row_bits);
      std::uint64_t& stored = memories_.activation(b, row);
      if (value(ports_.activation_write, b)) {
        stored = static_cast<std::uint64_t>(
            word(ports_.activation_data, b % n_.activation_banks * x, x));
      } else {
        set(ports_.activation_words, b * x, x, stored, at_fs);
      }
    }
    for (std::int64_t l = 0; l < n_.lanes; ++l) {
      const std::int64_t addresses = n_.lane_addresses == 1 ? 0 : l;
      for (std::int64_t b = 0; b < n_.weight_banks; ++b) {
        const std::int64_t bank = l * n_.weight_banks + b;
        if (memories_.streams_weights()) answer_buffer(l, b, addresses, at_fs);
        if (memories_.streams_weights() || !value(ports_.weight_read, bank)) continue;
        const CoreMemories::WeightWord read = memories_.weight(
            l, b,
            word(ports_.weight_address, (addresses * n_.weight_banks + b) * n_.weight_row_bits,
                 n_.weight_row_bits));
        set(ports_.weight_words, bank * n_.weight_bits, n_.weight_bits, read.word, at_fs);
        set(ports_.weight_flags, bank * n_.flag_bits, n_.flag_bits, read.flags, at_fs);
      }
      if (!value(ports_.bias_read, l)) continue;
      set(ports_.biases, l * n_.product_bits, n_.product_bits,
          memories_.bias(l,
                         word(ports_.bias_address, addresses * n_.bias_row_bits, n_.bias_row_bits)),
          at_fs);
    }
  }

  /// What weight_buffers.v does for a bank of both halves: one is read, words come into the other.
  void answer_buffer(std::int64_t lane, std::int64_t bank, std::int64_t addresses,
                     std::int64_t at_fs) {
    const std::int64_t port = lane * n_.weight_banks + bank;
    const std::int64_t bits = n_.weight_row_bits;
    const auto bank_of = [&](Bits half) { return value(half, 0) ? n_.weight_banks + bank : bank; };
    if (value(ports_.buffer_write, port)) {
      memories_.buffered(lane, bank_of(ports_.buffer_half),
                         word(ports_.buffer_address, port * bits, bits)) =
          static_cast<std::uint64_t>(
              word(ports_.buffer_words, port * n_.weight_bits, n_.weight_bits));
    }
    if (value(ports_.weight_read, port)) {
      const std::int64_t row =
          word(ports_.weight_address, (addresses * n_.weight_banks + bank) * bits, bits);
      set(ports_.weight_words, port * n_.weight_bits, n_.weight_bits,
          memories_.buffered(lane, bank_of(ports_.weight_half), row), at_fs);
    }
  }

  void answer_off_chip(std::int64_t at_fs) {
    if (!value(ports_.off_chip_read, 0)) return;
    const auto bits = static_cast<std::int64_t>(ports_.off_chip_address.size());
    const std::int64_t first = word(ports_.off_chip_address, 0, bits);
    const auto words = static_cast<std::int64_t>(ports_.off_chip_words.size()) / n_.weight_bits;
    for (std::int64_t k = 0; k < words; ++k) {
      set(ports_.off_chip_words, k * n_.weight_bits, n_.weight_bits, memories_.off_chip(first + k),
          at_fs);
    }
  }

  void add_energies(const std::vector<CorePart>& parts, CorePrediction& prediction) const {
    const SimulatedActivity activity = simulator_.activity();
    const CircuitPower power = bench_.power(activity);
    prediction.time_ns = power.time_ns;
    prediction.transitions = activity.events;
    const auto of = [&](CorePart part) -> PartEnergy& {
      return prediction.parts[static_cast<std::size_t>(part)];
    };
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const CircuitEnergy& energy = power.of_instances[i];
      PartEnergy& part = of(parts[i]);
      part.internal_fj += energy.internal_fj;
      part.leakage_fj += energy.leakage_fj;
      // The net behind a gate belongs to the clock, as in the model.
      (parts[i] == CorePart::clock_gates ? of(CorePart::clock_network) : part).switching_fj +=
          energy.switching_fj;
      if (parts[i] == CorePart::sequencer) {
        prediction.control[static_cast<std::size_t>(control_part_of(core_.instances[i]))] +=
            {energy.internal_fj, energy.switching_fj, energy.leakage_fj};
      }
    }
    of(CorePart::clock_network).switching_fj += power.of_clocks.switching_fj;
    of(CorePart::memory_words).switching_fj += power.of_inputs.switching_fj;
  }

  const Netlist& core_;
  const CircuitBench& bench_;
  CoreMemories& memories_;
  GateSimulator simulator_;
  CorePorts ports_;
  CoreCounts n_;
  std::int64_t begin_fs_ = 0;
};

}  // namespace

PartEnergy& PartEnergy::operator+=(const PartEnergy& other) {
  internal_fj += other.internal_fj;
  switching_fj += other.switching_fj;
  leakage_fj += other.leakage_fj;
  return *this;
}

CorePrediction simulate_prediction(const Netlist& core, const CircuitBench& bench,
                                   const std::vector<CorePart>& parts, CoreMemories memories,
                                   std::int64_t sample, std::int64_t most_cycles) {
  memories.load_sample(sample);
  return CoreRun(core, bench, memories).predict(parts, most_cycles);
}

}  // namespace minerva::circuit
