#include <algorithm>
#include <array>

#include "figure_parts.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/report/text_table.hpp"
#include "minerva/workloads/published_profile.hpp"

// The heat map of shares by type, and the dendrogram, each published above measured.
namespace minerva::workloads {

std::vector<HeatColumn> heat_columns() {
  const std::vector<OperationType>& types = operation_types();
  std::vector<HeatColumn> columns;
  for (std::size_t i = 0; i < kFigureTypes; ++i) columns.push_back({types[i].name, {i}});
  for (std::size_t c = 0; c < kOperationClasses; ++c) {
    HeatColumn other;
    const auto operation_class = static_cast<OperationClass>(c);
    other.name = std::string("other ") + class_letter(operation_class);
    for (std::size_t i = kFigureTypes; i < types.size(); ++i) {
      if (types[i].operation_class == operation_class) other.types.push_back(i);
    }
    if (!other.types.empty()) columns.push_back(std::move(other));
  }
  return columns;
}

std::vector<double> column_shares(const std::vector<HeatColumn>& columns,
                                  const std::vector<double>& shares_by_type) {
  std::vector<double> shares;
  for (const HeatColumn& column : columns) {
    double sum = 0;
    for (const std::size_t type : column.types) sum += shares_by_type[type];
    shares.push_back(sum);
  }
  return shares;
}

namespace {

/// Shares are told by the size and the strength of a square.
struct HeatBand {
  const char* name;
  double above;  ///< share
  int side_px;
  double opacity;
};
constexpr std::array<HeatBand, 4> kHeatBands{{{"1 to 5 %", 0.01, 7, 0.35},
                                              {"5 to 20 %", 0.05, 11, 0.55},
                                              {"20 to 50 %", 0.2, 15, 0.8},
                                              {"above 50 %", 0.5, 20, 1.0}}};

void add_heat_row(std::vector<Json>& bands, const std::string& workload,
                  const std::vector<HeatColumn>& columns, const std::vector<double>& shares) {
  for (std::size_t c = 0; c < columns.size(); ++c) {
    for (std::size_t band = kHeatBands.size(); band-- > 0;) {
      if (shares[c] < kHeatBands[band].above) continue;
      bands[band]["data"].push_back({columns[c].name, workload, kPercent * shares[c]});
      break;
    }
  }
}

std::vector<Json> empty_bands(int grid) {
  std::vector<Json> bands;
  for (const HeatBand& each : kHeatBands) {
    Json band = series("scatter", each.name, {"type", "workload", "share of the time, %"});
    band["data"] = Json::array();
    band["symbol"] = "rect";
    band["symbolSize"] = each.side_px;
    paint(band, "@1");
    band["itemStyle"]["opacity"] = each.opacity;
    put_into_grid(band, grid);
    bands.push_back(band);
  }
  return bands;
}

}  // namespace

Figure heat_figure(const WorkloadComparison& comparison) {
  const std::vector<HeatColumn> columns = heat_columns();
  Csv csv({"workload", "source", "type", "class", "share"});
  Json x_axes = Json::array();
  Json y_axes = Json::array();
  Json all = Json::array();
  std::string text;
  for (int grid = 0; grid < 2; ++grid) {
    std::vector<Json> bands = empty_bands(grid);
    Json names = Json::array();
    const auto add = [&](const std::string& workload, const char* source,
                         const std::vector<double>& shares_by_type) {
      const std::vector<double> shares = column_shares(columns, shares_by_type);
      add_heat_row(bands, workload, columns, shares);
      names.push_back(workload);
      for (std::size_t c = 0; c < columns.size(); ++c) {
        const OperationType& type = operation_types()[columns[c].types.front()];
        csv.add({workload, source, columns[c].name,
                 std::string(1, class_letter(type.operation_class)), shares[c]});
      }
      const auto heaviest = std::max_element(shares.begin(), shares.end()) - shares.begin();
      if (grid == 1) {
        text += (text.empty() ? "Heaviest types measured: " : "; ") + workload + " " +
                columns[static_cast<std::size_t>(heaviest)].name;
      }
    };
    if (grid == 0) {
      for (const PublishedProfile& row : published_profiles()) {
        std::vector<double> shares = published_shares(row);
        shares.resize(operation_types().size(), 0.0);
        add(row.workload, "published", shares);
      }
    } else {
      for (const WorkloadProfile* each : comparison.training()) {
        add(each->workload, "measured", type_shares(*each));
      }
    }
    Json x = axis("category", grid == 0 ? "published" : "measured", grid);
    for (const HeatColumn& column : columns) x["data"].push_back(column.name);
    x["axisLabel"] = {{"interval", 0}, {"rotate", 65}};
    x["nameGap"] = 96;
    Json y = axis("category", "", grid);
    y["data"] = names;
    x_axes.push_back(x);
    y_axes.push_back(y);
    for (Json& band : bands) {
      if (!band["data"].empty()) all.push_back(band);
    }
  }
  Figure figure;
  figure.option = figure_option({{"grid", Json::array({Json::object(), Json::object()})},
                                 {"xAxis", x_axes},
                                 {"yAxis", y_axes},
                                 {"series", all}});
  figure.id = "operation-types";
  figure.title = "Time by type of operation";
  figure.caption =
      "Training. Above, the published table of 22 types; below, the measured shares, where other A "
      "to G are types of a class that the table does not list (Relu, pooling, copies).";
  figure.book = "Fathom, Fig. 3: breakdown of execution time by operation type.";
  figure.alternative = text + ".";
  figure.csv = csv.text();
  figure.height_px = 860;
  return figure;
}

namespace {

void add_tree(const SimilarityTree& tree, int grid, const char* name, Json& all, Csv& csv) {
  const std::vector<std::size_t> order = leaf_order(tree.joins);
  const std::size_t n = tree.names.size();
  std::vector<double> row(2 * n - 1, 0.0);
  std::vector<double> distance(2 * n - 1, 0.0);
  Json leaves = series("scatter", "workloads", {"cosine distance", "row", "workload"});
  for (std::size_t i = 0; i < order.size(); ++i) {
    row[order[i]] = static_cast<double>(i);
    leaves["data"].push_back({0.0, static_cast<double>(i), tree.names[order[i]]});
  }
  leaves["label"] = {{"show", true}, {"formatter", "{@[2]}"}, {"position", {4, -16}}};
  leaves["symbolSize"] = 5;
  paint(leaves, "@ink");
  put_into_grid(leaves, grid);
  for (std::size_t k = 0; k < tree.joins.size(); ++k) {
    const Join& join = tree.joins[k];
    const std::vector<std::string> below = names_below(tree.joins, tree.names, k);
    std::string together;
    for (const std::string& each : below) together += (together.empty() ? "" : ", ") + each;
    row[n + k] = (row[join.first] + row[join.second]) / 2;
    distance[n + k] = join.distance;
    Json line = series("line", name, {"cosine distance", "row", "joined workloads"});
    line["data"] = {{distance[join.first], row[join.first], ""},
                    {join.distance, row[join.first], together},
                    {join.distance, row[join.second], together},
                    {distance[join.second], row[join.second], ""}};
    paint(line, grid == 0 ? "@book" : "@1");
    line["lineStyle"]["type"] = "solid";
    line["symbol"] = "none";
    put_into_grid(line, grid);
    all.push_back(line);
    csv.add({name, together, join.distance});
  }
  all.push_back(leaves);
}

}  // namespace

Figure similarity_figure(const WorkloadComparison& comparison) {
  const SimilarityTree measured = comparison.tree_by_class();
  Figure figure;
  if (measured.joins.empty()) return figure;
  const SimilarityTree published = published_tree(true);
  Csv csv({"source", "joined_workloads", "cosine_distance"});
  Json all = Json::array();
  add_tree(published, 0, "published", all, csv);
  add_tree(measured, 1, "measured", all, csv);
  Json x_axes = Json::array();
  Json y_axes = Json::array();
  for (int grid = 0; grid < 2; ++grid) {
    const SimilarityTree& tree = grid == 0 ? published : measured;
    Json x =
        axis("value", grid == 0 ? "cosine distance, published table" : "cosine distance, measured",
             grid);
    set_range(x, 0, 1);
    Json y = axis("value", "", grid);
    y["min"] = -1;
    y["max"] = static_cast<double>(tree.names.size()) - 0.5;
    y["axisLabel"] = {{"show", false}};
    y["axisTick"] = {{"show", false}};
    y["splitLine"] = {{"show", false}};
    y["inverse"] = true;
    x_axes.push_back(x);
    y_axes.push_back(y);
  }
  std::string text;
  for (std::size_t k = 0; k < measured.joins.size(); ++k) {
    std::string names;
    for (const std::string& each : names_below(measured.joins, measured.names, k)) {
      names += (names.empty() ? "" : "+") + each;
    }
    text += (text.empty() ? "Measured joins: " : "; ") + names + " " +
            fixed_text(measured.joins[k].distance, 3);
  }
  figure.option = figure_option({{"grid", Json::array({Json::object(), Json::object()})},
                                 {"xAxis", x_axes},
                                 {"yAxis", y_axes},
                                 {"series", all}});
  figure.id = "similarity";
  figure.title = "Similarity of the workloads";
  figure.caption =
      "Shares of the time by class A to G, cosine distance, centroid linkage: two branches meet at "
      "the distance of their centroids. Above from the published table, below measured.";
  figure.book =
      "Fathom, Fig. 4: seq2seq and memnet meet speech and autoenc at a distance of about 0.4.";
  figure.alternative = text + ".";
  figure.csv = csv.text();
  figure.height_px = 820;
  return figure;
}

std::vector<Figure> comparison_figures(const WorkloadComparison& comparison) {
  std::vector<Figure> figures = {stationarity_figure(comparison), cumulative_figure(comparison),
                                 heat_figure(comparison), similarity_figure(comparison),
                                 training_inference_figure(comparison)};
  for (Figure& each : thread_figures(comparison)) figures.push_back(std::move(each));
  figures.erase(std::remove_if(figures.begin(), figures.end(),
                               [](const Figure& each) { return each.option.empty(); }),
                figures.end());
  return figures;
}

}  // namespace minerva::workloads
