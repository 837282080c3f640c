#include "minerva/design/counts.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"
#include "minerva/network/graph_schedule.hpp"

namespace minerva {
namespace {

/// Chunks of a convolution with a word inside the tensor, over positions and groups.
std::int64_t full_chunks(const LayerGraph& graph, int k, int chunk) {
  const GraphLayer& layer = graph.layer(k);
  if (chunk == 1 || layer.segment_words() == 1) return window_words(graph, k);
  const ComputedGrid grid = computed_grid(graph, k);
  const Window& w = layer.window;
  std::int64_t rows = 0;  // kernel rows inside
  for (const int y : grid.rows) {
    const int first = y * w.stride_y - w.top;
    rows += std::max(0, std::min(first + w.height, layer.input.height) - std::max(first, 0));
  }
  std::int64_t chunks = 0;  // of a kernel row at each column
  for (const int x : grid.columns) {
    const int first = x * w.stride_x - w.left;
    const int begin = (std::max(first, 0) - first) * layer.input.channels;
    const int end = (std::min(first + w.width, layer.input.width) - first) * layer.input.channels;
    if (end > begin) chunks += (end - 1) / chunk - begin / chunk + 1;
  }
  return rows * chunks;
}

/// Words of the windows of each tile of positions that lie inside the tensor at one of them.
std::int64_t full_tiles(const LayerGraph& graph, int k, int tile) {
  const GraphLayer& layer = graph.layer(k);
  const Window& w = layer.window;
  const std::vector<Position> positions = computed_positions(graph, k);
  std::int64_t pixels = 0;
  for (std::size_t first = 0; first < positions.size(); first += static_cast<std::size_t>(tile)) {
    const std::size_t end = std::min(first + static_cast<std::size_t>(tile), positions.size());
    for (int ky = 0; ky < w.height; ++ky) {
      for (int kx = 0; kx < w.width; ++kx) {
        const bool inside = std::any_of(
            positions.begin() + static_cast<std::ptrdiff_t>(first),
            positions.begin() + static_cast<std::ptrdiff_t>(end), [&](const Position& at) {
              const int y = at.y * w.stride_y - w.top + ky;
              const int x = at.x * w.stride_x - w.left + kx;
              return y >= 0 && y < layer.input.height && x >= 0 && x < layer.input.width;
            });
        pixels += inside ? 1 : 0;
      }
    }
  }
  return pixels * layer.input.channels;
}

}  // namespace

ActivityProfile& ActivityProfile::operator+=(const ActivityProfile& more) {
  if (layers.empty()) layers.resize(more.layers.size());
  expects(chunk == more.chunk && tile == more.tile && layers.size() == more.layers.size() &&
              read_ahead == more.read_ahead && batch_size == more.batch_size,
          "activity profiles of different networks, chunks, tiles, batches or machines do not add");
  samples += more.samples;
  for (std::size_t k = 0; k < layers.size(); ++k) layers[k] += more.layers[k];
  return *this;
}

LayerActivity& LayerActivity::operator+=(const LayerActivity& more) {
  kept_inputs += more.kept_inputs;
  zero_inputs += more.zero_inputs;
  active_chunks += more.active_chunks;
  kept_tile_inputs += more.kept_tile_inputs;
  read_ahead_cycles += more.read_ahead_cycles;
  repeated_zero_inputs += more.repeated_zero_inputs;
  repeated_zero_chunks += more.repeated_zero_chunks;
  return *this;
}

ActivityProfile full_activity(const Topology& topology, int chunk, std::int64_t samples) {
  ActivityProfile profile;
  profile.chunk = chunk;
  profile.samples = samples;
  for (int k = 0; k < topology.layers(); ++k) {
    const std::int64_t n = topology.fan_in(k);
    profile.layers.push_back({n * samples, 0, (n + chunk - 1) / chunk * samples, n * samples});
  }
  return profile;
}

ActivityProfile full_graph_activity(const LayerGraph& graph, int chunk, int tile,
                                    std::int64_t samples, int batch_size) {
  ActivityProfile profile;
  profile.chunk = chunk;
  profile.tile = tile;
  profile.samples = samples;
  profile.batch_size = batch_size;
  const auto tiles_of = [&](std::int64_t batch) { return (batch + tile - 1) / tile; };
  const std::int64_t sample_tiles =
      samples / batch_size * tiles_of(batch_size) + tiles_of(samples % batch_size);
  for (int k = 0; k < graph.layers(); ++k) {
    const GraphLayer& layer = graph.layer(k);
    LayerActivity activity;
    if (layer.kind == GraphLayerKind::dense) {
      const std::int64_t n = layer.input.size();
      activity = {n * samples, 0, (n + chunk - 1) / chunk * samples, 0};
      activity.kept_tile_inputs = sample_tiles * n;
    } else if (layer.kind == GraphLayerKind::conv2d) {
      const std::int64_t kept = window_words(graph, k);
      activity = {kept * samples, 0, full_chunks(graph, k, chunk) * samples,
                  (tile == 1 ? kept : full_tiles(graph, k, tile)) * samples};
    }
    profile.layers.push_back(activity);
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

const std::vector<CycleName>& cycle_names() {
  static const std::vector<CycleName> names = {
      {"fill", &LayerCycles::fill},
      {"issue", &LayerCycles::issue},
      {"stall", &LayerCycles::stall},
      {"drain", &LayerCycles::drain},
      {"weight_stall", &LayerCycles::weight_stall},
      {"input_stall", &LayerCycles::input_stall},
  };
  return names;
}

std::vector<CycleName> cycle_names_of(bool streams_weights, bool reads_ahead) {
  std::vector<CycleName> names;
  for (const CycleName& cause : cycle_names()) {
    if (cause.member == &LayerCycles::weight_stall && !streams_weights) continue;
    if (cause.member == &LayerCycles::input_stall && !reads_ahead) continue;
    names.push_back(cause);
  }
  return names;
}

LayerCycles& LayerCycles::operator+=(const LayerCycles& other) {
  for (const CycleName& cause : cycle_names()) this->*cause.member += other.*cause.member;
  return *this;
}

bool operator==(const LayerCycles& a, const LayerCycles& b) {
  const auto& names = cycle_names();
  return std::all_of(names.begin(), names.end(),
                     [&](const CycleName& cause) { return a.*cause.member == b.*cause.member; });
}

}  // namespace minerva
