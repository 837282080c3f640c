#include "minerva/accelsim/machine.hpp"

#include <algorithm>

#include "control.hpp"
#include "kernel_context.hpp"
#include "minerva/base/errors.hpp"
#include "process_lane.hpp"
#include "stage_lane.hpp"
#include "waveform.hpp"
#include "weight_stream.hpp"

namespace minerva {
namespace {

const QuantizedGraph& checked(const QuantizedGraph& network, const DesignPoint& point) {
  check_design_point(point);
  expects(!network.layers.empty(), "a machine for a network without layers");
  check_graph_plan(network.graph, network.plan(), "plan");
  check_read_ahead(network.graph, point);
  check_weight_banks(network.graph, point);
  return network;
}

/// Without a waveform kernel time counts cycles, whatever the clock period.
sc_core::sc_time cycle_time(const DesignPoint& point, const MachineOptions& options) {
  if (options.waveform.path.empty()) return {1, sc_core::SC_NS};
  return Waveform::cycle_time(point.clock_period_ns);
}

}  // namespace

struct Machine::Implementation {
  /// @param own a network of its own; null: `network`, which outlives the machine.
  Implementation(std::unique_ptr<const QuantizedGraph> own, const QuantizedGraph* network,
                 const DesignPoint& point, const MachineOptions& options)
      : own_network(std::move(own)),
        state(checked(own_network ? *own_network : *network, point), point,
              cycle_time(point, options)),
        sequencer("sequencer", state),
        write_control("write_control", state) {
    if (point.streams_weights()) stream = std::make_unique<WeightStream>("weight_stream", state);
    for (int i = 0; i < point.lanes; ++i) {
      const std::string name = "lane_" + std::to_string(i);
      if (options.model == SimulationModel::stage_processes) {
        lanes.push_back(std::make_unique<StageLane>(name.c_str(), state, i));
      } else {
        lanes.push_back(std::make_unique<ProcessLane>(name.c_str(), state, i));
      }
    }
    if (!options.waveform.path.empty()) {
      waveform = std::make_unique<Waveform>("waveform", state, lanes, options.waveform);
    }
    seen.multiply.resize(state.multiply.size());
  }

  /// Events that are still to come would stay in the kernel's memory for good.
  ~Implementation() {
    if (!pending) return;
    state.clock_edge.cancel();
    if (waveform) waveform->cancel();
    try {
      kernel.run();
    } catch (const ContractViolation&) {  // the kernel has stopped over an error reported before
    }
  }

  StageContent content_of(const Operation& op) const { return op.content(state.shows_positions); }
  int shown_position(const Unit& unit) const { return state.shows_positions ? unit.position : -1; }

  void see_registers() {
    seen.held = state.hold.read();
    seen.fetch_weights = content_of(state.fetched.read());
    for (std::size_t k = 0; k < seen.multiply.size(); ++k) {
      seen.multiply[k] = content_of(state.multiply[k].read());
    }
    const bool takes = state.take.read();
    const Unit& taken = state.taken_unit.read();
    seen.taken_group = takes ? taken.group : -1;
    seen.taken_position = takes ? shown_position(taken) : -1;
    const bool writes = state.writing.read();
    const Unit& written = state.written_unit.read();
    seen.written_group = writes ? written.group : -1;
    seen.written_position = writes ? shown_position(written) : -1;
    seen.first_channel_written = writes ? written.first_channel : 0;
    seen.first_lane_written = writes ? state.write_lane.read() : 0;
    seen.words_written =
        writes ? std::min(state.structure.pipeline.write_ports, write_control.words_left()) : 0;
  }

  void see_cycle() {
    ++seen.cycle;
    seen.layer = state.layer;
    seen.cause = write_control.last_cause();
    seen.fetch_inputs = content_of(seen.held ? sequencer.next_operation() : sequencer.last_read());
  }

  void finish() {
    state.finish_layer();
    const std::ptrdiff_t outputs = state.network.graph.outputs();
    for (auto first = state.output_words.begin(); first != state.output_words.end();
         first += outputs) {
      state.result.predicted_classes.push_back(
          static_cast<int>(std::max_element(first, first + outputs) - first));
    }
    finished = true;
  }

  std::unique_ptr<const QuantizedGraph> own_network;
  KernelContext kernel;
  MachineState state;
  Sequencer sequencer;
  WriteControl write_control;
  std::unique_ptr<WeightStream> stream;  ///< null: weights are on chip
  std::vector<std::unique_ptr<LaneModule>> lanes;
  std::unique_ptr<Waveform> waveform;
  CycleState seen;
  bool finished = false;  ///< there is a result
  bool pending = false;   ///< an event may be waiting in the kernel
};

Machine::Machine(const QuantizedGraph& network, const DesignPoint& point,
                 const MachineOptions& options)
    : implementation_(std::make_unique<Implementation>(nullptr, &network, point, options)) {}

Machine::Machine(const QuantizedNetwork& network, const DesignPoint& point,
                 const MachineOptions& options)
    : implementation_(std::make_unique<Implementation>(
          std::make_unique<const QuantizedGraph>(quantized_graph(network)), nullptr, point,
          options)) {}

Machine::~Machine() = default;

void Machine::issue(const std::vector<std::int16_t>& input) {
  Implementation& m = *implementation_;
  expects(!m.state.running, "issue: a prediction is still running");
  const auto of_one = static_cast<std::size_t>(m.state.network.graph.inputs());
  expects(
      !input.empty() && input.size() % of_one == 0 &&
          input.size() / of_one <= static_cast<std::size_t>(m.state.configuration.point.batch_size),
      "issue: an input of another size than the network's");
  m.finished = false;
  m.state.start_batch(input);
  m.sequencer.start_layer();
  m.seen.cycle = -1;
  m.state.clock_edge.notify(sc_core::SC_ZERO_TIME);  // the kernel runs [now, now + time)
  m.pending = true;
}

bool Machine::running() const { return implementation_->state.running; }

void Machine::step() {
  Implementation& m = *implementation_;
  expects(m.state.running, "step: no prediction is running");
  m.see_registers();
  m.kernel.run_for(m.state.cycle_time);
  m.see_cycle();
  if (!m.state.running) m.finish();
}

void Machine::run(const std::function<void()>& now_and_then) {
  Implementation& m = *implementation_;
  expects(m.state.running, "run: no prediction is running");
  constexpr int kCyclesBetweenCalls = 4096;
  if (m.waveform) {  // else the last falling edge of the clock would shift the next prediction
    for (int cycle = 0; m.state.running; ++cycle) {
      if (now_and_then && cycle % kCyclesBetweenCalls == 0) now_and_then();
      m.kernel.run_for(m.state.cycle_time);
    }
  } else {
    do {
      if (now_and_then) now_and_then();
    } while (m.kernel.run_at_most(kCyclesBetweenCalls * m.state.cycle_time));
    m.pending = false;
  }
  m.finish();
}

const CycleState& Machine::state() const { return implementation_->seen; }

int Machine::lanes() const { return implementation_->state.structure.pipeline.lanes; }

LaneRegisters Machine::lane(int index) const {
  return implementation_->lanes.at(static_cast<std::size_t>(index))->registers();
}

std::optional<std::int16_t> Machine::activation(int region, int i) const {
  const ActivationMemory& memory = implementation_->state.activation_memory;
  if (!memory.readable(region, i)) return std::nullopt;
  return memory.word(region, i);
}

const SimulatedBatch& Machine::result() const {
  expects(implementation_->finished, "result: no prediction is finished");
  return implementation_->state.result;
}

BankAccesses Machine::bank_accesses() const {
  const MachineState& state = implementation_->state;
  BankAccesses accesses;
  const auto banks = static_cast<std::size_t>(state.layout.weight_banks());
  // Either half of a buffer has banks of its own, which count as one.
  const auto add = [&](std::vector<std::int64_t>& to, const std::vector<std::int64_t>& counts) {
    for (std::size_t bank = 0; bank < banks; ++bank) {
      to.push_back(counts[bank] + (counts.size() > banks ? counts[banks + bank] : 0));
    }
  };
  for (const auto& lane : implementation_->lanes) {
    add(accesses.weight_reads, lane->datapath().weight_ports().reads());
    add(accesses.weight_writes, lane->datapath().weight_ports().writes());
    accesses.bias_reads.push_back(lane->datapath().bias_ports().reads().front());
  }
  accesses.input_reads = state.input_memory.ports().reads();
  accesses.activation_reads = state.activation_memory.ports().reads();
  accesses.activation_writes = state.activation_memory.ports().writes();
  return accesses;
}

std::vector<WaveformSignal> Machine::waveform_signals() const {
  if (!implementation_->waveform) return {};
  return implementation_->waveform->signals();
}

}  // namespace minerva
