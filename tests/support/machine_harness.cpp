#include "machine_harness.hpp"

#include <utility>

#include "minerva/accelsim/machine_network.hpp"

namespace minerva::test {
namespace {

bool is_chunk(const StageContent& content, int group, int first_input) {
  return content.valid && content.group == group && content.first_input == first_input;
}

}  // namespace

Event issue_of(int layer, int group, int first_input) {
  return [=](const CycleRecord& r) {
    return r.state.layer == layer && r.state.cause == CycleCause::issue &&
           is_chunk(r.state.multiply.back(), group, first_input);
  };
}

Event take_of(int layer, int group) {
  return
      [=](const CycleRecord& r) { return r.state.layer == layer && r.state.taken_group == group; };
}

Event write_of(int layer, int neuron, int lanes) {
  return [=](const CycleRecord& r) {
    const int first = r.state.written_group * lanes + r.state.first_lane_written;
    return r.state.layer == layer && r.state.written_group >= 0 && neuron >= first &&
           neuron < first + r.state.words_written;
  };
}

Event readable(int half, int i) {
  return [=](const CycleRecord& r) { return r.readable[half].at(static_cast<std::size_t>(i)); };
}

Event fetch_of(int layer, int group, int first_input) {
  return [=](const CycleRecord& r) {
    return r.state.layer == layer && !r.state.held &&
           is_chunk(r.state.fetch_inputs, group, first_input);
  };
}

MachineHarness::MachineHarness(QuantizedGraph network, const DesignPoint& point,
                               SimulationModel model)
    : network_(std::move(network)) {
  MachineOptions options;
  options.model = model;
  machine_ = std::make_unique<Machine>(network_, point, options);
}

void MachineHarness::issue(const std::vector<std::int16_t>& input) {
  machine_->issue(input);
  records_.clear();
}

void MachineHarness::step() {
  CycleRecord record;
  const int widest_hidden = MachineNetwork(network_.graph).region_words();
  for (int half = 0; half < 2; ++half) {
    for (int i = 0; i < widest_hidden; ++i) {
      record.readable[half].push_back(machine_->activation(half, i).has_value());
    }
  }
  machine_->step();
  record.state = machine_->state();
  for (int i = 0; i < machine_->lanes(); ++i) record.lanes.push_back(machine_->lane(i));
  records_.push_back(record);
}

const CycleRecord& MachineHarness::read(std::int64_t cycle) {
  while (static_cast<std::int64_t>(records_.size()) <= cycle) step();
  return records_.at(static_cast<std::size_t>(cycle));
}

testing::AssertionResult MachineHarness::expect_earliest(const Event& event, std::int64_t cycle) {
  for (std::int64_t c = 0; c <= cycle; ++c) {
    if (static_cast<std::int64_t>(records_.size()) <= c && !machine_->running()) {
      return testing::AssertionFailure()
             << "the prediction ends after cycle " << c - 1 << ", before cycle " << cycle;
    }
    const bool happens = event(read(c));
    if (happens && c < cycle) {
      return testing::AssertionFailure() << "in cycle " << c << " already, not only in " << cycle;
    }
    if (!happens && c == cycle) {
      return testing::AssertionFailure() << "not in cycle " << cycle << ", nor before";
    }
  }
  return testing::AssertionSuccess();
}

const std::vector<CycleRecord>& MachineHarness::read_all() {
  while (machine_->running()) step();
  return records_;
}

QuantizedNetwork network_of_ones(const std::vector<int>& widths) {
  QuantizedNetwork network;
  for (std::size_t k = 0; k + 1 < widths.size(); ++k) {
    QuantizedLayer layer;
    layer.n_in = widths[k];
    layer.n_out = widths[k + 1];
    layer.formats = {{4, 0}, {8, 0}, {16, 0}};
    layer.weights.assign(
        static_cast<std::size_t>(layer.n_in) * static_cast<std::size_t>(layer.n_out), 1);
    layer.biases.assign(static_cast<std::size_t>(layer.n_out), 0);
    network.layers.push_back(layer);
  }
  return network;
}

QuantizedGraph network_of_ones(const LayerGraph& graph) {
  QuantizedGraph network{{}, graph};
  for (int k = 0; k < graph.layers(); ++k) {
    QuantizedLayer layer;
    layer.n_in = graph.layer(k).fan_in();
    layer.n_out = graph.layer(k).bias_count();
    layer.formats = {{4, 0}, {8, 0}, {16, 0}};
    layer.weights.assign(static_cast<std::size_t>(graph.layer(k).weight_count()), 1);
    layer.biases.assign(static_cast<std::size_t>(layer.n_out), 0);
    network.layers.push_back(layer);
  }
  return network;
}

}  // namespace minerva::test
