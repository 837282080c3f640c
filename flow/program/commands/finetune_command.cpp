#include "finetune_command.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <tuple>

#include "chip_in_machine.hpp"
#include "flow_command.hpp"
#include "json_output.hpp"
#include "minerva/accelsim/completed_point.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/base/text.hpp"
#include "minerva/codesign/calibrated_plan.hpp"
#include "minerva/codesign/fine_tuning.hpp"
#include "minerva/engine/evaluate.hpp"
#include "minerva/engine/fixed_engine.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/interchange/import_network.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/sharing/codebook_search.hpp"
#include "minerva/training/hardware_training.hpp"
#include "minerva/training/noise.hpp"
#include "minerva/training/trained_topology.hpp"
#include "point_files.hpp"
#include "quantize_stage.hpp"
#include "training_folder.hpp"
#include "training_stage.hpp"

namespace minerva::flow {
namespace {

using codesign::FineTuneOptions;
using training::TrainingCache;
using training::TrainingStage;

/// One network before and after, on both sets.
struct Wrong {
  std::int64_t validation = 0;
  std::int64_t test = 0;
};

/// What the network does on the chip that it is trained for.
struct OnChip {
  std::string file;
  double voltage_v = 0;
  std::size_t faulty_cells = 0;  ///< that store bits of weights
  Wrong before;
  Wrong after;
};

struct FineTuned {
  Design design;
  std::optional<OnChip> chip;
  std::vector<training::EpochRecord> history;
  TrainingNoise noise;  ///< of all seeds
  Wrong in_float;       ///< the network that the fine-tuning began from, in float
  Wrong before;         ///< the same in the formats of the plan
  Wrong after;          ///< of the first seed
  std::string plan_from;
  std::string start_from;
  std::optional<std::int64_t> bound_of_float;   ///< validation samples
  std::optional<std::int64_t> bound_of_recipe;  ///< the same by the noise of this recipe
};

Wrong wrong_of(const Design& design, const Dataset& data, int threads) {
  return {evaluate(design, data.validation, threads).wrong,
          evaluate(design, data.test, threads).wrong};
}

/// The network of the run or of network.file; trained by section [training] where there is neither.
std::shared_ptr<const GraphNetwork> start_network(RunContext& run, TrainingCache& cache,
                                                  std::string& from) {
  if (!run.options().network_file.empty() || run.directory() != nullptr) {
    from =
        run.options().network_file.empty() ? run.directory()->path() : run.options().network_file;
    return std::make_shared<const GraphNetwork>(run.network());
  }
  const training::TrainingOptions& options = run.state<TrainingStage>().training;
  log_info("training the float network to begin from");
  cache.train(options, 0, training::KeepNetwork::yes, {}, run.threads());
  from = "section [training]";
  auto network = std::make_shared<const GraphNetwork>(cache.network(options));
  cache.drop_network(options);
  return network;
}

bool has_plan(RunContext& run) {
  std::string where;
  return run
      .given_or_result(run.state<quantize::QuantizeStage>().plan_file, "quantize", "plan.json",
                       where)
      .has_value();
}

codesign::FineTuningTask task_of(RunContext& run, const FineTuneOptions& options,
                                 TrainingCache& cache, FineTuned& result) {
  codesign::FineTuningTask task;
  task.start = start_network(run, cache, result.start_from);
  require_dense_chain(task.start->graph, "training for the hardware");
  if (has_plan(run)) {
    task.plan = run.design().plan;
    task.thresholds = run.design().thresholds;
    result.plan_from = "the given plan";
  } else {
    task.plan = codesign::calibrated_plan(*task.start, run.data().train, options.widths);
    if (options.weights != sharing::SharedWeights::none) {
      sharing::SharingOptions shared;
      shared.weights = options.weights;
      task.plan = sharing::plan_with_codebooks(*task.start, task.plan, shared, options.entries);
    }
    task.thresholds = codesign::thresholds_of_codes(
        task.plan, std::vector<int>(task.plan.layers.size(), options.theta_code));
    result.plan_from = "section [finetune]";
  }
  return task;
}

/// The network that finetune.teacher names, which must read the inputs of the data; null: none.
std::shared_ptr<const GraphNetwork> teacher_of(RunContext& run) {
  const std::string& file = run.options().finetune.teacher;
  if (file.empty()) return nullptr;
  auto hardware = std::make_shared<training::HardwareTraining>();
  hardware->teacher = std::make_shared<const GraphNetwork>(import_network(file).network);
  require_dense_chain(hardware->teacher->graph, "training for the hardware");
  training::TrainingOptions only_teacher;
  only_teacher.hardware = hardware;
  training::check_hardware_fits(only_teacher, run.data());
  return hardware->teacher;
}

/// The chip of finetune.map_file in the memory of the design's machine; nothing: none is named.
std::optional<faultsim::ChipFaults> chip_of(const FineTuneOptions& options, const Design& design) {
  if (options.map_file.empty()) return std::nullopt;
  if (options.fault_rate > 0) {
    throw UserError("finetune.fault_rate", number_text(options.fault_rate),
                    "needs 0 with finetune.map_file, whose faults are those of the chip");
  }
  return faultsim::place_chip(faultsim::read_chip_map(options.map_file), options.map_file,
                              quantized(design), design.point);
}

/// The cells that fail at a voltage, in the order of the weights.
std::vector<training::KnownFault> faults_at(const faultsim::ChipFaults& chip, double voltage_v) {
  std::vector<training::KnownFault> known;
  for (const faultsim::PlacedFault& at : chip.placed()) {
    if (!chip.map().fails(at.fault, voltage_v)) continue;
    std::optional<int> reads;
    if (at.fault.reads != faultsim::ReadsAs::inverted) {
      reads = at.fault.reads == faultsim::ReadsAs::one ? 1 : 0;
    }
    known.push_back({at.layer, at.weight, at.fault.bit, reads});
  }
  std::stable_sort(known.begin(), known.end(), [](const auto& a, const auto& b) {
    return std::tie(a.layer, a.weight) < std::tie(b.layer, b.weight);
  });
  return known;
}

Wrong wrong_on_chip(const Design& design, const faultsim::ChipFaults& chip, double voltage_v,
                    const Mitigation& mitigation, RunContext& run) {
  QuantizedGraph network = quantized(design);
  network.mitigation = mitigation;
  chip.inject(network, voltage_v);
  const auto count = [&](const Samples& samples) {
    return FixedEvaluator(samples, {}, run.threads()).evaluate(network).wrong;
  };
  return {count(run.data().validation), count(run.data().test)};
}

/// Both bounds, as far as they are known.
void find_bounds(RunContext& run, FineTuned& result) {
  const auto samples = static_cast<double>(run.data().validation.size());
  const BudgetOptions& budget = run.options().budget;
  if (budget.sigma_percent > 0) {
    result.bound_of_float =
        result.in_float.validation +
        static_cast<std::int64_t>(std::floor(samples * budget.sigma_percent * budget.itn / 100));
  }
  if (result.noise.runs.size() < 2) return;
  result.bound_of_recipe =
      result.after.validation +
      static_cast<std::int64_t>(
          std::floor(samples * result.noise.validation_sigma_percent() * budget.itn / 100));
}

/// The machine of section [design], with what the widths decide.
DesignPoint machine_point(RunContext& run, const DatapathWidths& widths) {
  return completed_point(run.options().point, widths, run.technology());
}

FineTuned fine_tune(RunContext& run, TrainingCache& cache,
                    const std::shared_ptr<const GraphNetwork>& teacher) {
  const FineTuneOptions& options = run.options().finetune;
  FineTuned result;
  codesign::FineTuningTask task = task_of(run, options, cache, result);
  task.teacher = teacher;
  const Dataset& data = run.data();
  const training::TrainingOptions& base = run.state<TrainingStage>().training;
  result.design.network = task.start;
  result.design.plan = task.plan;
  result.design.thresholds = task.thresholds;
  result.design.point = machine_point(run, graph_datapath_widths(task.start->graph, task.plan));
  const std::optional<faultsim::ChipFaults> chip = chip_of(options, result.design);
  if (chip) {
    OnChip on;
    on.file = options.map_file;
    on.voltage_v = chip->map().measured(options.voltage_v, "finetune.voltage_v");
    task.known_faults = faults_at(*chip, on.voltage_v);
    on.faulty_cells = task.known_faults.size();
    on.before = wrong_on_chip(result.design, *chip, on.voltage_v, base.faults.mitigation(), run);
    result.chip = on;
  }
  const training::TrainingOptions recipe = codesign::fine_tuning(base, options, task);
  result.in_float = {count_wrong(*task.start, data.validation, run.threads()),
                     count_wrong(*task.start, data.test, run.threads())};
  result.before = wrong_of(result.design, data, run.threads());
  Progress progress("fine-tuning", std::int64_t{options.seeds} * options.epochs, "epochs");
  training::NoiseMeasurement measured;
  if (options.seeds > 1) {
    measured = training::measure_noise(
        cache, recipe, options.seeds, recipe.seed, run.threads(),
        [&](const training::EpochsDone& epochs) { progress.set_done(epochs.done, epochs.reused); });
  } else {
    const TrainingCache::Result trained = cache.train(
        recipe, 0, training::KeepNetwork::yes,
        [&](const training::EpochRecord& epoch) {
          progress.set_note(std::to_string(epoch.validation_wrong) + " validation samples wrong");
          progress.set_done(epoch.epoch);
        },
        run.threads());
    measured.first.network = cache.network(recipe);
    measured.first.history = trained.record.history;
    measured.noise.validation_samples = data.validation.size();
    measured.noise.test_samples = data.test.size();
    measured.noise.runs.push_back(
        {recipe.seed, *trained.record.validation_wrong, cache.count_test_wrong(recipe)});
  }
  result.noise = measured.noise;
  result.history = measured.first.history;
  result.design.network = std::make_shared<const GraphNetwork>(std::move(measured.first.network));
  result.after = wrong_of(result.design, data, run.threads());
  if (chip) {
    result.chip->after =
        wrong_on_chip(result.design, *chip, result.chip->voltage_v, base.faults.mitigation(), run);
  }
  find_bounds(run, result);
  return result;
}

std::string history_csv(const std::vector<training::EpochRecord>& history) {
  Csv csv({"epoch", "loss_nats", "validation_wrong_samples", "validation_loss_nats"});
  for (const training::EpochRecord& e : history) {
    csv.add({e.epoch, e.loss, e.validation_wrong, e.validation_loss});
  }
  return csv.text();
}

Json json_of(const FineTuned& r, const std::string& to) {
  Json runs = Json::array();
  for (const SeedError& seed : r.noise.runs) {
    runs.push_back({{"seed", seed.seed},
                    {"validation_wrong", seed.validation_wrong},
                    {"test_wrong", seed.test_wrong}});
  }
  const auto both = [](const Wrong& wrong) {
    return Json{{"validation", wrong.validation}, {"test", wrong.test}};
  };
  Json document = {{"schema", "minerva-finetune-2"},
                   {"network", network_text(r.design.network->graph)},
                   {"start", r.start_from},
                   {"plan", r.plan_from},
                   {"validation_samples", r.noise.validation_samples},
                   {"test_samples", r.noise.test_samples},
                   {"wrong_float", both(r.in_float)},
                   {"wrong_before", both(r.before)},
                   {"wrong_after", both(r.after)},
                   {"chip", nullptr},
                   {"seeds", runs},
                   {"bound_of_float_recipe", nullptr},
                   {"bound_of_this_recipe", nullptr},
                   {"written", to}};
  if (r.chip) {
    document["chip"] = {{"file", r.chip->file},
                        {"voltage_v", r.chip->voltage_v},
                        {"faulty_cells", r.chip->faulty_cells},
                        {"wrong_before", both(r.chip->before)},
                        {"wrong_after", both(r.chip->after)}};
  }
  if (r.bound_of_float) document["bound_of_float_recipe"] = *r.bound_of_float;
  if (r.bound_of_recipe) document["bound_of_this_recipe"] = *r.bound_of_recipe;
  return document;
}

std::string text_of(const FineTuned& r, const std::string& to) {
  const auto line = [](const char* name, const Wrong& wrong) {
    return std::string(name) + std::to_string(wrong.validation) + " validation, " +
           std::to_string(wrong.test) + " test samples wrong\n";
  };
  std::string text = "network   " + network_text(r.design.network->graph) + ", from " +
                     r.start_from + "\n" + "formats   " + r.plan_from + ":";
  for (const LayerFormats& f : r.design.plan.layers) {
    text += " " + to_string(f.weight) + "/" + to_string(f.activation) + "/" + to_string(f.product);
    if (!f.codebook.empty()) {
      text += " shared by " + std::to_string(f.codebook.entries.size()) + " indices";
    }
  }
  text += "\n" + line("float     ", r.in_float) + line("before    ", r.before) +
          line("after     ", r.after);
  if (r.chip) {
    text += "chip      " + r.chip->file + " at " + number_text(r.chip->voltage_v) + " V, " +
            std::to_string(r.chip->faulty_cells) + " faulty cells\n" +
            line("  before  ", r.chip->before) + line("  after   ", r.chip->after);
  }
  if (r.noise.runs.size() > 1) {
    text += "seeds     " + std::to_string(r.noise.runs.size()) + ": " +
            number_text(r.noise.validation_mean_percent(), 4) + " % validation, sigma " +
            number_text(r.noise.validation_sigma_percent(), 3) + " points; " +
            number_text(r.noise.test_mean_percent(), 4) + " % test\n";
  }
  if (r.bound_of_float) {
    text += "bound     " + std::to_string(*r.bound_of_float) +
            " validation samples, of the float recipe: the float network's and its budget: " +
            (r.after.validation <= *r.bound_of_float ? "met\n" : "not met\n");
  }
  if (r.bound_of_recipe) {
    text += "bound     " + std::to_string(*r.bound_of_recipe) +
            " validation samples, of this recipe: the first seed's and the noise of all\n";
  }
  return text + "written   " + to + "\n";
}

void run_finetune(RunContext& run, const std::string& to) {
  const TrainingStage& stage = run.state<TrainingStage>();
  check_folder_of_own(to, "finetune");
  const auto teacher = teacher_of(run);
  begin_folder(to, "finetune");
  training::TrainingFolder store(stage.training_cache.empty() ? to + "/trainings"
                                                              : stage.training_cache);
  TrainingCache cache(run.data(), store, stage.checkpoints);
  const FineTuned result = [&] {
    try {
      return fine_tune(run, cache, teacher);
    } catch (const Interrupted& stop) {
      throw RunStopped(stop.signal, "stopped; the same command goes on from the last steps");
    }
  }();
  std::vector<ExportedFile> files =
      point_files(result.design, run.config(), to, run.options().data.inputs);
  files.push_back({"finetune.csv", history_csv(result.history)});
  const Json document = json_of(result, to);
  files.push_back({"finetune.json", document.dump(2) + "\n"});
  write_files(to, files);
  print_text(text_of(result, to));
  print_document(document);
}

}  // namespace

int finetune_command(const CommandCall& call) {
  const std::string to = call.value("to");
  if (to.empty()) throw UserError("finetune", "", "needs --to (minerva finetune --help)");
  return flow_command(call, Keeps::a_run_if_asked,
                      [&](Pipeline& pipeline) { run_finetune(pipeline.context(), to); });
}

}  // namespace minerva::flow
