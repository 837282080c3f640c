#include "minerva/design/counts.hpp"

#include "minerva/base/errors.hpp"

namespace minerva {

LayerActivity& LayerActivity::operator+=(const LayerActivity& more) {
  kept_inputs += more.kept_inputs;
  zero_inputs += more.zero_inputs;
  active_chunks += more.active_chunks;
  kept_tile_inputs += more.kept_tile_inputs;
  return *this;
}

ActivityProfile& ActivityProfile::operator+=(const ActivityProfile& more) {
  if (layers.empty()) layers.resize(more.layers.size());
  expects(chunk == more.chunk && tile == more.tile && layers.size() == more.layers.size(),
          "activity profiles of different networks or chunks do not add");
  samples += more.samples;
  for (std::size_t k = 0; k < layers.size(); ++k) {
    layers[k] += more.layers[k];
  }
  return *this;
}

ActivityProfile full_activity(const Topology& topology, int chunk, std::int64_t samples) {
  ActivityProfile profile{chunk, samples, {}};
  for (int k = 0; k < topology.layers(); ++k) {
    const std::int64_t n = topology.fan_in(k);
    profile.layers.push_back({n * samples, 0, (n + chunk - 1) / chunk * samples});
  }
  return profile;
}

const std::vector<EventName>& event_names() {
  static const std::vector<EventName> names = {
      {"input_reads", &EventCounts::input_reads},
      {"activation_reads", &EventCounts::activation_reads},
      {"comparisons", &EventCounts::comparisons},
      {"weight_reads_done", &EventCounts::weight_reads_done},
      {"weight_reads_skipped", &EventCounts::weight_reads_skipped},
      {"macs_done", &EventCounts::macs_done},
      {"macs_skipped", &EventCounts::macs_skipped},
      {"accumulator_updates", &EventCounts::accumulator_updates},
      {"bias_reads", &EventCounts::bias_reads},
      {"words_written", &EventCounts::words_written},
  };
  return names;
}

EventCounts& EventCounts::operator+=(const EventCounts& other) {
  for (const EventName& event : event_names()) this->*event.member += other.*event.member;
  return *this;
}

bool operator==(const EventCounts& a, const EventCounts& b) {
  for (const EventName& event : event_names()) {
    if (a.*event.member != b.*event.member) return false;
  }
  return true;
}

LayerCycles& LayerCycles::operator+=(const LayerCycles& other) {
  fill += other.fill;
  issue += other.issue;
  stall += other.stall;
  drain += other.drain;
  return *this;
}

bool operator==(const LayerCycles& a, const LayerCycles& b) {
  return a.fill == b.fill && a.issue == b.issue && a.stall == b.stall && a.drain == b.drain;
}

}  // namespace minerva
