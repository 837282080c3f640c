#include <optional>

#include "command_line.hpp"
#include "commands.hpp"
#include "machine_facts.hpp"
#include "machine_options.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/files/owned_folder.hpp"
#include "minerva/report/text_table.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/run/output.hpp"
#include "minerva/workloads/exported_network.hpp"
#include "staged_workloads.hpp"

namespace minerva::workloads {
namespace {

namespace po = boost::program_options;

constexpr int kSeeds = 5;
constexpr int kSamples = 1000;
constexpr int kEpisodes = 20;
/// 20 dB between signal and quantization noise: assumption.
constexpr double kOutputErrorPercent = 1;
constexpr Range<double> kOutputErrors{0, 100, true};
constexpr Range<int> kStageSteps{0, 100000000};

StagePlan plan_of(const CommandLine& line, const std::string& name) {
  StagePlan plan;
  plan.options = workload_options(line);
  plan.options.threads = thread_count(line);
  const bool own = has_own_error(name);
  if (own && !line.has("steps")) {
    throw UserError("--steps", "", "needs the steps of each training");
  }
  plan.steps = line.value("steps", 0);
  check_in_range("--steps", plan.steps, own ? Range<int>{1, kStageSteps.high} : kStageSteps);
  for (const char* option : {"seeds", "episodes", "output-error"}) {
    const bool of_outputs = std::string(option) == "output-error";
    const bool fits =
        of_outputs ? !own : own && (name == "deepq" || std::string(option) == "seeds");
    if (line.has(option) && !fits) {
      throw UserError(std::string("--") + option, name,
                      of_outputs
                          ? "is no option of autoenc and deepq, which have errors of their own"
                      : std::string(option) == "seeds" ? "is an option of autoenc and deepq"
                                                       : "is an option of deepq");
    }
  }
  plan.seeds = positive(line, "seeds", kSeeds);
  check_in_range("--seeds", plan.seeds, Range<int>{2, 1000});
  plan.samples = own || line.has("samples") ? positive(line, "samples", kSamples) : 0;
  plan.episodes = positive(line, "episodes", kEpisodes);
  plan.output_error_percent = line.value("output-error", kOutputErrorPercent);
  check_in_range("--output-error", plan.output_error_percent, kOutputErrors);
  return plan;
}

StagesResult stages_of(const std::string& name, const StagePlan& plan,
                       const Technology& technology) {
  if (name == "autoenc") return autoenc_stages(plan, technology);
  if (name == "deepq") return deepq_stages(plan, technology);
  return output_stages(name, plan, technology);
}

}  // namespace

int stages_command(const std::vector<std::string>& arguments) {
  po::options_description description;
  add_workload_options(description);
  description.add_options()("steps", po::value<int>(), "steps of each training")(
      "seeds", po::value<int>(), "trainings of autoenc and deepq that differ in their seed (5)")(
      "samples", po::value<int>(), "most held-out predictions, or states, of each set (1000)")(
      "episodes", po::value<int>(), "episodes behind each score of deepq (20)")(
      "output-error", po::value<double>(),
      "budget of the others: squared error of the outputs in percent of their squares (1)")(
      "technology", po::value<std::string>(), "technology file (configs/tech/public40.cfg)")(
      "out", po::value<std::string>(), "folder for stages.json and stages.txt")(
      "json", po::bool_switch(), "one JSON document")("quiet", po::bool_switch(), "no progress");
  const CommandLine line = parse_command_line("stages", description, arguments);
  if (line.words.size() != 1) {
    throw UserError("fathom stages", std::to_string(line.words.size()) + " workloads",
                    "needs the name of one workload");
  }
  const std::string& name = line.words.front();
  facts_of_workload(name);
  const StagePlan plan = plan_of(line, name);
  const std::string reason = why_no_export(name, plan.options.variant);
  if (!reason.empty()) throw UserError("fathom stages", name, "has no export: " + reason);
  const Technology technology = lane_technology(line);
  set_output_form(line.flag("json") ? OutputForm::json : OutputForm::text);
  if (line.flag("quiet")) set_log_level(LogLevel::quiet);
  make_workload(name, plan.options);
  check_memory(name, plan.options, available_memory_mb());
  std::optional<OwnedFolder> folder;
  if (line.has("out")) {
    const std::string out = line.value<std::string>("out", "");
    folder.emplace(out, "fathom-stages", [out] {
      throw UserError(out, "", "holds files that no stages made; needs a new or an empty folder");
    });
  }
  StagesResult result = stages_of(name, plan, technology);
  result.workload = name;
  result.variant = to_string(plan.options.variant);
  result.small = plan.options.small;
  result.technology = technology.name;
  result.trained_steps = plan.steps;
  const std::string text = stages_table(result).text() + stages_sentence(result) + "\n";
  if (folder) {
    folder->remove_earlier_files();
    folder->write("stages.json", stages_json(result));
    folder->write("stages.txt", text);
  }
  print_text(text);
  print_json(stages_json(result));
  return 0;
}

}  // namespace minerva::workloads
