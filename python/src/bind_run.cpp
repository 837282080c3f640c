#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <filesystem>

#include "bindings.hpp"
#include "long_call.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/config/settings.hpp"
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
};

using RunHandle = std::shared_ptr<OpenedRun>;

Design design_of(OpenedRun& run, const std::string& stage) {
  if (stage.empty()) {
    run.context->network();  // what is missing of a run without one is said by its first stage
    return run.context->design();
  }
  for (const flow::StageDefinition& definition : run.context->config().stages()) {
    if (definition.id == stage) return run.context->design_after(stage);
  }
  std::vector<std::string> ids;
  for (const flow::StageDefinition& each : run.context->config().stages()) ids.push_back(each.id);
  throw UserError("stage", stage, "needs one of " + joined(ids));
}

/// The text of summary.json, which its reader has accepted.
std::string summary_text(const std::string& folder) {
  const std::string file = folder + "/summary.json";
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) {
    throw UserError(folder, "", "needs the directory of a run, with summary.json");
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
            return long_call([&] { return design_of(run, stage); });
          },
          py::arg("stage"), "The design that a stage left; of an empty word, that of all of them.")
      .def(
          "data",
          [](const RunHandle& run) {
            return long_call([&] {
              return LoadedData{std::shared_ptr<const Dataset>(run, &run->context->data())};
            });
          },
          "The data set of the run.")
      .def(
          "technology",
          [](const RunHandle& run) {
            const Technology& technology = run->context->technology();
            LoadedTechnology loaded{
                std::shared_ptr<const Technology>(run, &technology), technology.files.front(), {}};
            for (const RowOverride& row : run->context->options().technology_rows) {
              loaded.rows[row.name] = row.text;
            }
            return loaded;
          },
          "The technology of the run, with the values that its config sets.")
      .def("config", config_values, "Every key with its value as a text.");
  module.def("summary_text", summary_text, py::arg("folder"),
             "The text of a run's summary.json, which is checked first.");
  module.def("figures", figures_of, py::arg("folder"),
             "The figures of a run's page, each with its data as CSV.");
}

}  // namespace minerva::python
