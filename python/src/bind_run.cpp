#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <optional>

#include "bindings.hpp"
#include "faultsim_stage.hpp"
#include "long_call.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/flow/run_context.hpp"
#include "minerva/report/summary_report.hpp"
#include "minerva/run/run_directory.hpp"
#include "settings_of_call.hpp"
#include "wrapped.hpp"

namespace py = pybind11;

namespace minerva::python {
namespace {

std::string config_of(const std::string& folder) {
  return folder + "/" + RunDirectory::kConfigName;
}

/// A run directory that is read: the same context as that of a command that keeps nothing.
struct OpenedRun {
  explicit OpenedRun(const std::string& path) {
    flow::RunConfig config;
    config.settings().read_config_file(config_of(path));
    config.settings().set("run.out", path, Settings::kCommandLine);
    config.check();
    directory = std::make_unique<RunDirectory>(path, config.settings().resolved(),
                                               config.settings().keys_without_effect(),
                                               RunDirectory::Access::reads);
    context =
        std::make_unique<flow::RunContext>(std::move(config), config_of(path), directory.get());
  }
  std::unique_ptr<RunDirectory> directory;
  std::unique_ptr<flow::RunContext> context;
  std::mutex reading;  ///< the context reads what it is asked for first, for one thread at a time
};

using RunHandle = std::shared_ptr<OpenedRun>;

/// The design of all stages. The supply that stage 5 chose is no part of what later work starts
/// from, so that it is read here. Returns nothing where it is asked for and not there.
std::optional<Design> finished_design(flow::RunContext& run, bool needs_supply) {
  run.network();  // what is missing of a run without one is said by its first stage
  Design design = run.design();
  std::string where;
  const auto text = run.given_or_result("", faultsim::kFaultsStage, "faults.json", where);
  if (!text && needs_supply) return std::nullopt;
  if (!text) return design;
  const FaultSetting of_run = faults_from_json(*text, where);
  design.mitigation = of_run.mitigation;
  design.supply = of_run.sram;
  return design;
}

Design design_of(OpenedRun& opened, const std::string& stage) {
  flow::RunContext& run = *opened.context;
  if (stage.empty()) return *finished_design(run, false);
  std::vector<std::string> ids;
  for (const flow::StageDefinition& each : run.config().stages()) {
    if (each.load || each.id == faultsim::kFaultsStage) ids.push_back(each.id);
  }
  if (std::find(ids.begin(), ids.end(), stage) == ids.end()) {
    throw UserError("stage", stage, "needs one of " + joined(ids));
  }
  if (stage == faultsim::kFaultsStage) {
    if (auto design = finished_design(run, true)) return *design;
  }
  return run.design_after(stage);
}

LoadedTechnology technology_of(const RunHandle& run) {
  const Technology& technology = run->context->technology();
  LoadedTechnology loaded{
      std::shared_ptr<const Technology>(run, &technology), technology.files.front(), {}};
  for (const RowOverride& row : run->context->options().technology_rows) {
    loaded.rows[row.name] = row.text;
  }
  return loaded;
}

/// The text of summary.json, which its reader has accepted. Its refusals are those of `report`.
std::string summary_text(const std::string& folder) {
  std::error_code ignored;
  if (!std::filesystem::exists(config_of(folder), ignored)) {
    throw UserError(folder, "",
                    std::string("needs the directory of a run, with ") + RunDirectory::kConfigName);
  }
  const std::string file = folder + "/summary.json";
  if (!std::filesystem::exists(file, ignored)) {
    throw UserError(folder, "", "holds no finished stage to report on");
  }
  const flow::RunConfig config;
  std::string text = read_file(file);
  summary_from_json(text, file, config.reports());
  return text;
}

py::list figures_of(const std::string& folder) {
  const std::string text = summary_text(folder);
  const flow::RunConfig config;
  py::list figures;
  for (const Figure& figure : figures_of_page(
           summary_from_json(text, folder + "/summary.json", config.reports()), config.reports())) {
    py::dict members;
    members["id"] = figure.id;
    members["title"] = figure.title;
    members["caption"] = figure.caption;
    members["csv"] = figure.csv;
    figures.append(members);
  }
  return figures;
}

py::dict config_values(const OpenedRun& run) {
  py::dict values;
  const Settings& settings = run.context->config().settings();
  for (const SettingInfo& info : settings.table())
    values[info.key.c_str()] = settings.text(info.key);
  return values;
}

}  // namespace

void bind_run(py::module_& module) {
  py::class_<OpenedRun, RunHandle>(module, "OpenedRun", "A run directory that is only read.")
      .def(py::init<const std::string&>(), py::arg("path"))
      .def(
          "design",
          [](OpenedRun& run, const std::string& stage) {
            return long_call([&] {
              const std::lock_guard<std::mutex> alone(run.reading);
              return design_of(run, stage);
            });
          },
          py::arg("stage"), "The design that a stage left; of an empty word, that of all of them.")
      .def(
          "data",
          [](const RunHandle& run) {
            return long_call([&] {
              const std::lock_guard<std::mutex> alone(run->reading);
              return LoadedData{std::shared_ptr<const Dataset>(run, &run->context->data())};
            });
          },
          "The data set of the run.")
      .def(
          "technology",
          [](const RunHandle& run) {
            return long_call([&] {
              const std::lock_guard<std::mutex> alone(run->reading);
              return technology_of(run);
            });
          },
          "The technology of the run, with the values that its config sets.")
      .def("config", config_values, "Every key with its value as a text.");
  module.def("summary_text", summary_text, py::arg("folder"),
             "The text of a run's summary.json, which is checked first.");
  module.def("figures", figures_of, py::arg("folder"),
             "The figures of a run's page, each with its data as CSV.");
}

}  // namespace minerva::python
