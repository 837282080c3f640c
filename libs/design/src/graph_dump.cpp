#include "minerva/design/graph_dump.hpp"

#include "minerva/base/errors.hpp"
#include "minerva/design/design_fields.hpp"
#include "minerva/network/graph_text.hpp"

namespace minerva {
namespace {

using json::Json;

const char* kind_name(GraphLayerKind kind) {
  switch (kind) {
    case GraphLayerKind::dense:
      return "dense";
    case GraphLayerKind::conv2d:
      return "conv2d";
    case GraphLayerKind::max_pool:
      return "max_pool";
    case GraphLayerKind::sum_pool:
      return "sum_pool";
  }
  throw ContractViolation("no kind of a layer");
}

Json shape_json(const TensorShape& shape) {
  return Json::array({shape.height, shape.width, shape.channels});
}

Json layer_json(const GraphLayer& layer, int k) {
  const Window& w = layer.window;
  Json object = {{"text", layer_text(layer, k)},
                 {"kind", kind_name(layer.kind)},
                 {"reads", layer.reads},
                 {"input", shape_json(layer.input)},
                 {"output", shape_json(layer.output)},
                 {"groups", layer.groups},
                 {"relu", layer.relu},
                 {"divisor", layer.divisor},
                 {"window", Json::array({w.height, w.width})},
                 {"stride", Json::array({w.stride_y, w.stride_x})},
                 {"padding", Json::array({w.top, w.left, w.bottom, w.right})}};
  if (layer.added) {
    object["added"] = {{"tensor", layer.added.tensor},
                       {"stride", Json::array({layer.added.stride_y, layer.added.stride_x})},
                       {"channel_offset", layer.added.channel_offset}};
  }
  return object;
}

Json layers_read(const LayerGraph& graph) {
  Json read = Json::array();
  for (int k = 0; k < graph.layers(); ++k) read.push_back(layer_json(graph.layer(k), k));
  return read;
}

/// The events of docs/layers.md besides those of machine.md.
struct GraphEvent {
  const char* name;
  std::int64_t GraphEventCounts::*member;
};
constexpr GraphEvent kGraphEvents[] = {{"added_reads", &GraphEventCounts::added_reads},
                                       {"pool_reads", &GraphEventCounts::pool_reads},
                                       {"pool_operations", &GraphEventCounts::pool_operations}};

}  // namespace

std::string layers_read_json(const LayerGraph& graph) { return json::dump(layers_read(graph)); }

std::string graph_dump_to_json(const DumpDescription& dump, const LayerGraph& graph,
                               const std::vector<std::vector<GraphEventCounts>>& counts) {
  const auto layers = static_cast<std::size_t>(graph.layers());
  expects(counts.size() == layers && dump.plan.plan.layers.size() == layers &&
              (dump.cycles.empty() || dump.cycles.size() == layers),
          "a dump needs counts of every layer");
  Json object = json::parse(plan_to_json(dump.plan), "plan");
  object["network"] = to_string(graph);
  object["layers_read"] = layers_read(graph);
  if (dump.faults) object["faults"] = json::write_any(dump.mitigation);
  object["point"] = json::write_any(dump.point);
  Json& all = object["counts"] = Json::array();
  for (const std::vector<GraphEventCounts>& of_layer : counts) {
    Json events = Json::object();
    for (const EventName& event : event_names()) {
      Json& samples = events[event.name] = Json::array();
      for (const GraphEventCounts& sample : of_layer) samples.push_back(sample.*event.member);
    }
    for (const GraphEvent& event : kGraphEvents) {
      Json& samples = events[event.name] = Json::array();
      for (const GraphEventCounts& sample : of_layer) samples.push_back(sample.*event.member);
    }
    all.push_back(std::move(events));
  }
  if (dump.cycles.empty()) return json::dump(object);
  Json& cycles = object["cycles"] = Json::array();
  for (const LayerCycles& layer : dump.cycles) {
    Json causes = json::write_any(layer);
    causes["total"] = layer.total();
    cycles.push_back(std::move(causes));
  }
  return json::dump(object);
}

}  // namespace minerva
