#include <cmath>

#include "flow.hpp"
#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/interchange/network_file.hpp"
#include "minerva/interchange/import_network.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/design/design_json.hpp"
#include "shipped_files.hpp"

// What the stages work on: data, technology, given files, and what earlier stages settled.
namespace minerva::flow {

JudgedSet::JudgedSet(const Samples& from, const Network& network, int threads)
    : JudgedSet(from, float_outputs(network, from.inputs, threads), threads) {}

JudgedSet::JudgedSet(const Samples& from, const Eigen::MatrixXf& outputs, int threads)
    : samples(from),
      evaluator(from, outputs, threads),
      wrong_float(count_wrong(classes_of(outputs), from.labels)) {}

const Dataset& Flow::data() {
  if (!data_) {
    log_info("reading data set " + options_.data.set);
    data_ = load_dataset(options_.data, threads_);
  }
  return *data_;
}

const Technology& Flow::technology() {
  if (!technology_) {
    const std::string path = find_shipped_file(options_.technology_file, config_path_);
    technology_ = read_technology(path);
    technology_sha256_ = sha256_of_file(path);
  }
  return *technology_;
}

std::optional<std::string> Flow::stage_file(const std::string& option_path, Stage stage,
                                            const std::string& name, std::string& where) {
  if (!option_path.empty()) {
    where = option_path;
    return read_file(option_path);
  }
  auto text = result_of(stage, name);
  if (text) where = directory_->path_of(name);
  return text;
}

bool Flow::is_done(Stage stage) {
  return begun_ && records_[static_cast<std::size_t>(stage)].has_value() && is_current(stage);
}

const Network& Flow::network() {
  if (!network_) {
    if (!options_.network_file.empty()) {
      ImportedNetwork imported = import_network(options_.network_file, options_.weights_layout);
      for (const std::string& note : imported.notes) {
        log_info(options_.network_file + ": " + note);
      }
      adopt_network(std::move(imported.network));
    } else if (const auto bytes = result_of(Stage::train, "network.safetensors")) {
      adopt_network(read_network(directory_->path_of("network.safetensors")));
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

void Flow::adopt_network(Network network) {
  const Dataset& set = data();
  const Topology topology = network.topology();
  if (topology.inputs() != set.inputs() || topology.outputs() < set.classes) {
    throw UserError(options_.network_file.empty() ? "network" : options_.network_file,
                    to_string(topology),
                    "data set " + set.name + " needs " + std::to_string(set.inputs()) +
                        " inputs and " + std::to_string(set.classes) + " outputs");
  }
  network.input = set.input_shape;  // a network file knows no more than its words
  network_ = std::move(network);
  validation_.reset();
  test_.reset();
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

const TrainingNoise* Flow::known_noise() {
  if (!noise_) {
    std::string where;
    const auto text = stage_file(options_.noise_file, Stage::noise, "noise.json", where);
    if (!text) return nullptr;
    TrainingNoise noise = noise_from_json(*text, where);
    if (noise.runs.size() < 2) throw UserError(where, "", "holds fewer than two trainings");
    noise_ = std::move(noise);
  }
  return &*noise_;
}

ErrorBudget Flow::budget() {
  const BudgetOptions& o = options_.budget;
  if (o.sigma_percent > 0) return {o.sigma_percent, o.itn};
  const TrainingNoise* noise = known_noise();
  if (noise == nullptr) {
    throw UserError("budget.sigma_percent", "0",
                    "needs a value, or the training noise (noise.file, or minerva noise)");
  }
  return {
      o.tune_on == TuneOn::test ? noise->test_sigma_percent() : noise->validation_sigma_percent(),
      o.itn};
}

std::int64_t Flow::most_wrong(double share) {
  const NetworkSummary& counted = part(Stage::train).network;
  return options_.budget.tune_on == TuneOn::test
             ? counted.test_wrong + budget().extra_samples(counted.test_samples, share)
             : counted.validation_wrong + budget().extra_samples(counted.validation_samples, share);
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

const DesignPoint& Flow::asked_point() {
  if (point_) return *point_;
  DesignPoint point = options_.point;
  const bool by_rule = options_.baseline == Baseline::rule;
  const bool chosen = by_rule && is_done(Stage::design_space);
  if (by_rule || !options_.design_file.empty()) {
    std::string where;
    const std::string& given = chosen ? std::string() : options_.design_file;
    if (const auto text = stage_file(given, Stage::design_space, "design_point.json", where)) {
      point = design_point_from_json(*text, where);
      if (given.empty()) point.multiplier_stages = 0;  // of other widths
    }
  }
  point_ = point;
  return *point_;
}

DesignPoint Flow::design_point(const DatapathWidths& widths) {
  DesignPoint point = asked_point();
  if (point.write_ports == 0) point.write_ports = point.activation_bandwidth;
  if (point.multiplier_stages == 0) {
    point.multiplier_stages =
        multiplier_stages(widths, point.macs_per_lane, point.clock_period_ns, technology());
  }
  check_design_point(point);
  const bool alone = !options_.explored_topology.empty() && !network_;
  check_weight_banks(alone ? options_.explored_topology : network().topology(), point);
  for (const Topology& other : options_.also_for) check_weight_banks(other, point);
  return point;
}

QuantizationPlan Flow::plan(bool or_start) {
  if (!plan_) {
    std::string where;
    const bool done = !options_.plan_file.empty() && is_done(Stage::quantize);
    const auto text =
        stage_file(done ? "" : options_.plan_file, Stage::quantize, "plan.json", where);
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
    if (!file.theta_codes.empty()) {
      PruningThresholds thresholds;
      for (std::size_t k = 0; k < file.theta_codes.size(); ++k) {
        thresholds.theta.push_back(std::ldexp(static_cast<double>(file.theta_codes[k]),
                                              -plan_->layers[k].activation.fraction_bits));
      }
      plan_thresholds_ = thresholds;
    }
  }
  return *plan_;
}

PruningThresholds Flow::thresholds(const QuantizationPlan& for_plan) {
  if (!thresholds_) {
    const bool done = is_done(Stage::prune);
    if (!done && options_.thresholds_file.empty() && plan_thresholds_) return *plan_thresholds_;
    std::string where;
    const auto text =
        stage_file(done ? "" : options_.thresholds_file, Stage::prune, "thresholds.json", where);
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

}  // namespace minerva::flow
