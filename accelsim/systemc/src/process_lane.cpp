#include "process_lane.hpp"

namespace minerva {

ProcessLane::ProcessLane(const sc_core::sc_module_name&, MachineState& machine, int index)
    : LaneModule(machine, index),
      machine_(machine),
      accumulators_(static_cast<std::size_t>(machine.structure.pipeline.accumulators)),
      accumulator_neurons_(accumulators_.size(), kNoNeuron),
      weight_words_(static_cast<std::size_t>(machine.chunk)),
      sums_(static_cast<std::size_t>(machine.structure.pipeline.multiply_cycles - 1)) {
  SC_HAS_PROCESS(ProcessLane);
  SC_METHOD(step);
  sensitive << machine_.clock_edge;
  dont_initialize();
}

void ProcessLane::step() {
  if (machine_.writing.read()) datapath_.write_back(result_neuron_, result_);
  if (machine_.take.read()) {
    const Unit& unit = machine_.taken_unit.read();
    const auto at = static_cast<std::size_t>(unit.accumulator);
    const int channel = accumulator_neurons_[at];
    std::int64_t word = 0;
    if (channel != kNoNeuron) word = datapath_.activate(unit, channel, accumulators_[at]);
    if (unit.ends_window) {
      result_neuron_ = channel;
      if (channel != kNoNeuron) result_ = word;
    }
  }
  if (machine_.hold.read()) return;
  for (std::size_t stage = sums_.size() + 1; stage-- > 0;) {
    const Operation& op = machine_.multiply[stage].read();
    if (op.valid) multiply(stage, op);
  }
  const Operation& op = machine_.fetched.read();
  if (datapath_.idle(op)) return;
  datapath_.read_weights(op, [this](std::size_t k, std::int32_t code) { weight_words_[k] = code; });
}

void ProcessLane::multiply(std::size_t stage, const Operation& op) {
  const bool last_stage = stage == sums_.size();
  if (datapath_.idle(op)) {
    if (last_stage) accumulator_neurons_[static_cast<std::size_t>(op.accumulator)] = kNoNeuron;
    return;
  }
  std::int64_t sum = 0;
  if (stage == 0) {
    sum = datapath_.sum_products(op, [this](std::size_t k) { return weight_words_[k]; });
  } else if (datapath_.contributes(op)) {
    sum = sums_[stage - 1];
  }
  if (!last_stage) {
    if (datapath_.contributes(op)) sums_[stage] = sum;
    return;
  }
  const auto at = static_cast<std::size_t>(op.accumulator);
  if (op.first) accumulator_neurons_[at] = datapath_.channel_of(op);
  accumulators_[at] = datapath_.accumulate(op, accumulators_[at], sum);
}

LaneRegisters ProcessLane::registers() const {
  return {weight_words_, accumulators_[0], accumulator_neurons_[0],
          result_,       result_neuron_,   accumulators_};
}

LaneRegisterPlaces ProcessLane::places() const {
  LaneRegisterPlaces places;
  for (const std::int32_t& word : weight_words_) places.weights.push_back(&word);
  for (const std::int64_t& sum : sums_) places.sums.push_back(&sum);
  for (const std::int64_t& sum : accumulators_) places.accumulators.push_back(&sum);
  for (const int& neuron : accumulator_neurons_) places.accumulator_neurons.push_back(&neuron);
  places.result = &result_;
  places.result_neuron = &result_neuron_;
  return places;
}

}  // namespace minerva
