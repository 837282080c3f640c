#include "stage_lane.hpp"

#include <string>

namespace minerva {

StageRegisters::StageRegisters(int chunk, int multiplier_stages, int accumulator_count)
    : weight_words("weight_words", static_cast<std::size_t>(chunk)),
      sums("sums", static_cast<std::size_t>(multiplier_stages - 1)),
      accumulator("accumulator", static_cast<std::size_t>(accumulator_count)),
      accumulator_neuron(
          "accumulator_neuron", static_cast<std::size_t>(accumulator_count),
          [](const char* name, std::size_t) { return new Register<int>(name, kNoNeuron); }),
      result("result"),
      result_neuron("result_neuron", kNoNeuron) {}

LaneStage::LaneStage(const sc_core::sc_module_name&, MachineState& machine, LaneDatapath& datapath,
                     StageRegisters& registers)
    : machine_(machine), datapath_(datapath), registers_(registers) {
  SC_HAS_PROCESS(LaneStage);
  SC_METHOD(run);
  sensitive << machine_.clock_edge;
  dont_initialize();
}

void FetchWeights::step() {
  if (machine_.hold.read()) return;
  const Operation& op = machine_.fetched.read();
  if (datapath_.idle(op)) return;
  datapath_.read_weights(
      op, [this](std::size_t k, std::int32_t code) { registers_.weight_words[k].write(code); });
}

void Multiply::step() {
  if (machine_.hold.read()) return;
  const Operation& op = machine_.multiply[stage_].read();
  if (!op.valid) return;
  const bool last_stage = stage_ == registers_.sums.size();
  if (datapath_.idle(op)) {
    if (last_stage) {
      registers_.accumulator_neuron[static_cast<std::size_t>(op.accumulator)].write(kNoNeuron);
    }
    return;
  }
  std::int64_t sum = 0;
  if (stage_ == 0) {
    sum = datapath_.sum_products(
        op, [this](std::size_t k) { return registers_.weight_words[k].read(); });
  } else if (datapath_.contributes(op)) {
    sum = registers_.sums[stage_ - 1].read();
  }
  if (!last_stage) {
    if (datapath_.contributes(op)) registers_.sums[stage_].write(sum);
    return;
  }
  const auto at = static_cast<std::size_t>(op.accumulator);
  if (op.first) registers_.accumulator_neuron[at].write(datapath_.channel_of(op));
  Register<std::int64_t>& accumulator = registers_.accumulator[at];
  accumulator.write(datapath_.accumulate(op, accumulator.read(), sum));
}

// A and WB wake up when the write control enables them, and work from the next clock edge on.
void Activate::step() {
  if (sleeps_) {
    sleeps_ = false;
    return;
  }
  if (!machine_.take.read()) {
    sleeps_ = true;
    next_trigger(machine_.take.posedge_event());
    return;
  }
  const Unit& unit = machine_.taken_unit.read();
  const auto at = static_cast<std::size_t>(unit.accumulator);
  const int channel = registers_.accumulator_neuron[at].read();
  if (unit.ends_window) registers_.result_neuron.write(channel);
  if (channel == kNoNeuron) return;
  const std::int64_t word = datapath_.activate(unit, channel, registers_.accumulator[at].read());
  if (unit.ends_window) registers_.result.write(word);
}

void WriteBack::step() {
  if (sleeps_) {
    sleeps_ = false;
    return;
  }
  if (!machine_.writing.read()) {
    sleeps_ = true;
    next_trigger(machine_.writing.posedge_event());
    return;
  }
  datapath_.write_back(registers_.result_neuron.read(), registers_.result.read());
}

StageLane::StageLane(const sc_core::sc_module_name&, MachineState& machine, int index)
    : LaneModule(machine, index),
      machine_(machine),
      registers_(machine.chunk, machine.structure.pipeline.multiply_cycles,
                 machine.structure.pipeline.accumulators),
      fetch_weights_("fetch_weights", machine, datapath_, registers_),
      activate_("activate", machine, datapath_, registers_),
      write_back_("write_back", machine, datapath_, registers_) {
  for (int stage = 1; stage <= machine.structure.pipeline.multiply_cycles; ++stage) {
    multiply_.push_back(std::make_unique<Multiply>(("multiply_" + std::to_string(stage)).c_str(),
                                                   machine, datapath_, registers_,
                                                   static_cast<std::size_t>(stage - 1)));
  }
}

LaneRegisters StageLane::registers() const {
  LaneRegisters values;
  for (std::size_t k = 0; k < registers_.weight_words.size(); ++k) {
    values.weights.push_back(registers_.weight_words[k].read());
  }
  for (std::size_t i = 0; i < registers_.accumulator.size(); ++i) {
    values.accumulators.push_back(registers_.accumulator[i].read());
  }
  values.accumulator = values.accumulators[0];
  values.accumulator_neuron = registers_.accumulator_neuron[0].read();
  values.result = registers_.result.read();
  values.result_neuron = registers_.result_neuron.read();
  return values;
}

LaneRegisterPlaces StageLane::places() const {
  LaneRegisterPlaces places;
  for (std::size_t k = 0; k < registers_.weight_words.size(); ++k) {
    places.weights.push_back(&registers_.weight_words[k].read());
  }
  for (std::size_t k = 0; k < registers_.sums.size(); ++k) {
    places.sums.push_back(&registers_.sums[k].read());
  }
  for (std::size_t i = 0; i < registers_.accumulator.size(); ++i) {
    places.accumulators.push_back(&registers_.accumulator[i].read());
    places.accumulator_neurons.push_back(&registers_.accumulator_neuron[i].read());
  }
  places.result = &registers_.result.read();
  places.result_neuron = &registers_.result_neuron.read();
  return places;
}

}  // namespace minerva
