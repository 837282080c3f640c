#include "training_figures.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "minerva/network/graph_text.hpp"
#include "minerva/published/book_workloads.hpp"
#include "minerva/published/figures.hpp"
#include "minerva/report/option_parts.hpp"
#include "minerva/report/text_table.hpp"
#include "training_csv.hpp"

namespace minerva::training {
namespace {

double percent_of(double wrong, std::int64_t samples) {
  return 100 * wrong / static_cast<double>(samples);
}

/// One set of the trainings: the numbers that both grids show.
struct ErrorsOfSet {
  const char* name;
  std::int64_t SeedError::*wrong;
  std::int64_t samples;
  double mean_percent;
  double sigma_percent;
};

/// A bin of a histogram, a whole number of wrong samples wide.
struct Bin {
  double low_percent = 0;
  int trainings = 0;
};

/// About as many bins as the root of the number of trainings, and one empty bin that ends them.
std::vector<Bin> histogram(const std::vector<SeedError>& runs, const ErrorsOfSet& set) {
  std::int64_t low = runs.front().*set.wrong;
  std::int64_t high = low;
  for (const SeedError& run : runs) {
    low = std::min(low, run.*set.wrong);
    high = std::max(high, run.*set.wrong);
  }
  const auto wanted =
      static_cast<std::int64_t>(std::ceil(std::sqrt(static_cast<double>(runs.size()))));
  const std::int64_t width = std::max<std::int64_t>(1, (high - low + wanted) / wanted);
  std::vector<Bin> bins(static_cast<std::size_t>((high - low) / width + 2));
  for (std::size_t i = 0; i < bins.size(); ++i) {
    const std::int64_t first = low + static_cast<std::int64_t>(i) * width;
    bins[i].low_percent = percent_of(static_cast<double>(first) - 0.5, set.samples);
  }
  for (const SeedError& run : runs) {
    ++bins[static_cast<std::size_t>((run.*set.wrong - low) / width)].trainings;
  }
  return bins;
}

Json points_of(const TrainingNoise& noise, const ErrorsOfSet& set) {
  Json points = series("scatter", set.name, {"error, %", "training", "seed", "wrong samples"});
  for (std::size_t i = 0; i < noise.runs.size(); ++i) {
    const SeedError& run = noise.runs[i];
    points["data"].push_back({percent_of(static_cast<double>(run.*set.wrong), set.samples), i + 1,
                              std::to_string(run.seed), run.*set.wrong});
  }
  points["symbolSize"] = 7;
  put_into_grid(points, 1);
  return points;
}

Json outline_of(const TrainingNoise& noise, const ErrorsOfSet& set) {
  Json outline = series("line", set.name, {"error from, %", "trainings"});
  for (const Bin& bin : histogram(noise.runs, set)) {
    outline["data"].push_back({bin.low_percent, bin.trainings});
  }
  outline["step"] = "end";
  outline["symbol"] = "none";
  outline["areaStyle"] = {{"opacity", 0.2}};
  put_into_grid(outline, 0);
  return outline;
}

}  // namespace

std::vector<Figure> noise_figures(const RunSummary& summary, const TrainingNoise& noise) {
  if (noise.runs.size() < 2) return {};
  std::vector<ErrorsOfSet> sets;
  if (noise.validation_samples > 0) {
    sets.push_back({"validation", &SeedError::validation_wrong, noise.validation_samples,
                    noise.validation_mean_percent(), noise.validation_sigma_percent()});
  }
  if (noise.test_samples > 0) {
    sets.push_back({"test", &SeedError::test_wrong, noise.test_samples, noise.test_mean_percent(),
                    noise.test_sigma_percent()});
  }
  if (sets.empty()) return {};
  Extent percents;
  const auto show = [&](double percent) { percents.hold(percent); };
  Figure figure;
  Json all = Json::array();
  for (std::size_t i = 0; i < sets.size(); ++i) {
    const ErrorsOfSet& set = sets[i];
    Json outline = outline_of(noise, set);
    Json points = points_of(noise, set);
    for (const Json& bin : outline["data"]) show(bin[0].get<double>());
    show(set.mean_percent - set.sigma_percent);
    show(set.mean_percent + set.sigma_percent);
    if (i == 0) {
      std::vector<Ruler> lines = {{'x', set.mean_percent, "mean", "@soft", "solid"}};
      if (noise.validation_samples > 0 && summary.network.validation_samples > 0 &&
          summary.budget.budget.percent() > 0) {
        const double bound =
            percent_of(static_cast<double>(summary.network.validation_wrong +
                                           summary.budget.validation_extra_samples),
                       summary.network.validation_samples);
        lines.push_back({'x', bound, "bound", "@bound", "dashed"});
        lines[bound < set.mean_percent ? 1 : 0].named_left = true;  // names side by side
        show(bound);
      }
      outline["markLine"] = rulers(lines);
      for (Ruler& line : lines) line.name.clear();
      points["markLine"] = rulers(lines);
      const Json sigma = {
          {"silent", true},
          {"itemStyle", {{"color", "@soft"}, {"opacity", 0.15}}},
          {"label", {{"show", false}}},
          {"data",
           Json::array({Json::array(
               {Json{{"name", "± 1 sigma"}, {"xAxis", set.mean_percent - set.sigma_percent}},
                Json{{"xAxis", set.mean_percent + set.sigma_percent}}})})}};
      outline["markArea"] = sigma;
      points["markArea"] = sigma;
    }
    all.push_back(outline);
    all.push_back(points);
  }
  std::string text;
  for (const ErrorsOfSet& set : sets) {
    text += (text.empty() ? "" : "; ") + std::string(set.name) + " " +
            fixed_text(set.mean_percent, 3) + " ± " + fixed_text(set.sigma_percent, 3) + " %";
  }
  const BookWorkload* book = book_workload(summary.provenance.data_name);
  const double height = 1.1 * static_cast<double>(noise.runs.size());  // above all trainings
  if (book != nullptr) {
    Json mark = series("scatter", "the book, test", {"error, %", "", "sigma, points"});
    mark["data"].push_back({book->error_percent, height, book->sigma_percent});
    make_book_mark(mark);
    mark["markLine"] = {
        {"silent", true},
        {"lineStyle", {{"color", "@book"}, {"type", "solid"}, {"width", 2}}},
        {"label", {{"show", false}}},
        {"data", Json::array({Json::array(
                     {Json{{"coord", {book->error_percent - book->sigma_percent, height}}},
                      Json{{"coord", {book->error_percent + book->sigma_percent, height}}}})})}};
    put_into_grid(mark, 1);
    all.push_back(mark);
    show(book->error_percent - book->sigma_percent);
    show(book->error_percent + book->sigma_percent);
    figure.book = "Table 4.1 and Fig. 4.1: " + fixed_text(book->error_percent, 2) +
                  " % of test, one sigma " + fixed_text(book->sigma_percent, 2) + " points over " +
                  readable_number(published::kTrainingNoiseRuns.value) + " trainings of " +
                  book->topology + ".";
  }
  Json above = axis("value", "", 0);
  above["axisLabel"]["show"] = false;
  Json below = axis("value", "error, %", 1);
  set_range(above, percents.low, percents.high);
  set_range(below, percents.low, percents.high);
  Json trainings = axis("value", "trainings", 0);
  trainings["minInterval"] = 1;
  Json number = axis("value", "training", 1);
  number["minInterval"] = 1;
  set_range(number, 0,
            book == nullptr ? static_cast<double>(noise.runs.size())
                            : 1.2 * static_cast<double>(noise.runs.size()));
  figure.option = figure_option({{"grid", Json::array({Json::object(), Json::object()})},
                                 {"xAxis", {above, below}},
                                 {"yAxis", {trainings, number}},
                                 {"series", all}});
  figure.id = "training-noise";
  figure.title = "Errors of " + std::to_string(noise.runs.size()) + " trainings";
  figure.caption =
      "Trainings that differ in the seed alone: how many by error above, each one below. Grey: one "
      "sigma around the mean of " +
      std::string(sets.front().name) +
      ". The bound is the float network's error on validation and what the stages may add to it.";
  figure.alternative = "Mean and sigma of the error over " + std::to_string(noise.runs.size()) +
                       " trainings: " + text + ".";
  figure.csv = noise_csv(noise);
  figure.height_px = 460;
  return {figure};
}

std::vector<Figure> sweep_figures(const RunSummary& summary, const TrainingSection& training) {
  const std::vector<std::string> dimensions = {"weights",
                                               "validation error, %",
                                               "topology",
                                               "L1",
                                               "L2",
                                               "dropout",
                                               "dropout of inputs",
                                               "activation L1",
                                               "learning rate",
                                               "batch, samples",
                                               "trainings",
                                               "sigma, points",
                                               "epochs",
                                               "outcome"};
  Json whole = series("scatter", "trained to the end", dimensions);
  Json dropped = series("scatter", "dropped on the way", dimensions);
  Json frontier = series("line", "frontier", dimensions);
  Json chosen = series("scatter", "chosen", dimensions);
  Extent weights;
  Extent percents;
  std::size_t diverged = 0;
  std::vector<const SweepRow*> rows;
  for (const SweepRow& row : training.sweep) {
    if (row.outcome == "diverged" || row.weights <= 0) {
      ++diverged;
    } else {
      rows.push_back(&row);
    }
  }
  if (rows.empty()) return {};
  std::stable_sort(rows.begin(), rows.end(),
                   [](const SweepRow* a, const SweepRow* b) { return a->weights < b->weights; });
  const auto show = [&](double of_weights, double percent) {
    weights.hold(of_weights);
    percents.hold(percent);
  };
  const SweepRow* choice = nullptr;
  for (const SweepRow* row : rows) {
    const Json point = {row->weights,
                        row->validation_error_percent,
                        network_text(row->topology),
                        row->l1,
                        row->l2,
                        row->dropout,
                        row->input_dropout,
                        row->activation_l1,
                        row->learning_rate,
                        row->batch_size,
                        row->seeds,
                        row->seeds > 1 ? Json(row->validation_sigma_percent) : Json(nullptr),
                        row->epochs,
                        row->outcome};
    (row->outcome == "whole" ? whole : dropped)["data"].push_back(point);
    if (row->on_frontier) frontier["data"].push_back(point);
    if (row->chosen) {
      chosen["data"].push_back(point);
      choice = row;
    }
    show(static_cast<double>(row->weights), row->validation_error_percent);
  }
  whole["symbol"] = "circle";
  whole["symbolSize"] = 8;
  dropped["symbol"] = "emptyCircle";
  dropped["symbolSize"] = 6;
  dropped["itemStyle"]["color"] = "@quiet";
  paint(frontier, "@frontier");
  frontier["symbol"] = "rect";
  frontier["symbolSize"] = 6;
  frontier["lineStyle"]["type"] = "solid";
  make_ring(chosen, "@chosen");
  Figure figure;
  Json all = Json::array();
  for (const Json& each : {dropped, whole, frontier, chosen}) {
    if (!each["data"].empty()) all.push_back(each);
  }
  const BookWorkload* book = book_workload(summary.provenance.data_name);
  if (book != nullptr) {
    const double of_book =
        static_cast<double>(parse_topology(book->topology, "topology").weight_count());
    Json mark = series("scatter", "the book's choice, test", {"weights", "error, %", "topology"});
    mark["data"].push_back({of_book, book->error_percent, book->topology});
    make_book_mark(mark);
    all.push_back(mark);
    show(of_book, book->error_percent);
    figure.book = "Fig. 4.3 and Table 4.1: the choice, " + std::string(book->topology) + ", has " +
                  fixed_text(book->error_percent, 2) + " % on test.";
  }
  Json x = axis("log", "weights");
  set_logarithmic_range(x, weights.low, weights.high);
  // A few bad points must not press all others against the foot.
  const bool wide = percents.low > 0 && percents.high > 8 * percents.low;
  Json y = axis(wide ? "log" : "value", "validation error, %");
  if (wide) {
    set_logarithmic_range(y, percents.low, percents.high);
  } else {
    set_range(y, percents.low, percents.high);
  }
  figure.option =
      figure_option({{"grid", {{"right", 34}}}, {"xAxis", x}, {"yAxis", y}, {"series", all}});
  figure.id = "error-against-weights";
  figure.title = "Error against weights";
  figure.caption =
      "A point a topology and its hyperparameters, mean error on validation; the "
      "frontier has no point with fewer weights and less error.";
  if (diverged > 0) {
    figure.caption += " Left out: " + counted(diverged, "point") + " that diverged.";
  }
  figure.alternative =
      std::to_string(rows.size()) + " points from " +
      count_text(static_cast<std::int64_t>(weights.low)) + " to " +
      count_text(static_cast<std::int64_t>(weights.high)) + " weights, errors from " +
      fixed_text(percents.low, 2) + " to " + fixed_text(percents.high, 2) + " %." +
      (choice == nullptr ? ""
                         : " Chosen: " + network_text(choice->topology) + " at " +
                               fixed_text(choice->validation_error_percent, 2) + " %.");
  figure.csv = sweep_csv(training);
  return {figure};
}

}  // namespace minerva::training
