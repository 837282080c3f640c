#include "codesign_command.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "codesign_output.hpp"
#include "codesign_page.hpp"
#include "flow_command.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/base/text.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/report/summary_report.hpp"
#include "minerva/run/logging.hpp"
#include "point_files.hpp"
#include "settings_of_call.hpp"
#include "training_folder.hpp"
#include "training_stage.hpp"

namespace minerva::flow {
namespace {

using codesign::CodesignOptions;
using codesign::SearchResult;

SequentialPoint sequential_point(const std::string& folder, const RunConfig& config,
                                 const Dataset& data) {
  const std::string file = folder + "/summary.json";
  const RunSummary summary = summary_from_json(read_file(file), file, config.reports());
  if (summary.stages.empty() || summary.stages.back().energy_per_prediction_nj <= 0) {
    throw UserError("codesign.sequential", folder, "needs a run whose last stage is done");
  }
  if (summary.network.validation_samples != data.validation.size()) {
    throw UserError("codesign.sequential", folder,
                    "was judged on " + std::to_string(summary.network.validation_samples) +
                        " validation samples, and this search has " +
                        std::to_string(data.validation.size()));
  }
  const StageRow& last = summary.stages.back();
  SequentialPoint point;
  point.folder = folder;
  point.technology = summary.provenance.technology_name;
  point.validation_wrong = last.validation_wrong;
  point.test_wrong = last.test_wrong;
  point.energy_nj = last.energy_per_prediction_nj;
  point.area_mm2 = last.area_mm2;
  point.float_validation_wrong = summary.network.validation_wrong;
  point.float_test_wrong = summary.network.test_wrong;
  point.bound_validation_wrong = last.bound_validation_wrong;
  point.bound_test_wrong = last.bound_test_wrong;
  return point;
}

/// The bound, which is known before anything is trained.
FrontierBound bound_of(RunContext& run) {
  const CodesignOptions& o = run.options().codesign;
  FrontierBound bound;
  if (!o.sequential.empty()) {
    bound.sequential = sequential_point(o.sequential, run.config(), run.data());
    if (bound.sequential->technology != run.technology().name) {
      throw UserError("codesign.sequential", o.sequential,
                      "has energies of technology " + bound.sequential->technology +
                          ", and this search those of " + run.technology().name);
    }
    if (bound.sequential->bound_validation_wrong) {
      bound.most_wrong =
          static_cast<std::int64_t>(std::floor(*bound.sequential->bound_validation_wrong));
      bound.origin = "the float network of " + o.sequential + " and its budget";
    }
  }
  if (o.most_wrong >= 0) {
    bound.most_wrong = o.most_wrong;
    bound.origin = "codesign.most_wrong";
  }
  return bound;
}

void refuse_unmet_bound(const SearchResult& result, const FrontierBound& bound) {
  if (!bound.most_wrong || result.chosen) return;
  const auto nearest = std::min_element(
      result.points.begin(), result.points.end(),
      [](const auto& a, const auto& b) { return a.validation_wrong < b.validation_wrong; });
  throw UserError(bound.origin == "codesign.most_wrong" ? bound.origin : "codesign.sequential",
                  std::to_string(*bound.most_wrong),
                  "no point of the search is within this bound: the nearest has " +
                      number_text(nearest->validation_wrong) + " of " +
                      std::to_string(result.validation_samples) + " validation samples wrong at " +
                      number_text(nearest->cost.energy_nj, 4) + " nJ");
}

void refuse_differences(const SearchResult& result) {
  for (std::size_t i = 0; i < result.points.size(); ++i) {
    const std::vector<std::string>& differences = result.points[i].differences;
    if (differences.empty()) continue;
    throw VerificationFailure("point " + std::to_string(i + 1) + ": " + differences.front());
  }
}

/// The points as other commands take them. Those whose inputs were learned have the list of them.
void write_points(RunContext& run, const SearchResult& result, const std::string& to) {
  std::error_code error;
  std::filesystem::remove_all(to + "/points", error);
  for (std::size_t i = 0; i < result.points.size(); ++i) {
    const std::string folder = to + "/" + point_folder(i);
    std::string inputs = result.candidates[result.points[i].candidate].inputs;
    std::vector<ExportedFile> files;
    const auto learned = result.learned_inputs.find(inputs);
    if (learned != result.learned_inputs.end()) {
      std::string lines;
      for (const std::int32_t input : learned->second) lines += std::to_string(input) + "\n";
      inputs = "file:" + folder + "/inputs.txt";
      files.push_back({"inputs.txt", lines});
    }
    write_files(folder, files);  // the config names the list, which must be there to be read
    write_files(folder, point_files(result.points[i].design, run.config(), folder, inputs));
  }
}

void run_search(RunContext& run, const std::string& to) {
  const RunOptions& options = run.options();
  const training::TrainingStage& stage = run.state<training::TrainingStage>();
  if (options.data.inputs != "all") {
    throw UserError("data.inputs", options.data.inputs,
                    "needs all: codesign.inputs names the selections that the search tries");
  }
  if (options.finetune.weights != sharing::SharedWeights::none) {
    throw UserError("finetune.weights", to_string(options.finetune.weights),
                    "needs none for minerva codesign, which has no codebooks among its choices");
  }
  if (!options.finetune.map_file.empty()) {
    throw UserError("finetune.map_file", options.finetune.map_file,
                    "needs no chip for minerva codesign, whose designs are for any chip");
  }
  codesign::check_free_parameters(options.codesign);
  codesign::parse_objectives(options.codesign.objectives, "codesign.objectives");
  codesign::parse_mechanisms(options.codesign.ablation, "codesign.ablation");
  check_folder_of_own(to, "codesign");
  const FrontierBound bound = bound_of(run);
  run.technology();  // is read before anything is written
  begin_folder(to, "codesign");
  training::TrainingFolder store(stage.training_cache.empty() ? to + "/trainings"
                                                              : stage.training_cache);
  const codesign::SearchSetup setup{run.data(),
                                    run.technology(),
                                    store,
                                    stage.checkpoints,
                                    stage.training,
                                    options.finetune,
                                    options.codesign,
                                    options.point,
                                    false,
                                    bound.most_wrong,
                                    options.verify_samples,
                                    options.simulation_model,
                                    bound.sequential ? bound.sequential->energy_nj : 0,
                                    1,
                                    run.threads(),
                                    [](const std::string& text) { log_info(text); }};
  const CodesignOutcome outcome = [&]() -> CodesignOutcome {
    try {
      SearchResult found = codesign::search(setup);
      std::vector<codesign::AblationRow> rows;
      if (found.chosen) rows = codesign::ablate(setup, found);
      const double volume = frontier_hypervolume(found, options.codesign.most_error_percent);
      return {std::move(found), std::move(rows), bound, run.technology().name, volume};
    } catch (const Interrupted& stop) {
      throw RunStopped(stop.signal, "stopped; the same command goes on from the last steps");
    }
  }();
  const SearchResult& result = outcome.result;
  refuse_differences(result);
  write_points(run, result, to);
  const Json document = frontier_json(outcome);
  write_files(to, {{"frontier.csv", frontier_csv(outcome)},
                   {"rounds.csv", rounds_csv(result)},
                   {"ablation.csv", ablation_csv(outcome)},
                   {"seeds.csv", seeds_csv(outcome)},
                   {"codesign.json", document.dump(2) + "\n"},
                   {"report.html", codesign_page(outcome, setup.options)}});
  for (const std::string& dropped : result.dropped) log_warning(dropped);
  print_text(frontier_text(outcome) + "written " + to + "\n");
  print_document(document);
  refuse_unmet_bound(result, bound);
}

}  // namespace

int codesign_command(const CommandCall& call) {
  const std::string to = call.value("to");
  if (to.empty()) throw UserError("codesign", "", "needs --to (minerva codesign --help)");
  RunConfig config;
  const ConfigOfCall from = read_config_of(call, config);
  Pipeline pipeline(std::move(config), from.file, nullptr);
  run_search(pipeline.context(), to);
  return 0;
}

}  // namespace minerva::flow
