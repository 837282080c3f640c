#include "memories.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

constexpr std::size_t kNoWord = std::numeric_limits<std::size_t>::max();

}  // namespace

void BankPorts::refuse(std::int64_t cycle) {
  throw ContractViolation("a second access to the port of a memory bank in cycle " +
                          std::to_string(cycle));
}

std::vector<std::int64_t> BankPorts::reads() const {
  std::vector<std::int64_t> counts;
  for (const Port& port : ports_) counts.push_back(port.reads);
  return counts;
}

std::vector<std::int64_t> BankPorts::writes() const {
  std::vector<std::int64_t> counts;
  for (const Port& port : ports_) counts.push_back(port.writes);
  return counts;
}

WeightMemory::WeightMemory(const QuantizedGraph& network, const LaneMemoryLayout& layout, int lane,
                           std::int64_t buffer_rows)
    : network_(network),
      layout_(layout),
      rows_(static_cast<std::size_t>(layout.weight_rows())),
      words_(rows_ * static_cast<std::size_t>(layout.weight_banks())),
      buffer_rows_(static_cast<std::size_t>(buffer_rows)),
      buffer_(2 * buffer_rows_ * static_cast<std::size_t>(layout.weight_banks()), kNoWord),
      ports_((buffer_rows > 0 ? 2 : 1) * layout.weight_banks()) {
  const bool faulty = std::any_of(network.layers.begin(), network.layers.end(),
                                  [](const QuantizedLayer& l) { return !l.faulty_bits.empty(); });
  if (faulty) faulty_bits_.resize(words_.size());
  for (int k = 0; k < layout.layers(); ++k) {
    const QuantizedLayer& layer = network.layers[static_cast<std::size_t>(k)];
    for (int i = lane; i < layer.n_out; i += layout.lanes()) {
      Address address = layout.weight(k, group_of(i, layout.lanes()), 0);
      for (int j = 0; j < layer.n_in; ++j, layout.to_next_input(address)) {
        const std::size_t at =
            static_cast<std::size_t>(address.bank) * rows_ + static_cast<std::size_t>(address.row);
        words_[at] = static_cast<std::int16_t>(layer.stored_word(layer.index(j, i)));
        if (!layer.faulty_bits.empty()) faulty_bits_[at] = layer.faulty_bits[layer.index(j, i)];
      }
    }
  }
}

std::int32_t WeightMemory::read_buffer(int half, const Address& address, int j,
                                       const QuantizedLayer& layer, std::int64_t cycle) {
  ports_.read(buffer_bank(half, address), cycle);
  expects(buffered(half, address, j) == at(address), "F2 reads a weight that is not in the buffer");
  return as_read(at(address), layer);
}

void WeightMemory::load(int half, const Address& address, int j, std::int64_t cycle) {
  ports_.write(buffer_bank(half, address), cycle);
  buffered(half, address, j) = at(address);
}

ActivationMemory::ActivationMemory(const MemoryArray& memory)
    : banks_(memory.banks_per_copy), ports_(memory.banks()) {
  regions_.resize(static_cast<std::size_t>(memory.copies));
  for (auto& region : regions_) {
    region.resize(static_cast<std::size_t>(memory.words * memory.banks_per_copy));
  }
}

void ActivationMemory::invalidate(int region) {
  for (Word& each : regions_[static_cast<std::size_t>(region)]) each.written = false;
}

void ActivationMemory::write(int region, int i, std::int16_t word, std::int64_t cycle) {
  ports_.write(port_of(region, i), cycle);
  Word& place = regions_[static_cast<std::size_t>(region)].at(static_cast<std::size_t>(i));
  expects(!place.written, "an activation is written twice");
  place = {word, true};
}

std::int16_t ActivationMemory::read(int region, int i, std::int64_t cycle) {
  ports_.read(port_of(region, i), cycle);
  const Word& place = regions_[static_cast<std::size_t>(region)][static_cast<std::size_t>(i)];
  expects(place.written, "F1 reads an activation that WB has not written");
  return place.code;
}

bool ActivationMemory::readable(int region, int i) const {
  return regions_[static_cast<std::size_t>(region)].at(static_cast<std::size_t>(i)).written;
}

std::int16_t ActivationMemory::word(int region, int i) const {
  return regions_[static_cast<std::size_t>(region)].at(static_cast<std::size_t>(i)).code;
}

}  // namespace minerva
