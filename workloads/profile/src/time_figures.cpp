#include <algorithm>
#include <set>

#include "figure_parts.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/report/text_table.hpp"

// Figures of times: stationarity, cumulative shares, training beside inference, threads.
namespace minerva::workloads {

Figure stationarity_figure(const WorkloadComparison& comparison) {
  Csv csv({"workload", "type", "mean_us", "deviation_percent", "drift_percent", "steps"});
  Json all = Json::array();
  std::string text;
  Extent extent;
  for (const WorkloadProfile* each : comparison.training()) {
    if (each->step_us.size() < 2) continue;
    Json points = series("scatter", each->workload,
                         {"share of the time, %", "deviation over steps, %", "type",
                          "drift from first to second half, %"});
    const std::vector<double> shares = type_shares(*each);
    double worst = 0;
    for (const Stationarity& row : stationarity(*each)) {
      const char* type = operation_types()[row.type].name;
      points["data"].push_back(
          {kPercent * shares[row.type], row.deviation_percent, type, row.drift_percent});
      csv.add({each->workload, type, row.mean_us, row.deviation_percent, row.drift_percent,
               static_cast<std::int64_t>(each->step_us.size())});
      extent.hold(row.deviation_percent);
      worst = std::max(worst, row.deviation_percent);
    }
    text += (text.empty() ? "Largest deviations: " : "; ") + each->workload + " " +
            readable_number(worst, 2) + " %";
    all.push_back(points);
  }
  Figure figure;
  if (all.empty()) return figure;
  Json x = axis("value", "share of the step's time, %");
  set_range(x, 0, kPercent);
  Json y = axis("value", "standard deviation over the steps, %");
  set_range(y, 0, std::max(extent.high, 1.0));
  figure.option = figure_option({{"xAxis", x}, {"yAxis", y}, {"series", all}});
  figure.id = "stationarity";
  figure.title = "Operation times over the steps of a training";
  figure.caption =
      "Each point is a type of operation with at least 1 % of a workload's time; heavy types with "
      "a small deviation mean that few steps give the profile.";
  figure.book = "Fathom, Fig. 1: operation times are stationary and have low variance.";
  figure.alternative = text + ".";
  figure.csv = csv.text();
  figure.height_px = 420;
  return figure;
}

Figure cumulative_figure(const WorkloadComparison& comparison) {
  Csv csv({"workload", "rank", "type", "share", "cumulative_share"});
  Json all = Json::array();
  std::string text;
  for (const WorkloadProfile* each : comparison.training()) {
    Json line =
        series("line", each->workload, {"types of operation", "share of the time, %", "type"});
    int rank = 0;
    int needed = 0;
    for (const CumulativeShare& row : cumulative_shares(*each)) {
      ++rank;
      const char* type = operation_types()[row.type].name;
      line["data"].push_back({rank, kPercent * row.cumulative, type});
      csv.add({each->workload, rank, type, row.share, row.cumulative});
      if (needed == 0 && row.cumulative >= 0.9) needed = rank;
    }
    text += (text.empty() ? "Types that make up 90 %: " : "; ") + each->workload + " " +
            std::to_string(needed);
    all.push_back(line);
  }
  Json x = axis("value", "types of operation, the heaviest first");
  Json y = axis("value", "share of the time so far, %");
  set_range(y, 0, kPercent);
  Figure figure;
  figure.option = figure_option({{"xAxis", x}, {"yAxis", y}, {"series", all}});
  figure.id = "cumulative-shares";
  figure.title = "Few types of operation make up most of the time";
  figure.caption =
      "Training. A curve's first point is the heaviest type of a workload, which differs from "
      "workload to workload.";
  figure.book = "Fathom, Fig. 2: 5 to 15 types are responsible for 90 % of the time.";
  figure.alternative = text + ".";
  figure.csv = csv.text();
  figure.height_px = 420;
  return figure;
}

Figure training_inference_figure(const WorkloadComparison& comparison) {
  Csv csv(
      {"workload", "threads", "training_step_ms", "inference_step_ms", "training_over_inference"});
  const std::vector<std::string> dimensions = {"workload", "time of a step, % of training",
                                               "time, ms"};
  Json training = series("bar", "training", dimensions);
  Json inference = series("bar", "inference", dimensions);
  Json names = Json::array();
  std::string text;
  for (const WorkloadProfile* each : comparison.training()) {
    const WorkloadProfile* other = comparison.find(each->workload, Mode::infer, each->threads);
    if (other == nullptr) continue;
    const double train_ms = median_step_us(*each) / 1000;
    const double infer_ms = median_step_us(*other) / 1000;
    training["data"].push_back({each->workload, kPercent, train_ms});
    inference["data"].push_back({each->workload, kPercent * infer_ms / train_ms, infer_ms});
    names.push_back(each->workload);
    csv.add({each->workload, each->threads, train_ms, infer_ms, train_ms / infer_ms});
    text += (text.empty() ? "Training over inference: " : "; ") + each->workload + " " +
            readable_number(train_ms / infer_ms, 2);
  }
  Figure figure;
  if (names.empty()) return figure;
  for (Json* each : {&training, &inference}) (*each)["encode"] = {{"x", 1}, {"y", 0}};
  Json y = axis("category", "");
  y["data"] = names;
  figure.option = figure_option({{"xAxis", axis("value", "time of a step, % of training")},
                                 {"yAxis", y},
                                 {"series", {training, inference}}});
  figure.id = "training-and-inference";
  figure.title = "Training and inference";
  figure.caption =
      "Time of a step of the forward-only twin beside a step of training, medians, same batch and "
      "threads. Inference of seq2seq takes the whole softmax over all words.";
  figure.book = "Fathom, Fig. 5, its CPU part: training is dearer, to a different extent.";
  figure.alternative = text + ".";
  figure.csv = csv.text();
  figure.height_px = height_of_rows(names.size(), 44);
  return figure;
}

std::vector<Figure> thread_figures(const WorkloadComparison& comparison) {
  std::vector<Figure> figures;
  for (const WorkloadProfile* first : comparison.training()) {
    std::vector<const WorkloadProfile*> by_threads;
    for (const WorkloadProfile& each : comparison.profiles()) {
      if (each.workload == first->workload && each.mode == Mode::train) by_threads.push_back(&each);
    }
    if (by_threads.size() < 2) continue;
    const std::vector<double> shares = type_shares(*first);
    std::vector<std::size_t> heavy;
    for (std::size_t type = 0; type < shares.size(); ++type) {
      if (shares[type] >= 0.02) heavy.push_back(type);
    }
    std::stable_sort(heavy.begin(), heavy.end(),
                     [&](std::size_t a, std::size_t b) { return shares[a] > shares[b]; });
    Csv csv({"workload", "type", "threads", "time_ms"});
    Json all = Json::array();
    Json names = Json::array();
    for (const std::size_t type : heavy) names.push_back(operation_types()[type].name);
    std::string text;
    for (const WorkloadProfile* each : by_threads) {
      Json bars = series("bar", counted(static_cast<std::size_t>(each->threads), "thread"),
                         {"type", "time in a step, ms"});
      const std::vector<double> times = median_type_times_us(*each);
      for (const std::size_t type : heavy) {
        bars["data"].push_back({operation_types()[type].name, times[type] / 1000});
        csv.add({each->workload, operation_types()[type].name, each->threads, times[type] / 1000});
      }
      bars["encode"] = {{"x", 1}, {"y", 0}};
      all.push_back(bars);
      text += (text.empty() ? "A step takes " : "; ") +
              readable_number(median_step_us(*each) / 1000) + " ms on " +
              counted(static_cast<std::size_t>(each->threads), "thread");
    }
    Json y = axis("category", "");
    y["data"] = names;
    Figure figure;
    figure.option = figure_option({{"xAxis", axis("value", "time in a step of training, ms")},
                                   {"yAxis", y},
                                   {"series", all}});
    figure.id = "threads-" + first->workload;
    figure.title = "Threads: " + first->workload;
    figure.caption =
        "Types with at least 2 % of the time on the fewest threads, medians over the steps.";
    figure.book = "Fathom, Fig. 6: what does not scale grows in importance as threads are added.";
    figure.alternative = text + ".";
    figure.csv = csv.text();
    figure.height_px = height_of_rows(names.size(), 40);
    figures.push_back(std::move(figure));
  }
  return figures;
}

}  // namespace minerva::workloads
