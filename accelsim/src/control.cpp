#include "control.hpp"

#include <algorithm>

namespace minerva {

MachineState::MachineState(const QuantizedNetwork& network_of_run, const DesignPoint& design_point)
    : network(network_of_run),
      point(design_point),
      chunk(design_point.inputs_per_cycle()),
      clock_edge("clock_edge"),
      fetched_words("fetched_words", static_cast<std::size_t>(chunk)),
      multiply("multiply", static_cast<std::size_t>(design_point.multiplier_stages)),
      multiply_words("multiply_words", static_cast<std::size_t>(chunk)) {
  std::size_t widest = 0;
  for (const QuantizedLayer& each : network.layers) {
    widest = std::max(widest, static_cast<std::size_t>(each.n_out));
  }
  for (auto& half : activation_memory) half.resize(widest);
}

Sequencer::Sequencer(sc_core::sc_module_name, MachineState& machine,
                     const std::vector<std::vector<std::int16_t>>& inputs)
    : machine_(machine), inputs_(inputs) {
  SC_HAS_PROCESS(Sequencer);
  SC_METHOD(fetch);
  sensitive << machine_.clock_edge;
  dont_initialize();
  SC_METHOD(advance);
  sensitive << machine_.clock_edge;
  dont_initialize();
  start_sample();
}

// Loading the input memory is not timed.
void Sequencer::start_sample() {
  const std::size_t layers = machine_.network.layers.size();
  SimulatedPrediction prediction;
  prediction.events.resize(layers);
  prediction.inputs.resize(layers);
  for (const QuantizedLayer& layer : machine_.network.layers) {
    prediction.accumulators.emplace_back(static_cast<std::size_t>(layer.n_out));
  }
  machine_.result.samples.push_back(std::move(prediction));
  machine_.input_memory = inputs_[sample_];
  machine_.output_words.assign(static_cast<std::size_t>(machine_.network.layers.back().n_out), 0);
  machine_.layer = 0;
  start_layer();
}

void Sequencer::start_layer() {
  group_ = 0;
  next_input_ = 0;
}

void Sequencer::finish_layer() {
  if (!machine_.output_layer()) {
    ++machine_.layer;
    start_layer();
    return;
  }
  const auto& outputs = machine_.output_words;
  machine_.prediction().predicted_class =
      static_cast<int>(std::max_element(outputs.begin(), outputs.end()) - outputs.begin());
  if (++sample_ < inputs_.size()) start_sample();
}

void Sequencer::start_of_simulation() { next_cycle(); }

// Kernel time counts cycles, whatever the clock period.
void Sequencer::next_cycle() { machine_.clock_edge.notify(1, sc_core::SC_NS); }

void Sequencer::fetch() {
  if (machine_.layer_done.read()) finish_layer();
  if (sample_ == inputs_.size()) return;  // no next cycle: the simulation ends
  next_cycle();
  if (machine_.hold.read()) return;
  const QuantizedLayer& layer = machine_.current();
  Operation op;
  if (group_ * machine_.point.lanes >= layer.n_out) {
    machine_.fetched.write(op);
    return;
  }
  const bool from_inputs = machine_.layer == 0;
  const auto& memory =
      from_inputs ? machine_.input_memory : machine_.activation_memory[(machine_.layer + 1) % 2];
  op.valid = true;
  op.group = group_;
  op.first_input = next_input_;
  op.words = std::min(machine_.chunk, layer.n_in - next_input_);
  op.first = next_input_ == 0;
  op.last = next_input_ + op.words == layer.n_in;
  op.last_of_layer = op.last && (group_ + 1) * machine_.point.lanes >= layer.n_out;
  EventCounts& events = machine_.events();
  for (int k = 0; k < op.words; ++k) {
    const int code = memory[static_cast<std::size_t>(next_input_ + k)];
    ++(from_inputs ? events.input_reads : events.activation_reads);
    if (layer.theta_code > 0) ++events.comparisons;
    if (!layer.skips(code)) op.kept |= std::uint64_t{1} << k;
    machine_.fetched_words[static_cast<std::size_t>(k)].write(code);
    if (group_ == 0) {
      machine_.prediction().inputs[static_cast<std::size_t>(machine_.layer)].push_back(code);
    }
  }
  machine_.fetched.write(op);
  next_input_ += op.words;
  if (op.last) {
    next_input_ = 0;
    ++group_;
  }
}

void Sequencer::advance() {
  if (machine_.hold.read()) return;
  for (std::size_t k = machine_.multiply.size() - 1; k > 0; --k) {
    machine_.multiply[k].write(machine_.multiply[k - 1].read());
  }
  const Operation& op = machine_.fetched.read();
  machine_.multiply[0].write(op);
  for (int k = 0; k < op.words; ++k) {
    const auto at = static_cast<std::size_t>(k);
    if ((op.kept >> k & 1U) != 0) machine_.multiply_words[at].write(machine_.fetched_words[at]);
  }
}

WriteControl::WriteControl(sc_core::sc_module_name, MachineState& machine) : machine_(machine) {
  SC_HAS_PROCESS(WriteControl);
  SC_METHOD(step);
  sensitive << machine_.clock_edge;
  dont_initialize();
}

void WriteControl::step() {
  const Operation& op = machine_.multiply[machine_.multiply.size() - 1].read();
  const bool issues = op.valid && !machine_.hold.read();
  const bool takes = machine_.take.read();
  if (issues) {
    ++cycles_.issue;
  } else if (!issued_first_) {
    ++cycles_.fill;
  } else if (issued_last_) {
    ++cycles_.drain;
  } else {
    ++cycles_.stall;
  }
  issued_first_ = issued_first_ || issues;

  const int ports = machine_.point.write_ports;
  const bool writes_last = words_left_ > 0 && words_left_ <= ports && !takes;
  if (takes) {
    words_left_ = accumulated_words_;
    write_lane_ = 0;
  } else {
    words_left_ = std::max(0, words_left_ - ports);
    write_lane_ += ports;
  }
  if (takes) accumulators_full_ = false;
  if (issues && op.last) {
    accumulators_full_ = true;
    const int lanes = machine_.point.lanes;
    accumulated_words_ = std::min(lanes, machine_.current().n_out - op.group * lanes);
    issued_last_ = op.last_of_layer;
  }
  const bool can_take = accumulators_full_ && words_left_ <= ports;
  const bool done = writes_last && issued_last_ && !accumulators_full_;
  machine_.take.write(can_take);
  machine_.hold.write(accumulators_full_ && !can_take);
  machine_.writing.write(words_left_ > 0);
  machine_.write_lane.write(write_lane_);
  machine_.layer_done.write(done);
  if (done) {
    machine_.prediction().cycles.push_back(cycles_);
    cycles_ = {};
    issued_first_ = issued_last_ = false;
  }
}

}  // namespace minerva
