#include "training_section.hpp"

#include <algorithm>
#include <cmath>

#include "html_page.hpp"
#include "log_chart.hpp"
#include "minerva/core/intervals.hpp"
#include "minerva/report/text_table.hpp"
#include "summary_names.hpp"

namespace minerva {
namespace {

constexpr auto kText = HtmlTable::Align::text;

std::string paragraph(const std::string& text) { return "<p>" + html_escaped(text) + "</p>\n"; }
std::string soft(const std::string& text) {
  return "<p class=\"soft\">" + html_escaped(text) + "</p>\n";
}

/// Outline of a histogram: runs by their error, about as many bins as the root of their number,
/// each a whole number of wrong samples wide.
std::vector<ChartPoint> outline(const std::vector<SeedError>& runs, std::int64_t SeedError::*wrong,
                                std::int64_t samples) {
  std::int64_t low = runs.front().*wrong;
  std::int64_t high = low;
  for (const SeedError& run : runs) {
    low = std::min(low, run.*wrong);
    high = std::max(high, run.*wrong);
  }
  const auto bins_wanted =
      static_cast<std::int64_t>(std::ceil(std::sqrt(static_cast<double>(runs.size()))));
  const std::int64_t width = std::max<std::int64_t>(1, (high - low + bins_wanted) / bins_wanted);
  std::vector<int> counts(static_cast<std::size_t>((high - low) / width + 1));
  for (const SeedError& run : runs) ++counts[static_cast<std::size_t>((run.*wrong - low) / width)];
  const auto percent = [&](std::int64_t count) {  // the border below a count
    return 100 * (static_cast<double>(count) - 0.5) / static_cast<double>(samples);
  };
  std::vector<ChartPoint> points = {{percent(low), 0}};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const std::int64_t left = low + static_cast<std::int64_t>(i) * width;
    points.push_back({percent(left), static_cast<double>(counts[i])});
    points.push_back({percent(left + width), static_cast<double>(counts[i])});
  }
  points.push_back({points.back().x, 0});
  return points;
}

std::string histogram(const TrainingNoise& noise) {
  if (noise.runs.size() < 2) return "";
  std::vector<ChartSeries> series;
  std::vector<ChartBorder> borders;
  if (noise.validation_samples > 0) {
    series.push_back({"validation", ChartSeries::Mark::line, "var(--p0)",
                      outline(noise.runs, &SeedError::validation_wrong, noise.validation_samples)});
    borders.push_back({noise.validation_mean_percent(), "mean, validation"});
  }
  if (noise.test_samples > 0) {
    series.push_back({"test", ChartSeries::Mark::line, "var(--p1)",
                      outline(noise.runs, &SeedError::test_wrong, noise.test_samples)});
  }
  return chart({"error, %", ChartAxis::Scale::linear}, {"trainings", ChartAxis::Scale::linear},
               series, borders) +
         soft("Trainings by their error; they differ in the seed alone (book, Fig. 4.1).");
}

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
  return sets.html();
}

std::string scatter(const RunSummary& s) {
  std::vector<ChartPoint> whole;
  std::vector<ChartPoint> dropped;
  std::vector<ChartPoint> frontier;
  std::vector<ChartPoint> chosen;
  for (const SweepRow& row : s.sweep) {
    if (row.outcome == "diverged") continue;
    const ChartPoint point{static_cast<double>(row.weights), row.validation_error_percent};
    (row.outcome == "whole" ? whole : dropped).push_back(point);
    if (row.on_frontier) frontier.push_back(point);
    if (row.chosen) chosen.push_back(point);
  }
  std::sort(frontier.begin(), frontier.end(),
            [](const ChartPoint& a, const ChartPoint& b) { return a.x < b.x; });
  std::vector<ChartSeries> series = {
      {"trained to the end", ChartSeries::Mark::dots, "var(--p0)", whole},
      {"frontier", ChartSeries::Mark::line, "var(--p1)", frontier},
      {"chosen", ChartSeries::Mark::ring, "var(--bad)", chosen}};
  if (!dropped.empty()) {
    series.push_back({"dropped on the way", ChartSeries::Mark::dots, "var(--soft)", dropped});
  }
  return chart({"weights"}, {"validation error, %", ChartAxis::Scale::linear}, series) +
         soft("Error against weights (book, Fig. 4.3), on validation samples.");
}

}  // namespace

std::string noise_section(const RunSummary& s) {
  if (s.budget.origin.empty() && s.noise.runs.empty()) return "";
  std::string html = "<h2>Training noise and the error budget</h2>\n";
  html += paragraph("Budget: " + readable_number(s.budget.budget.itn) + " x sigma of " +
                    fixed_text(s.budget.budget.sigma_percent, 3) + " percentage points (" +
                    s.budget.origin + "): " + std::to_string(s.budget.validation_extra_samples) +
                    " more wrong samples on validation, " +
                    std::to_string(s.budget.test_extra_samples) + " on test.");
  if (s.noise.runs.empty()) return html;
  HtmlTable table({{"seed"}, {"validation wrong"}, {"test wrong"}});
  for (const SeedError& run : s.noise.runs) {
    table.add({std::to_string(run.seed), std::to_string(run.validation_wrong),
               std::to_string(run.test_wrong)});
  }
  return html + noise_table(s.noise) + histogram(s.noise) + "<details><summary>All " +
         std::to_string(s.noise.runs.size()) + " runs</summary>\n" + table.html() + "</details>\n";
}

std::string sweep_section(const RunSummary& s) {
  if (s.sweep.empty()) return "";
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
  for (const SweepRow& row : s.sweep) {
    table.add(
        {to_string(row.topology), count_text(row.weights), readable_number(row.l1),
         readable_number(row.l2), readable_number(row.dropout), readable_number(row.input_dropout),
         readable_number(row.activation_l1), readable_number(row.learning_rate),
         std::to_string(row.batch_size), std::to_string(row.seeds), std::to_string(row.epochs),
         row.outcome, wrong_text(row.validation_wrong), fixed_text(row.validation_error_percent, 2),
         row.seeds > 1 ? fixed_text(row.validation_sigma_percent, 3) : "",
         std::string(row.on_frontier ? "yes" : "") + (row.chosen ? ", chosen" : "")},
        row.chosen);
  }
  const SweepSummary& search = s.sweep_search;
  std::string text = "Search: " + search.search + ", " + count_text(search.epochs) + " epochs";
  if (search.epochs < search.epochs_of_all) {
    text += " of the " + count_text(search.epochs_of_all) + " that training every point takes";
  }
  text += search.choice_trained
              ? ". The network has the topology and the hyperparameters that the sweep chose."
              : ". The network is the one of the config, not the choice.";
  return "<h2>Topologies and hyperparameters: error against weights</h2>\n" + paragraph(text) +
         scatter(s) + "<details><summary>All " + std::to_string(s.sweep.size()) +
         " points</summary>\n" + table.html() + "</details>\n";
}

}  // namespace minerva
