#include <algorithm>
#include <nlohmann/json.hpp>

#include "command_line.hpp"
#include "commands.hpp"
#include "machine_facts.hpp"
#include "measured_share.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/files/owned_folder.hpp"
#include "minerva/interchange/network_file.hpp"
#include "minerva/interchange/onnx.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/report/text_table.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/run/output.hpp"
#include "minerva/workloads/exported_network.hpp"
#include "minerva/workloads/lane_machine.hpp"

namespace minerva::workloads {
namespace {

namespace po = boost::program_options;
using Json = nlohmann::ordered_json;

}  // namespace

int export_command(const std::vector<std::string>& arguments) {
  po::options_description description;
  add_workload_options(description);
  description.add_options()("to", po::value<std::string>(), "folder, new or of an earlier export")(
      "steps", po::value<int>(), "steps of training before it (0)")(
      "json", po::bool_switch(), "one JSON document")("quiet", po::bool_switch(), "no progress");
  const CommandLine line = parse_command_line("export", description, arguments);
  if (line.words.size() != 1) {
    throw UserError("fathom export", std::to_string(line.words.size()) + " workloads",
                    "needs the name of one workload");
  }
  if (!line.has("to")) throw UserError("--to", "", "needs the folder for the network");
  const std::string& name = line.words.front();
  WorkloadOptions options = workload_options(line);
  const std::string reason = why_no_export(name, options.variant);
  if (!reason.empty()) throw UserError("fathom export", name, "has no export: " + reason);
  options.threads = thread_count(line);
  const int steps = line.value("steps", 0);
  check_in_range("--steps", steps, Range<int>{0, 100000000});
  set_output_form(line.flag("json") ? OutputForm::json : OutputForm::text);
  if (line.flag("quiet")) set_log_level(LogLevel::quiet);

  const std::unique_ptr<Workload> workload = make_workload(name, options);
  check_memory(name, options, available_memory_mb());
  const std::string to = line.value<std::string>("to", "");
  OwnedFolder folder(to, "fathom-export", [&] {
    throw UserError(to, "", "holds files that no export made; needs a new or an empty folder");
  });
  workload->setup();
  workload->next_batch();
  {
    Progress progress(name, steps, "steps");
    for (int step = 0; step < steps; ++step) {
      throw_if_interrupted();
      progress.set_note("loss " + readable_number(workload->train_step(), 4));
      workload->next_batch();
      progress.advance();
    }
  }
  const ExportedNetwork exported = exported_network(*workload);
  const double covered = measured_share(*workload, exported);
  const LayerGraph& graph = exported.network.graph;
  const std::vector<LaneLayer> measured = measured_layers(
      exported, SampleInputs(exported_inputs(*workload, measured_predictions(graph))),
      LaneMachine().word_bits, options.threads);
  const std::string text_of_network = network_text(graph);

  Json layers = Json::array();
  TextTable table({"layer", "zeros among its inputs, %"});
  for (int k = 0; k < graph.layers(); ++k) {
    const LaneLayer& each = measured[static_cast<std::size_t>(k)];
    if (!each.zero_share) continue;
    const std::string word = layer_text(graph.layer(k), k);
    layers.push_back({{"layer", word}, {"zero_share", *each.zero_share}});
    table.add({word, fixed_text(100 * *each.zero_share, 1)});
  }
  const Json document = {{"schema", "minerva-fathom-export-2"},
                         {"workload", name},
                         {"trained_steps", steps},
                         {"network", text_of_network},
                         {"weights", graph.weight_count()},
                         {"macs", graph.mac_count()},
                         {"predictions_per_example", exported.predictions_per_example},
                         {"share_of_inference_time", covered},
                         {"left_out", exported.left_out},
                         {"layers", layers}};
  folder.remove_earlier_files();
  folder.write(name + ".safetensors", serialize_network(exported.network));
  folder.write(name + ".onnx", onnx_bytes(exported.network));
  folder.write(name + ".json", document.dump(2) + "\n");
  std::string text = text_of_network + "\n" + count_text(graph.weight_count()) + " weights, " +
                     count_text(graph.mac_count()) + " MACs a prediction\n" +
                     "share of inference's time in these layers: " + fixed_text(100 * covered, 1) +
                     " %\n";
  for (const std::string& each : exported.left_out) text += "left out: " + each + "\n";
  print_text(text + "\n" + table.text());
  print_json(document.dump(2) + "\n");
  return 0;
}

}  // namespace minerva::workloads
