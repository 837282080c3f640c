#include "network_source.hpp"

#include <cmath>
#include <filesystem>

#include "minerva/accelsim/ppa.hpp"
#include "minerva/base/enum_names.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/flow/run_config.hpp"
#include "minerva/files/shipped_files.hpp"
#include "minerva/interchange/import_network.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/run/run_directory.hpp"

namespace minerva::flow {
namespace {

bool exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

/// Where the files of an export are: named by the call, by the run's config, or of the run.
class Files {
 public:
  Files(const CommandCall& call, const std::string& run) : call_(call), run_(run) {
    if (run.empty()) return;
    const std::string config = run + "/" + RunDirectory::kConfigName;
    if (!exists(config)) {
      throw UserError(
          run, "", std::string("needs the directory of a run, with ") + RunDirectory::kConfigName);
    }
    config_.settings().read_config_file(config);
  }

  /// The path of a file; empty when there is none.
  std::string find(const std::string& option, const std::string& key,
                   const std::string& name) const {
    if (call_.has(option)) return call_.value(option);
    if (run_.empty()) return "";
    const std::string configured = key.empty() ? "" : config_.settings().text(key);
    if (!configured.empty()) return configured;
    const std::string own = run_ + "/" + name;
    return exists(own) ? own : "";
  }
  const std::string& run() const { return run_; }
  const RunConfig& config() const { return config_; }
  WeightsLayout layout() const {
    if (run_.empty() || call_.has("network"))
      return parse_enum<WeightsLayout>(call_.value("layout"), "--layout");
    return config_.options().weights_layout;
  }
  std::string topology() const {
    if (run_.empty() || call_.has("network")) return call_.value("topology");
    return config_.options().network_topology;
  }

 private:
  const CommandCall& call_;
  std::string run_;
  RunConfig config_;
};

void read_plan(NetworkSource& source, const std::string& file) {
  const PlanFile read = plan_from_json(read_file(file), file);
  if (read.plan.layers.size() != source.network.layers.size()) {
    throw UserError(file, std::to_string(read.plan.layers.size()) + " layers",
                    "the network " + network_text(source.network.graph) + " has " +
                        std::to_string(source.network.layers.size()));
  }
  source.plan = read.plan;
  for (std::size_t k = 0; k < read.theta_codes.size(); ++k) {
    source.thresholds.theta.push_back(std::ldexp(static_cast<double>(read.theta_codes[k]),
                                                 -read.plan.layers[k].activation.fraction_bits));
  }
}

/// The point that stage 2 left is that of the start formats. The finished design has narrower
/// signals, which may need fewer multiplier stages, unless the config names their number.
void take_finished_stages(NetworkSource& source, const Files& files) {
  const RunOptions& options = files.config().options();
  const bool named = files.config().settings().text("dse.baseline") == "named";
  if (named && options.point.multiplier_stages > 0) return;
  const std::string beside = files.run() + "/" + RunDirectory::kConfigName;
  const Technology technology = read_technology(find_technology_file(options.technology_file, beside));
  source.point.multiplier_stages =
      multiplier_stages(graph_datapath_widths(source.network.graph, *source.plan),
                        source.point.macs_per_lane, source.point.clock_period_ns, technology);
}

}  // namespace

NetworkSource read_network_source(const CommandCall& call, const std::string& run) {
  const Files files(call, run);
  NetworkSource source;
  source.network_file = files.find("network", "network.file", "network.safetensors");
  if (source.network_file.empty()) {
    throw UserError("export", "",
                    "needs the folder of a run with network.safetensors, or "
                    "--network FILE");
  }
  ImportedNetwork imported = import_network(source.network_file, files.layout(), files.topology());
  for (const std::string& note : imported.notes) log_info(source.network_file + ": " + note);
  source.network = std::move(imported.network);
  const std::string plan = files.find("plan", "quantize.plan_file", "plan.json");
  if (!plan.empty()) read_plan(source, plan);
  const std::string thresholds =
      files.find("thresholds", "prune.thresholds_file", "thresholds.json");
  // Thresholds that stand in a plan named by the call go before those that the run settled.
  const bool of_plan = call.has("plan") && !source.thresholds.theta.empty();
  if (!thresholds.empty() && (call.has("thresholds") || !of_plan)) {
    source.thresholds = thresholds_from_json(read_file(thresholds), thresholds);
  }
  const std::string faults = files.find("faults", "faults.file", "faults.json");
  if (!faults.empty()) source.faults = faults_from_json(read_file(faults), faults);
  source.point_from = files.find("design", "design.file", "design_point.json");
  if (!source.point_from.empty()) {
    source.point = design_point_from_json(read_file(source.point_from), source.point_from);
    const bool of_run = source.point_from == run + "/design_point.json" && !call.has("design");
    if (of_run && source.plan && call.value("format") == "codes")
      take_finished_stages(source, files);
  } else {
    source.point_from = "the default machine";
  }
  return source;
}

std::vector<int> tensor_sizes(const LayerGraph& graph) {
  std::vector<int> sizes;
  for (int t = 0; t < graph.tensors(); ++t) sizes.push_back(graph.tensor(t).size());
  return sizes;
}

}  // namespace minerva::flow
