#include "training_page.hpp"

#include "minerva/network/graph_text.hpp"
#include "minerva/report/html_table.hpp"
#include "minerva/report/text_table.hpp"
#include "minerva/statistics/intervals.hpp"
#include "training_figures.hpp"

namespace minerva::training {
namespace {

std::string noise_table(const TrainingNoise& noise) {
  const int runs = static_cast<int>(noise.runs.size());
  HtmlTable sets({{"set", kText},
                  {"samples"},
                  {"runs"},
                  {"mean error, %"},
                  {"sigma, points"},
                  {"95 % interval of sigma, points"}});
  const auto add = [&](const char* name, std::int64_t samples, double mean, double sigma) {
    std::string interval;
    if (runs >= 2) {
      const Interval factors = deviation_factors(runs, 0.95);
      interval = fixed_text(sigma * factors.low, 3) + " to " + fixed_text(sigma * factors.high, 3);
    }
    sets.add({name, count_text(samples), std::to_string(runs), fixed_text(mean, 3),
              fixed_text(sigma, 3), interval});
  };
  if (noise.validation_samples > 0) {
    add("validation", noise.validation_samples, noise.validation_mean_percent(),
        noise.validation_sigma_percent());
  }
  if (noise.test_samples > 0) {
    add("test", noise.test_samples, noise.test_mean_percent(), noise.test_sigma_percent());
  }
  return sets.html("Error over the seeds");
}

}  // namespace

PageSection noise_page(const RunSummary& summary, const TrainingNoise& noise) {
  PageSection section("noise", "Training noise", "Training noise and the error budget");
  if (summary.budget.origin.empty() && noise.runs.empty()) return section;
  section.add(paragraph("Budget: " + readable_number(summary.budget.budget.itn) + " x sigma of " +
                        fixed_text(summary.budget.budget.sigma_percent, 3) +
                        " percentage points (" + summary.budget.origin +
                        "): " + std::to_string(summary.budget.validation_extra_samples) +
                        " more wrong samples on validation, " +
                        std::to_string(summary.budget.test_extra_samples) + " on test."));
  if (noise.runs.empty()) return section;
  HtmlTable table({{"seed"}, {"validation wrong"}, {"test wrong"}});
  for (const SeedError& run : noise.runs) {
    table.add({std::to_string(run.seed), std::to_string(run.validation_wrong),
               std::to_string(run.test_wrong)});
  }
  return section.add(noise_table(noise))
      .add(noise_figures(summary, noise))
      .add(folded("All " + std::to_string(noise.runs.size()) + " runs",
                  table.html("Wrong samples of every seed")));
}

PageSection sweep_page(const RunSummary& summary, const TrainingSection& training) {
  PageSection section("sweep", "Error and weights",
                      "Topologies and hyperparameters: error against weights");
  if (training.sweep.empty()) return section;
  HtmlTable table({{"topology", kText},
                   {"weights"},
                   {"L1"},
                   {"L2"},
                   {"dropout"},
                   {"of inputs"},
                   {"activation L1"},
                   {"learning rate"},
                   {"batch"},
                   {"seeds"},
                   {"epochs"},
                   {"outcome", kText},
                   {"validation wrong, mean"},
                   {"validation error, %"},
                   {"sigma, points"},
                   {"frontier", kText}});
  for (const SweepRow& row : training.sweep) {
    table.add(
        {network_text(row.topology), count_text(row.weights), readable_number(row.l1),
         readable_number(row.l2), readable_number(row.dropout), readable_number(row.input_dropout),
         readable_number(row.activation_l1), readable_number(row.learning_rate),
         std::to_string(row.batch_size), std::to_string(row.seeds), std::to_string(row.epochs),
         row.outcome, wrong_text(row.validation_wrong), fixed_text(row.validation_error_percent, 2),
         row.seeds > 1 ? fixed_text(row.validation_sigma_percent, 3) : "",
         std::string(row.on_frontier ? "yes" : "") + (row.chosen ? ", chosen" : "")},
        row.chosen);
  }
  const SweepSummary& search = training.search;
  std::string text = "Search: " + search.search + ", " + count_text(search.epochs) + " epochs";
  if (search.epochs < search.epochs_of_all) {
    text += " of the " + count_text(search.epochs_of_all) + " that training every point takes";
  }
  text += search.choice_trained
              ? ". The network has the topology and the hyperparameters that the sweep chose."
              : ". The network is the one of the config, not the choice.";
  return section.add(paragraph(text))
      .add(sweep_figures(summary, training))
      .add(folded("All " + std::to_string(training.sweep.size()) + " points",
                  table.html("Points of the sweep")));
}

}  // namespace minerva::training
