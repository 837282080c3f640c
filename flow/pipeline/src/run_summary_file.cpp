#include <algorithm>

#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/flow/provenance.hpp"
#include "minerva/flow/run_context.hpp"
#include "minerva/report/summary_report.hpp"

// The summary of a run: the parts of its stages, and what only the whole can say.
namespace minerva::flow {

Provenance RunContext::provenance() {
  Provenance p;
  p.version = program_version();
  p.compiler = compiler_version();
  const std::string& config = directory_->effective_config();
  p.config = config;
  p.config_sha256 = sha256(config.data(), config.size());
  std::vector<std::string> seed_keys = {"data.split_seed", "data.digits_seed"};
  for (const StageDefinition& stage : config_.stages()) {
    seed_keys.insert(seed_keys.end(), stage.seed_keys.begin(), stage.seed_keys.end());
  }
  for (const std::string& key : seed_keys) {
    p.seeds.push_back({key, std::stoull(config_.settings().text(key))});
  }
  if (!works_alone()) {
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

void RunContext::describe_budget(RunSummary& whole) {
  const BudgetOptions& o = options().budget;
  bool measured = false;
  for (std::size_t i = 0; i < config_.stages().size(); ++i) {
    measured = measured || (config_.stages()[i].load_noise && settled_[i]);
  }
  if (o.sigma_percent == 0 && !measured) return;
  BudgetSummary& b = whole.budget;
  b.budget = budget();  // reads the noise where it needs it
  b.origin = o.sigma_percent > 0 ? "given (budget.sigma_percent)"
                                 : std::string(to_string(o.tune_on)) + " error of " +
                                       std::to_string(noise_->runs.size()) + " seeds";
  b.validation_extra_samples = b.budget.extra_samples(whole.network.validation_samples);
  b.test_extra_samples = b.budget.extra_samples(whole.network.test_samples);
  if (o.sigma_percent == 0 && o.tune_on == TuneOn::validation) {
    b.test_sigma_percent = noise_->test_sigma_percent();
  }
}

void RunContext::complete_rows(RunSummary& whole) {
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
    const StageDefinition& stage = config_.stages()[config_.index_of(row.stage)];
    row.validation_error_percent = percent(row.validation_wrong, network.validation_samples);
    row.test_error_percent = percent(row.test_wrong, network.test_samples);
    row.spent_samples = row.validation_wrong - wrong_float_validation;
    row.spent_test_samples = row.test_wrong - wrong_float_test;
    if (sigma > 0) {
      row.spent_sigmas = percent(row.spent_samples, network.validation_samples) / sigma;
      row.spent_test_sigmas = percent(row.spent_test_samples, network.test_samples) / sigma;
    }
    const double share = stage.share ? stage.share().value_or(0) : 0;
    if (share > 0 && has_budget) {
      const auto bound = [&](double wrong_float, std::int64_t samples) {
        return wrong_float + static_cast<double>(whole.budget.budget.extra_samples(samples, share));
      };
      row.bound_validation_wrong = bound(wrong_float_validation, network.validation_samples);
      row.bound_test_wrong = bound(wrong_float_test, network.test_samples);
      if (whole.budget.test_sigma_percent) {
        const ErrorBudget by_test{*whole.budget.test_sigma_percent, whole.budget.budget.itn};
        row.bound_test_wrong_by_test_sigma =
            wrong_float_test +
            static_cast<double>(by_test.extra_samples(network.test_samples, share));
      }
    }
    if (stage.published_factor) row.book_factor = stage.published_factor(options().data.set);
    if (row.power_mw > 0 && first_powered != nullptr) {
      row.factor_baseline = first_powered->power_mw / row.power_mw;
      row.factor_before = whole.stages[i - 1].power_mw / row.power_mw;
      row.factor_before_interval = factor_interval(whole.stages[i - 1], row);
    }
    if (row.power_mw > 0 && first_powered == nullptr) first_powered = &row;
  }
}

RunSummary RunContext::composed(const StagePart* unfinished) {
  RunSummary whole;
  const std::vector<StageDefinition>& stages = config_.stages();
  for (std::size_t i = 0; i < stages.size(); ++i) {
    if (settled_[i]) add_part(whole, stages[i].id, part_of(i));
    if (unfinished != nullptr && i == at_) add_part(whole, stages[i].id, *unfinished);
  }
  whole.provenance = provenance();
  for (const std::string& set : technology().overrides) {
    whole.notes.push_back({"technology " + technology().name, "set by the user: " + set});
  }
  const std::vector<std::string> operands = operands_of(technology().rows);
  if (!operands.empty()) {
    whole.notes.push_back({"technology " + technology().name,
                           "Energies are of the operands of " + joined(operands, "; ") +
                               ": layers with a threshold rest on those of kept inputs, the others "
                               "on those with zeros."});
  }
  if (works_alone()) return whole;
  whole.title = data().name + " from training to low voltage";
  describe_budget(whole);
  complete_rows(whole);
  std::size_t before = 0;  // the last stage that is not left out
  for (std::size_t i = 1; i < stages.size(); ++i) {
    const LeftOut left =
        stages[i].left_out && settled_[before] ? stages[i].left_out(*this) : LeftOut{};
    if (!left.note.empty()) whole.notes.push_back({label_of(stages[i]), left.note});
    if (left.reason.empty()) before = i;
  }
  return whole;
}

void RunContext::write_files_of_summary() {
  for (const NamedFile& file : csv_files(whole_, config_.reports()))
    directory_->write(file.name, file.bytes);
  directory_->write("report.html", to_html(whole_, config_.reports()));
}

void RunContext::write_summary(const StagePart* unfinished) {
  whole_ = composed(unfinished);
  write_files_of_summary();
  directory_->write("summary.json", summary_to_json(whole_));  // last: it speaks for the others
}

void RunContext::remove_summary() {
  directory_->remove("summary.json");
  directory_->remove("report.html");
  for (const NamedFile& file : csv_files({}, config_.reports())) directory_->remove(file.name);
}

}  // namespace minerva::flow
