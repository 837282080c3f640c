#include "minerva/sharing/codebooks_file.hpp"

#include "minerva/base/errors.hpp"
#include "minerva/json/fields.hpp"
#include "minerva/network/quantized_graph.hpp"

namespace minerva::sharing {

namespace {

constexpr const char* kSchema = "minerva-codebooks-1";

struct CodebookLayout {
  QFormat weight;  ///< what the entries are codes of
  std::vector<int> entries;
};
template <typename Archive>
void fields(Archive& archive, CodebookLayout& value) {
  archive("W", value.weight);
  archive("entries", value.entries, json::Bounds{-32768, 32767});
}

struct CodebooksLayout {
  std::vector<CodebookLayout> layers;
};
template <typename Archive>
void fields(Archive& archive, CodebooksLayout& value) {
  archive("layers", value.layers);
}

}  // namespace

std::string codebooks_to_json(const QuantizationPlan& plan) {
  CodebooksLayout layout;
  for (const LayerFormats& layer : plan.layers) {
    const std::vector<std::int16_t>& entries = layer.codebook.entries;
    layout.layers.push_back({layer.weight, {entries.begin(), entries.end()}});
  }
  json::Json object = {{"schema", kSchema}};
  object.update(json::write_any(layout));
  return json::dump(object);
}

void add_codebooks(const std::string& text, const std::string& file, const LayerGraph& graph,
                   QuantizationPlan& plan) {
  const json::Json object = json::parse(text, file);
  const json::Place top{file, ""};
  json::check_schema(object, kSchema, top);
  CodebooksLayout layout;
  json::read_struct(object, layout, top, {"schema"});
  const json::Place place = top.member("layers");
  if (layout.layers.size() != plan.layers.size()) {
    throw UserError(place.text(), std::to_string(layout.layers.size()) + " codebooks",
                    "the network has " + std::to_string(plan.layers.size()) + " layers");
  }
  for (std::size_t k = 0; k < plan.layers.size(); ++k) {
    const CodebookLayout& layer = layout.layers[k];
    LayerFormats& formats = plan.layers[k];
    if (layer.entries.empty()) continue;
    if (layer.weight != formats.weight) {
      throw UserError(place.element(k).member("W").text(), to_string(layer.weight),
                      "the plan has W " + to_string(formats.weight));
    }
    formats.codebook.entries.assign(layer.entries.begin(), layer.entries.end());
    check_codebook(formats.codebook, formats.weight, place.element(k).member("entries").text());
  }
  check_graph_plan(graph, plan, place.text());
}

}  // namespace minerva::sharing
