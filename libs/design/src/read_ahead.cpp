#include "minerva/design/read_ahead.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"

// Time is counted in slots, which are cycles in which the pipeline is not held. F1, the queue and
// F2 know nothing of write-back but that it holds them, so that the slot in which a queued word
// issues follows from the kept words alone; holds are added behind.
namespace minerva {
namespace {

/// One group of neurons, in slots from the one in which F1 may read its first chunk.
struct GroupSlots {
  int queued_before = -1;  ///< words in the queue, the one in F2 included
  int queued_behind = 0;   ///< in the slot after that of the last chunk
  std::int64_t read = 0;   ///< slots until F1 is through
  std::int64_t first = 0;  ///< in which the first word issues
  std::int64_t last = 0;   ///< in which the last one does
  std::int64_t words = 0;  ///< that are queued, with one where the last chunk keeps none
};

GroupSlots walk_group(const std::vector<int>& kept_words, int queued, const ReadAhead& machine) {
  GroupSlots group;
  group.queued_before = queued;
  for (std::size_t c = 0; c < kept_words.size(); ++c) {
    // F2 takes a word in each slot; F1 reads once all words of a chunk have a place.
    int left = std::max(queued - 1, 0);
    const int waits = std::max(0, left + machine.words_per_cycle - machine.queue_words);
    left -= waits;
    group.read += waits;
    const bool ends = c + 1 == kept_words.size();
    const int words = ends ? std::max(kept_words[c], 1) : kept_words[c];
    if (group.words == 0 && words > 0) group.first = group.read + left;
    group.words += words;
    if (ends) group.last = group.read + left + words - 1;
    queued = left + words;
    ++group.read;
  }
  group.queued_behind = queued;
  return group;
}

}  // namespace

ReadAhead read_ahead_of(const DesignPoint& point) {
  if (!point.reads_ahead()) return {};
  return {point.activation_bandwidth, point.read_ahead_words, point.lanes,
          point.write_ports > 0 ? point.write_ports : point.activation_bandwidth};
}

LayerCycles read_ahead_cycles(const std::vector<int>& kept_words, int n_out,
                              const ReadAhead& machine) {
  expects(machine.on() && !kept_words.empty() && n_out >= 1,
          "read_ahead_cycles: no machine that reads ahead, or an empty layer");
  LayerCycles cycles;
  GroupSlots group;
  std::int64_t begin = 0;     // slot in which F1 may read the group's first chunk
  std::int64_t held = 0;      // cycles before the group's first issue
  std::int64_t first = 0;     // slot of the layer's first issue
  std::int64_t last = 0;      // cycle of the group's last issue
  std::int64_t accepted = 0;  // cycle in which A takes the group
  std::int64_t writes = 0;    // cycles in which WB writes it
  int queued = 0;
  for (int neuron = 0; neuron < n_out; neuron += machine.lanes) {
    // Groups begin alike once one leaves the queue as it found it.
    if (group.queued_before != queued) group = walk_group(kept_words, queued, machine);
    if (neuron == 0) {
      first = group.first;
    } else {  // the accumulators are free in the cycle in which A takes the group before
      held = std::max(held, accepted - (begin + group.first));
    }
    last = begin + group.last + held;
    accepted = neuron == 0 ? last + 1 : std::max(last + 1, accepted + writes);
    writes =
        (std::min(machine.lanes, n_out - neuron) + machine.write_ports - 1) / machine.write_ports;
    cycles.issue += group.words;
    begin += group.read;
    queued = group.queued_behind;
  }
  cycles.fill = first;
  cycles.stall = held;
  cycles.input_stall = last - held - first + 1 - cycles.issue;
  cycles.drain = accepted + writes - last;
  return cycles;
}

int KeptInputs::Layer::kept(std::int64_t sample, int first, int count) const {
  const std::uint64_t* words = bits.data() + static_cast<std::size_t>(sample) * words_of_sample();
  const int shift = first % 64;
  const auto word = static_cast<std::size_t>(first / 64);
  std::uint64_t found = words[word] >> shift;
  if (shift + count > 64) found |= words[word + 1] << (64 - shift);
  if (count < 64) found &= (std::uint64_t{1} << count) - 1;
  return __builtin_popcountll(found);
}

KeptInputs::KeptInputs(const Topology& topology, std::int64_t sample_count)
    : samples(sample_count), layers(static_cast<std::size_t>(topology.layers())) {
  for (std::size_t k = 0; k < layers.size(); ++k) {
    layers[k].n_in = topology.fan_in(static_cast<int>(k));
    layers[k].n_out = topology.fan_out(static_cast<int>(k));
    layers[k].bits.resize(static_cast<std::size_t>(samples) * layers[k].words_of_sample());
  }
}

void count_read_ahead(const KeptInputs& kept, const ReadAhead& machine, ActivityProfile& activity) {
  expects(kept.samples == activity.samples && kept.layers.size() == activity.layers.size(),
          "count_read_ahead: kept inputs of other samples or of another network");
  activity.read_ahead = machine;
  std::vector<int> chunks;
  for (std::size_t k = 0; k < kept.layers.size(); ++k) {
    const KeptInputs::Layer& layer = kept.layers[k];
    LayerCycles sum;
    for (std::int64_t s = 0; s < kept.samples; ++s) {
      chunks.clear();
      for (int first = 0; first < layer.n_in; first += machine.words_per_cycle) {
        chunks.push_back(
            layer.kept(s, first, std::min(machine.words_per_cycle, layer.n_in - first)));
      }
      sum += read_ahead_cycles(chunks, layer.n_out, machine);
    }
    activity.layers[k].read_ahead_cycles = sum;
  }
}

LayerCycles unskipped_read_ahead_cycles(int n_in, int n_out, const ReadAhead& machine) {
  std::vector<int> chunks;
  for (int first = 0; first < n_in; first += machine.words_per_cycle) {
    chunks.push_back(std::min(machine.words_per_cycle, n_in - first));
  }
  return read_ahead_cycles(chunks, n_out, machine);
}

}  // namespace minerva
