#include "point_files.hpp"

#include <algorithm>
#include <filesystem>

#include "minerva/base/errors.hpp"
#include "minerva/config/setting_text.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/interchange/network_file.hpp"

namespace minerva::flow {
namespace {

constexpr const char* kOrigin = "the point";

std::string config_text(const Design& design, const RunConfig& config, const std::string& folder,
                        const std::string& inputs) {
  RunConfig of_point = config.copy();
  Settings& settings = of_point.settings();
  const auto file = [&](const char* name) { return folder + "/" + name; };
  settings.set("data.inputs", inputs, kOrigin);
  settings.set("network.file", file("network.safetensors"), kOrigin);
  settings.set("quantize.plan_file", file("plan.json"), kOrigin);
  if (!design.thresholds.theta.empty()) {
    settings.set("prune.thresholds_file", file("thresholds.json"), kOrigin);
  }
  settings.set("design.file", file("design_point.json"), kOrigin);
  if (design.supply.fault_rate > 0) settings.set("faults.file", file("faults.json"), kOrigin);
  const std::vector<LayerFormats>& formats = design.plan.layers;
  if (std::any_of(formats.begin(), formats.end(),
                  [](const LayerFormats& f) { return !f.codebook.empty(); })) {
    settings.set("sharing.codebooks_file", "", kOrigin);  // the plan has them
    settings.set("sharing.weights", "none", kOrigin);
  }
  settings.set("run.out", "", kOrigin);
  return settings.resolved();
}

std::string mark_of(const std::string& folder, const std::string& command) {
  return folder + "/.minerva-" + command;
}

}  // namespace

std::vector<ExportedFile> point_files(const Design& design, const RunConfig& config,
                                      const std::string& folder, const std::string& inputs) {
  std::vector<ExportedFile> files;
  files.push_back({"network.safetensors", serialize_network(*design.network)});
  files.push_back({"plan.json", plan_to_json({design.plan, {}})});
  if (!design.thresholds.theta.empty()) {
    files.push_back({"thresholds.json", thresholds_to_json(design.thresholds)});
  }
  files.push_back({"design_point.json", design_point_to_json(design.point)});
  files.push_back({"faults.json", faults_to_json({design.mitigation, design.supply})});
  files.push_back({"design.json", design_to_json(design)});
  files.push_back({"config.cfg", config_text(design, config, folder, inputs)});
  return files;
}

void write_files(const std::string& folder, const std::vector<ExportedFile>& files) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw UserError(folder, "", "cannot be made: " + error.message());
  for (const ExportedFile& file : files) write_file(folder + "/" + file.name, file.bytes);
}

void check_folder_of_own(const std::string& folder, const std::string& command) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::exists(folder, error)) return;
  if (fs::is_directory(folder, error) &&
      (fs::is_empty(folder, error) || fs::exists(mark_of(folder, command), error))) {
    return;
  }
  throw UserError("--to", folder,
                  "needs a new or an empty folder, or one of an earlier call of this command");
}

void begin_folder(const std::string& folder, const std::string& command) {
  write_files(folder, {});
  write_file(mark_of(folder, command), "minerva-folder-1\n");
}

}  // namespace minerva::flow
