#include <algorithm>
#include <map>
#include <optional>
#include <sstream>

#include "command_line.hpp"
#include "commands.hpp"
#include "machine_facts.hpp"
#include "machine_options.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/files/owned_folder.hpp"
#include "minerva/report/text_table.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/run/output.hpp"
#include "minerva/workloads/exported_network.hpp"
#include "minerva/workloads/lane_report.hpp"
#include "profile_folders.hpp"

namespace minerva::workloads {
namespace {

namespace po = boost::program_options;

/// Examples of a workload that is not trained: fewer where a step takes seconds.
constexpr int kSmallStepExamples = 64;
constexpr int kExamples = 4;
constexpr Range<int> kSteps{0, 100000000};

/// The profiles of one workload on the fewest threads that were measured.
struct Measured {
  const WorkloadProfile* inference = nullptr;
  const WorkloadProfile* training = nullptr;
};

std::map<std::string, Measured> by_workload(const std::vector<WorkloadProfile>& profiles) {
  std::map<std::string, Measured> all;
  for (const WorkloadProfile& each : profiles) {
    facts_of_workload(each.workload);
    Measured& own = all[each.workload];
    const WorkloadProfile*& place = each.mode == Mode::train ? own.training : own.inference;
    if (place != nullptr && place->threads == each.threads) {
      throw UserError("fathom report", each.workload,
                      std::string("needs one profile of ") + to_string(each.mode) +
                          "; there are two on " + std::to_string(each.threads) + " threads");
    }
    if (place == nullptr || each.threads < place->threads) place = &each;
  }
  for (const auto& [name, own] : all) {
    if (own.inference == nullptr || own.training == nullptr) continue;
    if (own.inference->variant != own.training->variant ||
        own.inference->small != own.training->small ||
        own.inference->shape != own.training->shape) {
      throw UserError("fathom report", name,
                      "needs profiles of one variant and shape for training and inference");
    }
  }
  return all;
}

/// "500", or "memnet=1250,autoenc=1000"; those not named are not trained.
std::map<std::string, int> steps_of(const CommandLine& line) {
  std::map<std::string, int> steps;
  if (!line.has("steps")) return steps;
  const std::string text = line.value<std::string>("steps", "");
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) {
    const std::size_t at = word.find('=');
    const std::string number = at == std::string::npos ? word : word.substr(at + 1);
    if (number.empty() || number.size() > 9 ||
        number.find_first_not_of("0123456789") != std::string::npos) {
      throw UserError("--steps", text, "needs a whole number, or NAME=NUMBER with commas between");
    }
    const int count = std::stoi(number);
    check_in_range("--steps", count, kSteps);
    if (at == std::string::npos) {
      for (const WorkloadFacts& each : workload_facts()) steps[each.name] = count;
    } else {
      steps[facts_of_workload(word.substr(0, at)).name] = count;
    }
  }
  return steps;
}

/// The options of the workload that was profiled.
WorkloadOptions options_of(const Measured& own, const WorkloadOptions& asked) {
  const WorkloadProfile& profile = own.inference != nullptr ? *own.inference : *own.training;
  WorkloadOptions options = asked;
  options.variant = parse_enum<Variant>(profile.variant, "variant of the profile");
  options.small = profile.small;
  options.seed = profile.seed;
  if (profile.workload != "seq2seq") return options;
  for (options.bucket = workload_ranges::kBucket.low;
       options.bucket < workload_ranges::kBucket.high; ++options.bucket) {
    if (make_workload(profile.workload, options)->shape_text() == profile.shape) break;
  }
  return options;
}

LaneRow made_row(const std::string& name, const Measured& own, WorkloadOptions options, int steps,
                 const LaneMachine& machine, const Technology& technology) {
  const std::string reason = why_no_export(name, options.variant);
  if (!reason.empty()) {
    LaneRow row = lane_row(own.inference, own.training, {});
    row.why_not = reason;
    return row;
  }
  if (steps == 0 && options.batch == 0 && !options.small) {
    // Only the activations are wanted.
    const bool small_steps = name == "autoenc" || name == "deepq" || name == "memnet";
    options.batch = small_steps ? kSmallStepExamples : kExamples;
  }
  check_memory(name, options, available_memory_mb());
  const std::unique_ptr<Workload> workload = make_workload(name, options);
  const WorkloadProfile& profile = own.inference != nullptr ? *own.inference : *own.training;
  workload->setup();
  workload->next_batch();
  if (workload->shape_text() != profile.shape) {
    throw UserError(name, profile.shape, "was profiled; these data make " + workload->shape_text());
  }
  {
    Progress progress(name + ", training", steps, "steps");
    for (int step = 0; step < steps; ++step) {
      throw_if_interrupted();
      progress.set_note("loss " + readable_number(workload->train_step(), 4));
      workload->next_batch();
      progress.advance();
    }
  }
  log_info(name + ": measuring activations");
  workload->infer_step();
  const ExportedNetwork exported = exported_network(*workload);
  LaneRow row = lane_row(own.inference, own.training, exported.covered);
  row.machine = on_lane_machine(
      exported,
      SampleInputs(exported_inputs(*workload, measured_predictions(exported.network.graph))),
      machine, technology, options.threads);
  row.trained_steps = steps;
  row.synthetic = options.synthetic;
  return row;
}

}  // namespace

int report_command(const std::vector<std::string>& arguments) {
  po::options_description description;
  add_workload_options(description);
  add_machine_options(description);
  description.add_options()("out", po::value<std::string>(), "folder for page, CSV and JSON")(
      "steps", po::value<std::string>(), "steps of training before activations are measured")(
      "stages", po::value<std::vector<std::string>>()->composing(),
      "folder of fathom stages, which the page then contains; may be given several times")(
      "json", po::bool_switch(), "one JSON document")("quiet", po::bool_switch(), "no progress");
  const CommandLine line = parse_command_line("report", description, arguments);
  if (line.words.empty()) throw UserError("fathom report", "", "needs folders of fathom profile");
  for (const char* own : {"variant", "seed", "bucket", "small"}) {
    if (line.has(own) && !line.options[own].defaulted()) {
      throw UserError(std::string("--") + own, "", "is that of the profiles, and no option here");
    }
  }
  WorkloadOptions asked = workload_options(line);
  asked.threads = thread_count(line);
  const std::map<std::string, int> steps = steps_of(line);
  LaneReport report;
  report.machine = lane_machine(line);
  const Technology technology = lane_technology(line);
  report.technology = technology.name;
  set_output_form(line.flag("json") ? OutputForm::json : OutputForm::text);
  if (line.flag("quiet")) set_log_level(LogLevel::quiet);
  const std::vector<WorkloadProfile> profiles = read_profiles(line.words);
  const std::map<std::string, Measured> measured = by_workload(profiles);
  if (line.has("stages")) {
    for (const std::string& path : line.options["stages"].as<std::vector<std::string>>()) {
      const std::string file = path + "/stages.json";
      report.stages.push_back(stages_from_json(read_file(file), file));
    }
  }
  std::optional<OwnedFolder> folder;
  if (line.has("out")) {
    const std::string out = line.value<std::string>("out", "");
    folder.emplace(out, "fathom-report", [out] {
      throw UserError(out, "", "holds files that no report made; needs a new or an empty folder");
    });
  }
  for (const WorkloadFacts& facts : workload_facts()) {
    const auto own = measured.find(facts.name);
    if (own == measured.end()) continue;
    const auto asked_steps = steps.find(facts.name);
    report.rows.push_back(made_row(facts.name, own->second, options_of(own->second, asked),
                                   asked_steps == steps.end() ? 0 : asked_steps->second,
                                   report.machine, technology));
  }
  if (folder) {
    folder->remove_earlier_files();
    folder->write("report.json", lane_report_json(report));
    folder->write("report.txt", lane_report_text(report));
    folder->write("layers.csv", lane_layers_csv(report));
    for (const Figure& figure : lane_report_figures(report)) {
      folder->write(figure.id + ".csv", figure.csv);
    }
    folder->write("report.html", lane_report_page(report));
  }
  print_text(lane_report_text(report));
  print_json(lane_report_json(report));
  return 0;
}

}  // namespace minerva::workloads
