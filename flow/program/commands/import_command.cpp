#include "import_command.hpp"

#include <omp.h>

#include <filesystem>
#include <optional>

#include "json_output.hpp"
#include "label_table.hpp"
#include "minerva/base/enum_names.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/flow/run_data.hpp"
#include "minerva/interchange/import_network.hpp"
#include "minerva/interchange/network_file.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/run/output.hpp"
#include "minerva/run/run_directory.hpp"
#include "network_source.hpp"
#include "settings_of_call.hpp"

namespace minerva::flow {
namespace {

/// Writes the plan and the network, or neither; an empty path stands for no file.
void write_both(const std::string& plan_path, const std::string& plan,
                const std::string& network_path, const std::string& network) {
  std::error_code ignored;
  std::optional<std::string> before;
  if (!plan_path.empty()) {
    if (std::filesystem::is_regular_file(plan_path, ignored)) before = read_file(plan_path);
    write_file(plan_path, plan);
  }
  if (network_path.empty()) return;
  try {
    write_file(network_path, network);
  } catch (const UserError&) {
    if (before) write_file(plan_path, *before);
    if (!before && !plan_path.empty()) remove_file(plan_path);
    throw;
  }
}

/// What the network says of the test samples of a config.
struct CheckOnData {
  Dataset set;
  std::vector<std::string> warnings;
  std::vector<LabelRow> labels;
  std::int64_t wrong = 0;
};

/// @param config_file of a run, or the folder of a run.
CheckOnData check_on_data(const std::string& config_file, const std::string& file,
                          const GraphNetwork& network) {
  RunConfig config;
  std::error_code ignored;
  const bool is_run = std::filesystem::is_directory(config_file, ignored);
  config.settings().read_config_file(is_run ? config_file + "/" + RunDirectory::kConfigName
                                            : config_file);
  config.settings().set("network.file", file, Settings::kCommandLine);
  apply_environment(config.settings());
  const GivenNetworkFacts facts = facts_of(network);
  const int threads = omp_get_max_threads();
  RunData data = load_run_data(config, &facts, threads);
  check_fits(network.graph, data.set, file);
  const std::vector<std::int32_t> classes =
      classes_of(float_outputs(network, data.set.test.inputs, threads));
  CheckOnData check;
  check.wrong = count_wrong(classes, data.set.test.labels);
  check.labels = label_rows(data.set, data.set.test, classes);
  if (std::string warning = warning_of_held_out(data, config.options().data, {false, true});
      !warning.empty()) {
    check.warnings.push_back(std::move(warning));
  }
  check.set = std::move(data.set);
  if (std::string mismatch = mismatch_of_labels(check.labels); !mismatch.empty()) {
    check.warnings.push_back(std::move(mismatch));
  }
  return check;
}

std::string text_of(const CheckOnData& check) {
  std::string text = "data     " + check.set.source + "\n";
  for (const std::string& note : check.set.notes) text += "note     " + note + "\n";
  text += "wrong    " + std::to_string(check.wrong) + " of " +
          std::to_string(check.set.test.size()) + " test samples\n\n";
  return text + label_table_text(check.labels);
}

Json json_of(const CheckOnData& check) {
  return {{"source", check.set.source}, {"notes", check.set.notes},
          {"warnings", check.warnings}, {"test_samples", check.set.test.size()},
          {"test_wrong", check.wrong},  {"labels", label_table_json(check.labels)}};
}

}  // namespace

int import_command(const CommandCall& call) {
  const std::string file = parse_arguments(call).front();
  ImportedNetwork imported = import_network(
      file, parse_enum<WeightsLayout>(call.value("layout"), "--layout"), call.value("topology"));
  GraphNetwork& network = imported.network;
  if (network.trained_by.empty()) {
    network.trained_by = "imported from " + std::filesystem::path(file).filename().string() + " (" +
                         imported.format + ")";
  }
  const std::string bytes = serialize_network(network);
  const std::string checksum = numbers_sha256(network);
  std::optional<CheckOnData> check;
  if (call.has("data")) check = check_on_data(call.value("data"), file, network);
  const std::string to = call.value("to");
  const std::string plan_to = call.value("plan");
  if (!plan_to.empty() && !imported.plan) throw UserError("--plan", file, imported.no_plan);
  if (!plan_to.empty() && plan_to == to) {
    throw UserError("--plan", plan_to, "needs another file than --to");
  }
  throw_if_interrupted();
  for (const std::string& path : {plan_to, to}) {
    if (!path.empty()) remove_abandoned_files_of(path);
  }
  write_both(plan_to, plan_to.empty() ? "" : plan_to_json(*imported.plan), to, bytes);
  const LayerGraph& graph = network.graph;
  std::string text = "file     " + file + " (" + imported.format + ")\n" + "topology " +
                     network_text(graph) + "\n" + "weights  " +
                     std::to_string(graph.weight_count()) + "\n";
  for (const std::string& note : imported.notes) text += "note     " + note + "\n";
  text += "sha256   " + checksum + " of weights and biases\n";
  if (!to.empty()) text += "written  " + to + "\n";
  if (!plan_to.empty()) text += "written  " + plan_to + ", the plan\n";
  if (check) text += text_of(*check);
  print_text(text);
  Json document = {{"schema", "minerva-import-1"},   {"file", file},
                   {"format", imported.format},      {"topology", tensor_sizes(graph)},
                   {"network", network_text(graph)}, {"weights", graph.weight_count()},
                   {"notes", imported.notes},        {"has_plan", imported.plan.has_value()},
                   {"numbers_sha256", checksum},     {"written", to},
                   {"plan_written", plan_to}};
  if (check) document["data"] = json_of(*check);
  print_document(document);
  if (check) {
    for (const std::string& warning : check->warnings) log_warning(warning);
  }
  return 0;
}

}  // namespace minerva::flow
