#include "flow.hpp"

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/app/atomic_file.hpp"
#include "minerva/app/logging.hpp"
#include "minerva/app/setting_text.hpp"
#include "minerva/core/checksum.hpp"
#include "minerva/core/errors.hpp"
#include "minerva/data/network_file.hpp"
#include "minerva/interchange/import_network.hpp"
#include "minerva/nn/float_engine.hpp"
#include "minerva/report/design_json.hpp"
#include "minerva/report/summary_report.hpp"
#include "provenance.hpp"

namespace minerva::flow {
namespace {

/// A technology file is named from here, from a folder above the config, or from where the program
/// was built.
std::string find_technology(const std::string& name, const std::string& config_path) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (fs::exists(name, ignored) || fs::path(name).is_absolute()) return name;
  for (fs::path folder = fs::absolute(config_path, ignored).parent_path();;
       folder = folder.parent_path()) {
    if (fs::exists(folder / name, ignored)) return (folder / name).lexically_normal().string();
    if (folder == folder.parent_path()) break;
  }
  const fs::path shipped = fs::path(MINERVA_SHIPPED_FILES) / name;
  return fs::exists(shipped, ignored) ? shipped.string() : name;
}

}  // namespace

JudgedSet::JudgedSet(const Samples& from, const Network& network, int threads)
    : JudgedSet(from, float_outputs(network, from.inputs, threads), threads) {}

JudgedSet::JudgedSet(const Samples& from, const Eigen::MatrixXf& outputs, int threads)
    : samples(from),
      evaluator(from, outputs, threads),
      wrong_float(count_wrong(classes_of(outputs), from.labels)) {}

Flow::Flow(FlowOptions options, std::string config_path, const RunDirectory* directory)
    : options_(std::move(options)), config_path_(std::move(config_path)), directory_(directory) {
  threads_ = options_.run.threads > 0 ? options_.run.threads : omp_get_max_threads();
  if (options_.data.dir.empty()) {
    if (const char* folder = std::getenv("MINERVA_DATA_DIR")) options_.data.dir = folder;
  }
  if (directory_ != nullptr && directory_->has("summary.json")) {
    summary_ =
        summary_from_json(directory_->read("summary.json"), directory_->path_of("summary.json"));
  }
  summary_.provenance.version = program_version();
  summary_.provenance.compiler = compiler_version();
  summary_.provenance.threads = threads_;
  summary_.provenance.seeds = {{"training.seed", options_.training.seed},
                               {"data.split_seed", options_.data.split_seed},
                               {"data.digits_seed", options_.data.digits_seed},
                               {"faults.seed", options_.faults.seed},
                               {"dse.seed", options_.search.seed}};
  if (directory_ != nullptr) {
    const std::string config = directory_->read(RunDirectory::kConfigName);
    summary_.provenance.config_sha256 = sha256(config.data(), config.size());
  }
}

const Dataset& Flow::data() {
  if (!data_) {
    log_info("reading data set " + options_.data.set);
    data_ = load_dataset(options_.data, threads_);
    Provenance& p = summary_.provenance;
    p.data_name = data_->name;
    // The checksum is of the files; splits, weights and scaling stand in the recipe.
    p.data_source = data_->source + (data_->recipe.empty() ? "" : "; " + data_->recipe);
    p.data_sha256 = data_->checksum;
    summary_.title = data_->name + " from training to low voltage";
  }
  return *data_;
}

const Technology& Flow::technology() {
  if (!technology_) {
    const std::string path = find_technology(options_.technology_file, config_path_);
    technology_ = read_technology(path);
    Provenance& p = summary_.provenance;
    p.technology_name = technology_->name;
    p.technology_sha256 = sha256_of_file(path);
    p.technology_calibrated = technology_->calibrated;
  }
  return *technology_;
}

std::optional<std::string> Flow::stage_file(const std::string& option_path, const std::string& name,
                                            std::string& where) const {
  if (!option_path.empty()) {
    where = option_path;
    return read_file(option_path);
  }
  if (directory_ == nullptr || !directory_->has(name)) return std::nullopt;
  where = directory_->path_of(name);
  return directory_->read(name);
}

const Network& Flow::network() {
  if (!network_) {
    if (!options_.network_file.empty()) {
      ImportedNetwork imported = import_network(options_.network_file, options_.weights_layout);
      for (const std::string& note : imported.notes) {
        log_info(options_.network_file + ": " + note);
      }
      adopt_network(std::move(imported.network), options_.network_file);
    } else if (directory_ != nullptr && directory_->has("network.safetensors")) {
      const std::string path = directory_->path_of("network.safetensors");
      Network network = read_network(path);
      const std::string origin = network.trained_by;
      adopt_network(std::move(network), origin);
    } else {
      throw UserError("network.file", "",
                      directory_ == nullptr
                          ? "needs a network file"
                          : "needs a network file, or network.safetensors of stage 1 in " +
                                directory_->path() + " (minerva train)");
    }
  }
  return *network_;
}

void Flow::adopt_network(Network network, const std::string& origin) {
  const Dataset& set = data();
  const Topology topology = network.topology();
  if (topology.inputs() != set.inputs() || topology.outputs() < set.classes) {
    throw UserError(options_.network_file.empty() ? "network" : options_.network_file,
                    to_string(topology),
                    "data set " + set.name + " needs " + std::to_string(set.inputs()) +
                        " inputs and " + std::to_string(set.classes) + " outputs");
  }
  network_ = std::move(network);
  const std::string bytes = serialize_network(*network_);
  NetworkSummary& s = summary_.network;
  s.topology = topology;
  s.weights = topology.weight_count();
  s.origin = origin;
  s.sha256 = sha256(bytes.data(), bytes.size());
  s.validation_samples = set.validation.size();
  s.validation_wrong = validation().wrong_float;
  s.test_samples = set.test.size();
  s.test_wrong = test().wrong_float;
}

JudgedSet& Flow::validation() {
  if (!validation_) {
    validation_ = std::make_unique<JudgedSet>(data().validation, network(), threads_);
  }
  return *validation_;
}

JudgedSet& Flow::test() {
  if (!test_) test_ = std::make_unique<JudgedSet>(data().test, network(), threads_);
  return *test_;
}

JudgedSet& Flow::tuned() { return options_.budget.tune_on == TuneOn::test ? test() : validation(); }

ErrorBudget Flow::budget() {
  const BudgetOptions& o = options_.budget;
  if (o.sigma_percent > 0) {
    if (summary_.budget.origin.empty()) describe_budget(nullptr);
    return {o.sigma_percent, o.itn};
  }
  if (!noise_) {
    std::string where;
    const auto text = stage_file(options_.noise_file, "noise.json", where);
    if (!text) {
      throw UserError("budget.sigma_percent", "0",
                      "needs a value, or the training noise (noise.file, or minerva noise)");
    }
    noise_ = noise_from_json(*text, where);
    if (noise_->runs.size() < 2) throw UserError(where, "", "holds fewer than two trainings");
    describe_budget(&*noise_);
  }
  return {
      o.tune_on == TuneOn::test ? noise_->test_sigma_percent() : noise_->validation_sigma_percent(),
      o.itn};
}

void Flow::describe_budget(const TrainingNoise* noise) {
  BudgetSummary& b = summary_.budget;
  if (noise != nullptr) summary_.noise = *noise;
  b.origin = options_.budget.sigma_percent > 0 || noise == nullptr
                 ? "given (budget.sigma_percent)"
                 : std::string(to_string(options_.budget.tune_on)) + " error of " +
                       std::to_string(noise->runs.size()) + " seeds";
  b.budget = budget();
  b.validation_extra_samples = b.budget.extra_samples(data().validation.size());
  b.test_extra_samples = b.budget.extra_samples(data().test.size());
}

std::int64_t Flow::most_wrong(double share) {
  return tuned().wrong_float + budget().extra_samples(tuned().samples.size(), share);
}

void Flow::refuse_over_budget(const std::string& where, const QuantizedNetwork& network) {
  const std::int64_t bound = most_wrong(options_.budget.share_faults);
  if (tuned().evaluator.judge(network, bound).within) return;
  throw UserError(where,
                  std::to_string(tuned().evaluator.evaluate(network).wrong) + " wrong of " +
                      std::to_string(tuned().samples.size()),
                  "needs at most " + std::to_string(bound) + ", the float network's " +
                      std::to_string(tuned().wrong_float) +
                      " and the error budget, or a larger budget.itn");
}

DesignPoint Flow::design_point(const DatapathWidths& widths) {
  if (!point_) {
    DesignPoint point = options_.point;
    std::string where;
    if (options_.baseline == Baseline::rule || !options_.design_file.empty()) {
      if (const auto text = stage_file(options_.design_file, "design_point.json", where)) {
        point = design_point_from_json(*text, where);
        if (options_.design_file.empty()) point.multiplier_stages = 0;  // of other widths
      }
    }
    point_ = point;
  }
  DesignPoint point = *point_;
  if (point.write_ports == 0) point.write_ports = point.activation_bandwidth;
  if (point.multiplier_stages == 0) {
    point.multiplier_stages =
        multiplier_stages(widths, point.macs_per_lane, point.clock_period_ns, technology());
  }
  check_design_point(point);
  const bool alone = !options_.explored_topology.widths.empty() && !network_;
  check_weight_banks(alone ? options_.explored_topology : network().topology(), point);
  for (const Topology& other : options_.also_for) check_weight_banks(other, point);
  return point;
}

QuantizationPlan Flow::plan(bool or_start) {
  if (!plan_) {
    std::string where;
    const auto text = stage_file(options_.plan_file, "plan.json", where);
    if (!text && !or_start) {
      throw UserError("quantize.plan_file", "",
                      "needs a plan file, or plan.json of stage 3 in the run directory "
                      "(minerva quantize)");
    }
    const int layers = network().topology().layers();
    if (!text) {
      const QFormat start = options_.quantize.start;
      return uniform_plan(layers, {start, start, start}, options_.quantize.rounding);
    }
    const PlanFile file = plan_from_json(*text, where);
    if (static_cast<int>(file.plan.layers.size()) != layers) {
      throw UserError(
          where, std::to_string(file.plan.layers.size()) + " layers",
          "the network " + to_string(network().topology()) + " has " + std::to_string(layers));
    }
    plan_ = file.plan;
    if (!file.theta_codes.empty() && options_.thresholds_file.empty()) {
      PruningThresholds thresholds;
      for (std::size_t k = 0; k < file.theta_codes.size(); ++k) {
        thresholds.theta.push_back(std::ldexp(static_cast<double>(file.theta_codes[k]),
                                              -plan_->layers[k].activation.fraction_bits));
      }
      thresholds_ = thresholds;
    }
  }
  return *plan_;
}

PruningThresholds Flow::thresholds(const QuantizationPlan& for_plan) {
  if (!thresholds_) {
    std::string where;
    const auto text = stage_file(options_.thresholds_file, "thresholds.json", where);
    if (!text) return {};
    const PruningThresholds read = thresholds_from_json(*text, where);
    if (read.theta.size() != for_plan.layers.size()) {
      throw UserError(where, std::to_string(read.theta.size()) + " thresholds",
                      "the network has " + std::to_string(for_plan.layers.size()) + " layers");
    }
    for (std::size_t k = 0; k < read.theta.size(); ++k) {
      threshold_code(read.theta[k], for_plan.layers[k].activation,
                     where + ": layer " + std::to_string(k));
    }
    thresholds_ = read;
  }
  return *thresholds_;
}

Design Flow::design_of(const QuantizedNetwork& network, const ActivityProfile& activity,
                       const SramPoint& sram) {
  Design design;
  design.topology = network.topology();
  design.widths = datapath_widths(network.plan(), design.topology);
  design.point = design_point(design.widths);
  for (const QuantizedLayer& layer : network.layers) {
    design.thresholds.push_back(layer.theta_code > 0);
  }
  design.activity = activity;
  design.mitigation = network.mitigation;
  design.weight_sram = sram;
  design.weight_storage = options_.weight_storage;
  design.also_for = options_.also_for;
  return design;
}

PpaEstimate Flow::ppa(const QuantizedNetwork& network, const ActivityProfile& activity,
                      const SramPoint& sram) {
  return estimate(design_of(network, activity, sram), technology());
}

void Flow::add_row(std::size_t index, StageRow row, double validation_wrong, double test_wrong,
                   double share, const PpaEstimate* ppa) {
  const auto percent = [](double wrong, std::int64_t samples) {
    return 100 * wrong / static_cast<double>(samples);
  };
  const auto validation_samples = data().validation.size();
  const auto test_samples = data().test.size();
  row.validation_wrong = validation_wrong;
  row.validation_error_percent = percent(validation_wrong, validation_samples);
  row.test_wrong = test_wrong;
  row.test_error_percent = percent(test_wrong, test_samples);
  const auto wrong_float_validation = static_cast<double>(validation().wrong_float);
  const auto wrong_float_test = static_cast<double>(test().wrong_float);
  row.spent_samples = validation_wrong - wrong_float_validation;
  const double sigma = budget().sigma_percent;
  row.spent_sigmas = sigma > 0 ? percent(row.spent_samples, validation_samples) / sigma : 0;
  row.spent_test_samples = test_wrong - wrong_float_test;
  row.spent_test_sigmas = sigma > 0 ? percent(row.spent_test_samples, test_samples) / sigma : 0;
  if (share > 0) {
    row.bound_validation_wrong =
        wrong_float_validation +
        static_cast<double>(budget().extra_samples(validation_samples, share));
    row.bound_test_wrong =
        wrong_float_test + static_cast<double>(budget().extra_samples(test_samples, share));
  }
  // Figures of the book for MNIST, Sec. 4.4.1 to 4.4.3; other sets have none stage by stage.
  static const char* const kBookFactors[] = {"", "", "1.6x", "1.9x", "2.5x"};
  if (options_.data.set == "mnist") row.book_factor = kBookFactors[index];
  auto& stages = summary_.stages;
  if (stages.size() > index) stages.resize(index);
  summary_.variants.clear();  // of a finished design
  if (ppa != nullptr) {
    row.power = ppa->power;
    row.power_mw = ppa->power_mw;
    row.energy_per_prediction_nj = ppa->energy_per_prediction_nj;
    row.predictions_per_s = ppa->predictions_per_s;
    row.area_mm2 = ppa->area_mm2;
    const auto first = std::find_if(stages.begin(), stages.end(),
                                    [](const StageRow& r) { return r.power_mw > 0; });
    if (first != stages.end()) {
      row.factor_baseline = first->power_mw / row.power_mw;
      row.factor_before = stages.back().power_mw / row.power_mw;
    }
  }
  stages.push_back(std::move(row));
}

void Flow::write(const std::string& name, const std::string& bytes) const {
  if (directory_ != nullptr) directory_->write(name, bytes);
}

void Flow::write_summary() {
  if (directory_ == nullptr) return;
  for (const NamedFile& file : csv_files(summary_)) directory_->write(file.name, file.bytes);
  directory_->write("report.html", to_html(summary_));
  directory_->write("summary.json", summary_to_json(summary_));
}

void Flow::run() {
  if (!options_.explored_topology.widths.empty()) {
    throw UserError("dse.topology", options_.explored_topology_text,
                    "needs to be empty in a run of all stages, which explores the trained network; "
                    "minerva dse explores a topology alone");
  }
  train_with_noise();
  explore();
  quantize();
  prune();
  if (options_.weight_storage == WeightStorage::rom) {
    summary_.notes.push_back("Weights in ROM: stage 5 does not apply");
    write_summary();
  } else {
    faults();
  }
}

}  // namespace minerva::flow
