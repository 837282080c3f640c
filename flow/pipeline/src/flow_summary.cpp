#include <algorithm>

#include "flow.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/published/figures.hpp"
#include "minerva/report/summary_report.hpp"
#include "provenance.hpp"

// The summary of a run: the parts of its stages, and what only the whole can say.
namespace minerva::flow {

void Flow::note(const std::string& text) { summary_.notes.push_back({label_of(stage_), text}); }

void Flow::write(const std::string& name, const std::string& bytes) {
  const std::vector<std::string>& own = files_of(stage_);
  expects(std::find(own.begin(), own.end(), name) != own.end(),
          "a stage writes the files that files_of names");
  directory_->write(name, bytes);
  written_.push_back({name, sha256(bytes.data(), bytes.size())});
}

MachineConfiguration Flow::design_of(const QuantizedNetwork& network,
                                     const ActivityProfile& activity, const SramPoint& sram) {
  MachineConfiguration design;
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

void Flow::add_row(StageRow row, double validation_wrong, double test_wrong,
                   const PpaEstimate* ppa) {
  row.validation_wrong = validation_wrong;
  row.test_wrong = test_wrong;
  if (ppa != nullptr) {
    row.power = ppa->power;
    row.power_mw = ppa->power_mw;
    row.energy_per_prediction_nj = ppa->energy_per_prediction_nj;
    row.predictions_per_s = ppa->predictions_per_s;
    row.area_mm2 = ppa->area_mm2;
  }
  summary_.stages.push_back(std::move(row));
}

Provenance Flow::provenance() {
  Provenance p;
  p.version = program_version();
  p.compiler = compiler_version();
  const std::string& config = directory_->effective_config();
  p.config_sha256 = sha256(config.data(), config.size());
  p.seeds = {{"training.seed", options_.training.seed},
             {"data.split_seed", options_.data.split_seed},
             {"data.digits_seed", options_.data.digits_seed},
             {"faults.seed", options_.faults.seed},
             {"dse.seed", options_.search.seed}};
  if (!explores_alone()) {
    const Dataset& set = data();
    p.data_name = set.name;
    // The checksum is of the files; splits, weights and scaling stand in the recipe.
    p.data_source = set.source + (set.recipe.empty() ? "" : "; " + set.recipe);
    p.data_sha256 = set.checksum;
  }
  p.technology_name = technology().name;
  p.technology_sha256 = technology_sha256_;
  p.technology_calibrated = technology().calibrated;
  return p;
}

void Flow::describe_budget(RunSummary& whole) {
  const BudgetOptions& o = options_.budget;
  const bool measured = !whole.noise.runs.empty();
  if (o.sigma_percent == 0 && !measured) return;
  BudgetSummary& b = whole.budget;
  b.origin = o.sigma_percent > 0 ? "given (budget.sigma_percent)"
                                 : std::string(to_string(o.tune_on)) + " error of " +
                                       std::to_string(whole.noise.runs.size()) + " seeds";
  b.budget = budget();
  b.validation_extra_samples = b.budget.extra_samples(whole.network.validation_samples);
  b.test_extra_samples = b.budget.extra_samples(whole.network.test_samples);
}

void Flow::complete_rows(RunSummary& whole, const std::vector<Stage>& stage_of_row) {
  const auto percent = [](double wrong, std::int64_t samples) {
    return 100 * wrong / static_cast<double>(samples);
  };
  const NetworkSummary& network = whole.network;
  const bool has_budget = !whole.budget.origin.empty();
  const double sigma = has_budget ? whole.budget.budget.sigma_percent : 0;
  const auto wrong_float_validation = static_cast<double>(network.validation_wrong);
  const auto wrong_float_test = static_cast<double>(network.test_wrong);
  const StageRow* first_powered = nullptr;
  for (std::size_t i = 0; i < whole.stages.size(); ++i) {
    StageRow& row = whole.stages[i];
    const Stage stage = stage_of_row[i];
    row.validation_error_percent = percent(row.validation_wrong, network.validation_samples);
    row.test_error_percent = percent(row.test_wrong, network.test_samples);
    row.spent_samples = row.validation_wrong - wrong_float_validation;
    row.spent_test_samples = row.test_wrong - wrong_float_test;
    if (sigma > 0) {
      row.spent_sigmas = percent(row.spent_samples, network.validation_samples) / sigma;
      row.spent_test_sigmas = percent(row.spent_test_samples, network.test_samples) / sigma;
    }
    const BudgetOptions& o = options_.budget;
    const double share = stage == Stage::quantize ? o.share_quantize
                         : stage == Stage::prune  ? o.share_prune
                         : stage == Stage::faults ? o.share_faults
                                                  : 0;
    if (share > 0 && has_budget) {
      const auto bound = [&](double wrong_float, std::int64_t samples) {
        return wrong_float + static_cast<double>(whole.budget.budget.extra_samples(samples, share));
      };
      row.bound_validation_wrong = bound(wrong_float_validation, network.validation_samples);
      row.bound_test_wrong = bound(wrong_float_test, network.test_samples);
    }
    // The book gives factors stage by stage for MNIST alone.
    if (options_.data.set == "mnist") {
      if (stage == Stage::quantize) row.book_factor = published::kMnistQuantizationFactor.value;
      if (stage == Stage::prune) row.book_factor = published::kMnistPruningFactor.value;
      if (stage == Stage::faults) row.book_factor = published::kMnistFaultFactor.value;
    }
    if (row.power_mw > 0 && first_powered != nullptr) {
      row.factor_baseline = first_powered->power_mw / row.power_mw;
      row.factor_before = whole.stages[i - 1].power_mw / row.power_mw;
    }
    if (row.power_mw > 0 && first_powered == nullptr) first_powered = &row;
  }
}

RunSummary Flow::composed(const RunSummary* unfinished) {
  std::vector<const RunSummary*> parts;
  std::vector<Stage> stage_of_row;
  const auto take = [&](Stage stage, const RunSummary& part) {
    parts.push_back(&part);
    stage_of_row.insert(stage_of_row.end(), part.stages.size(), stage);
  };
  for (const Stage stage : kAllStages) {
    const auto index = static_cast<std::size_t>(stage);
    if (settled_[index]) take(stage, part(stage));
    if (unfinished != nullptr && stage == stage_) take(stage, *unfinished);
  }
  RunSummary whole = joined_summary(parts);
  whole.provenance = provenance();
  if (explores_alone()) return whole;
  whole.title = data().name + " from training to low voltage";
  describe_budget(whole);
  complete_rows(whole, stage_of_row);
  if (options_.weight_storage == WeightStorage::rom &&
      settled_[static_cast<std::size_t>(Stage::prune)]) {
    whole.notes.push_back({label_of(Stage::faults), "Weights in ROM: stage 5 does not apply"});
  }
  return whole;
}

void Flow::write_files_of_summary() {
  for (const NamedFile& file : csv_files(whole_)) directory_->write(file.name, file.bytes);
  directory_->write("report.html", to_html(whole_));
}

void Flow::write_summary(const RunSummary* unfinished) {
  whole_ = composed(unfinished);
  write_files_of_summary();
  directory_->write("summary.json", summary_to_json(whole_));  // last: it speaks for the others
}

void Flow::remove_summary() {
  directory_->remove("summary.json");
  directory_->remove("report.html");
  for (const NamedFile& file : csv_files({})) directory_->remove(file.name);
}

}  // namespace minerva::flow
