#include "minerva/base/errors.hpp"
#include "minerva/circuit/circuit_bench.hpp"
#include "minerva/circuit/unit_measurement.hpp"

namespace minerva::circuit {
namespace {

/// A lane with inputs one after the other. An input that stands at the ports in one cycle is in the
/// multiplier in the next, and its sum in the accumulator in the one after that.
class LaneMeasurement {
 public:
  LaneMeasurement(const LaneUnit& lane, const Netlist& netlist, const CellLibrary& library,
                  const MeasurementOptions& options, const LaneStream& stream)
      : lane_(lane),
        netlist_(netlist),
        stream_(stream),
        bench_(netlist, library, options, "operand_buffer.", 0) {}

  std::vector<UnitMeasurement> run() {
    GateSimulator simulator = bench_.simulator();
    LanePorts at_the_edge;  // at first all inputs are 0
    LaneState state;
    for (std::size_t k = 0; k < stream_.operations.size(); ++k) {
      if (k == kFillCycles) simulator.clear_activity();
      const LanePorts ports = ports_in(k);
      cycle(simulator, ports, static_cast<std::int64_t>(k) * bench_.interval_fs());
      state = lane_next(lane_, state, at_the_edge);
      at_the_edge = ports;
      compare(simulator, "total", state.total, lane_.accumulator_bits, k);
      compare(simulator, "result", state.result, lane_.activation_bits, k);
      compare(simulator, "copies", state.activation, lane_.activation_bits, k);
    }
    const SimulatedActivity activity = simulator.activity();
    const auto operations = static_cast<std::int64_t>(stream_.operations.size() - kFillCycles);
    std::vector<UnitMeasurement> all;
    for (const LanePart& part : lane_parts(lane_)) {
      all.push_back(bench_.figures(activity, operations, part.instances, part.without));
    }
    return all;
  }

 private:
  static constexpr std::size_t kFillCycles = 3;

  LanePorts ports_in(std::size_t k) const {
    const std::vector<LaneOperation>& all = stream_.operations;
    LanePorts ports;
    ports.word = all[k].weight;
    ports.flags = all[k].faulty_bits;
    ports.activation = all[k].activation;
    ports.keep = all[k].keep;
    ports.first = all[k].first;
    if (k >= 1) ports.bias = all[k - 1].bias;
    ports.take = k >= 2 && all[k - 2].last;
    return ports;
  }
  void cycle(GateSimulator& simulator, const LanePorts& ports, std::int64_t begin) const {
    const int clock = netlist_.port("clk").nets[0];
    const std::int64_t at = begin + bench_.arrival_fs();
    simulator.set_input(clock, true, begin);
    bench_.set(simulator, "word", 0, lane_.weight_bits, ports.word, at);
    bench_.set(simulator, "flags", 0, lane_.weight_bits, ports.flags, at);
    bench_.set(simulator, "activation", 0, lane_.activation_bits, ports.activation, at);
    bench_.set(simulator, "keep", 0, 1, ports.keep ? 1 : 0, at);
    bench_.set(simulator, "first", 0, 1, ports.first ? 1 : 0, at);
    bench_.set(simulator, "bias", 0, lane_.product_bits, ports.bias, at);
    bench_.set(simulator, "take", 0, 1, ports.take ? 1 : 0, at);
    simulator.run_until(begin + bench_.interval_fs() / 2);
    simulator.set_input(clock, false, begin + bench_.interval_fs() / 2);
    simulator.run_until(begin + bench_.interval_fs());
  }
  void compare(const GateSimulator& simulator, const char* port, std::int64_t expected, int bits,
               std::size_t k) const {
    const auto bit = bench_.differs(simulator, port, expected, bits);
    if (bit) bench_.fail(lane_.name(), port, *bit, k, stream_.name);
  }

  const LaneUnit& lane_;
  const Netlist& netlist_;
  const LaneStream& stream_;
  CircuitBench bench_;
};

}  // namespace

std::vector<UnitMeasurement> measure_lane(const LaneUnit& lane, const Netlist& netlist,
                                          const CellLibrary& library,
                                          const MeasurementOptions& options,
                                          const LaneStream& stream) {
  expects(stream.operations.size() >= 4, "measure_lane: needs four operations or more");
  return LaneMeasurement(lane, netlist, library, options, stream).run();
}

}  // namespace minerva::circuit
