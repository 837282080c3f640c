#include "lane.hpp"

#include <bitset>

#include "minerva/core/fault_word.hpp"
#include "minerva/core/fixed_point.hpp"

namespace minerva {
namespace {

constexpr int kNoNeuron = -1;

std::int64_t count_bits(std::uint64_t bits) {
  return static_cast<std::int64_t>(std::bitset<64>(bits).count());
}

}  // namespace

WeightMemory::WeightMemory(const QuantizedNetwork& network, const DesignPoint& point, int lane)
    : banks_(point.weight_banks_per_lane()),
      bank_reads_(static_cast<std::size_t>(point.weight_banks_per_lane())) {
  for (const QuantizedLayer& layer : network.layers) {
    layer_base_.push_back(rows_);
    group_rows_.push_back(static_cast<std::size_t>((layer.n_in + banks_ - 1) / banks_));
    rows_ += group_rows_.back() *
             static_cast<std::size_t>((layer.n_out + point.lanes - 1) / point.lanes);
  }
  words_.resize(rows_ * static_cast<std::size_t>(banks_));
  faulty_bits_.resize(words_.size());
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    const QuantizedLayer& layer = network.layers[k];
    std::size_t row = layer_base_[k];
    for (int i = lane; i < layer.n_out; i += point.lanes, row += group_rows_[k]) {
      for (int j = 0; j < layer.n_in; ++j) {
        const std::size_t at = static_cast<std::size_t>(j % banks_) * rows_ + row +
                               static_cast<std::size_t>(j / banks_);
        words_[at] = layer.weights[layer.index(j, i)];
        if (!layer.faulty_bits.empty()) faulty_bits_[at] = layer.faulty_bits[layer.index(j, i)];
      }
    }
  }
}

std::int32_t WeightMemory::read(int layer, int group, int j, const QuantizedLayer& formats,
                                const Mitigation& mitigation) {
  const auto k = static_cast<std::size_t>(layer);
  const auto bank = static_cast<std::size_t>(j % banks_);
  const std::size_t at = bank * rows_ + layer_base_[k] +
                         static_cast<std::size_t>(group) * group_rows_[k] +
                         static_cast<std::size_t>(j / banks_);
  ++bank_reads_[bank];
  return word_as_read(words_[at], faulty_bits_[at], formats.formats.weight.bits(), mitigation);
}

Lane::Lane(sc_core::sc_module_name, MachineState& machine, int index)
    : machine_(machine),
      index_(index),
      memory_(machine.network, machine.point, index),
      weight_words_("weight_words", static_cast<std::size_t>(machine.chunk)),
      sums_("sums", static_cast<std::size_t>(machine.point.multiplier_stages - 1)) {
  SC_HAS_PROCESS(Lane);
  SC_METHOD(fetch_weights);
  sensitive << machine_.clock_edge;
  dont_initialize();
  SC_METHOD(multiply);
  sensitive << machine_.clock_edge;
  dont_initialize();
  SC_METHOD(activate);
  sensitive << machine_.clock_edge;
  dont_initialize();
  SC_METHOD(write_back);
  sensitive << machine_.clock_edge;
  dont_initialize();
  for (int stage = 2; stage <= machine_.point.multiplier_stages; ++stage) {
    sc_core::sc_spawn_options options;
    options.spawn_method();
    options.set_sensitivity(&machine_.clock_edge);
    options.dont_initialize();
    sc_core::sc_spawn([this, stage] { later_multiply_stage(stage); },
                      ("multiply_" + std::to_string(stage)).c_str(), &options);
  }
}

// A skipped word is not read, and its register keeps what it held.
void Lane::fetch_weights() {
  if (machine_.hold.read()) return;
  const Operation& op = machine_.fetched.read();
  if (idle(op)) return;
  EventCounts& events = machine_.events();
  const QuantizedLayer& layer = machine_.current();
  for (int k = 0; k < op.words; ++k) {
    if ((op.kept >> k & 1U) == 0) {
      ++events.weight_reads_skipped;
      continue;
    }
    ++events.weight_reads_done;
    weight_words_[static_cast<std::size_t>(k)].write(memory_.read(
        machine_.layer, op.group, op.first_input + k, layer, machine_.network.mitigation));
  }
}

void Lane::multiply() {
  if (machine_.hold.read()) return;
  const Operation& op = machine_.multiply[0].read();
  if (!op.valid) return;
  if (idle(op)) {
    if (sums_.size() == 0) accumulator_neuron_.write(kNoNeuron);
    return;
  }
  const LayerFormats& formats = machine_.current().formats;
  const int product_fraction = formats.weight.fraction_bits + formats.activation.fraction_bits;
  EventCounts& events = machine_.events();
  std::int64_t sum = 0;
  for (int k = 0; k < op.words; ++k) {
    if ((op.kept >> k & 1U) == 0) continue;
    const auto at = static_cast<std::size_t>(k);
    const std::int64_t exact =
        std::int64_t{weight_words_[at].read()} * std::int64_t{machine_.multiply_words[at].read()};
    sum += round_code(formats.product, exact, product_fraction, machine_.network.rounding);
  }
  const std::int64_t done = count_bits(op.kept);
  events.macs_done += done;
  events.macs_skipped += op.words - done;
  if (sums_.size() == 0) {
    accumulate(op, sum);
  } else if (op.kept != 0) {
    sums_[0].write(sum);
  }
}

void Lane::later_multiply_stage(int stage) {
  if (machine_.hold.read()) return;
  const auto k = static_cast<std::size_t>(stage - 1);
  const Operation& op = machine_.multiply[k].read();
  if (!op.valid) return;
  if (idle(op)) {
    if (k == sums_.size()) accumulator_neuron_.write(kNoNeuron);
    return;
  }
  const std::int64_t sum = sums_[k - 1].read();
  if (k == sums_.size()) {
    accumulate(op, sum);
  } else if (op.kept != 0) {
    sums_[k].write(sum);
  }
}

void Lane::accumulate(const Operation& op, std::int64_t sum) {
  std::int64_t value = accumulator_.read();
  EventCounts& events = machine_.events();
  if (op.first) {
    const int neuron = neuron_of(op);
    value = machine_.current().biases[static_cast<std::size_t>(neuron)];
    ++events.bias_reads;
    accumulator_neuron_.write(neuron);
  }
  if (op.kept != 0) {
    value += sum;
    ++events.accumulator_updates;
  }
  accumulator_.write(value);
}

// A and WB wake up when the write control enables them, and work from the next clock edge on.
void Lane::activate() {
  if (activate_sleeps_) {
    activate_sleeps_ = false;
    return;
  }
  if (!machine_.take.read()) {
    activate_sleeps_ = true;
    next_trigger(machine_.take.posedge_event());
    return;
  }
  const int neuron = accumulator_neuron_.read();
  result_neuron_.write(neuron);
  if (neuron == kNoNeuron) return;
  const std::int64_t sum = accumulator_.read();
  const auto k = static_cast<std::size_t>(machine_.layer);
  machine_.prediction().accumulators[k][static_cast<std::size_t>(neuron)] = sum;
  if (machine_.output_layer()) {
    result_.write(sum);
  } else {
    result_.write(round_code(machine_.network.layers[k + 1].formats.activation, sum > 0 ? sum : 0,
                             machine_.current().formats.product.fraction_bits,
                             machine_.network.rounding));
  }
}

void Lane::write_back() {
  if (write_back_sleeps_) {
    write_back_sleeps_ = false;
    return;
  }
  if (!machine_.writing.read()) {
    write_back_sleeps_ = true;
    next_trigger(machine_.writing.posedge_event());
    return;
  }
  const int offset = index_ - machine_.write_lane.read();
  const int neuron = result_neuron_.read();
  if (offset < 0 || offset >= machine_.point.write_ports || neuron == kNoNeuron) return;
  ++machine_.events().words_written;
  const auto at = static_cast<std::size_t>(neuron);
  if (machine_.output_layer()) {
    machine_.output_words[at] = result_.read();
  } else {
    machine_.activation_memory[machine_.layer % 2][at] = static_cast<std::int16_t>(result_.read());
  }
}

}  // namespace minerva
