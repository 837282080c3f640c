#include "sweep_rows.hpp"

#include <algorithm>

#include "minerva/base/text.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/report/text_table.hpp"
#include "minerva/training/trained_topology.hpp"

namespace minerva::training {
namespace {

/// A hyperparameter that a sweep varies, by its name in tables.
struct Varied {
  const char* name;
  double (*value)(const SweepRow& row);
};
constexpr Varied kVaried[] = {
    {"L1", [](const SweepRow& r) { return r.l1; }},
    {"L2", [](const SweepRow& r) { return r.l2; }},
    {"dropout", [](const SweepRow& r) { return r.dropout; }},
    {"input dropout", [](const SweepRow& r) { return r.input_dropout; }},
    {"activation L1", [](const SweepRow& r) { return r.activation_l1; }},
    {"learning rate", [](const SweepRow& r) { return r.learning_rate; }},
    {"batch", [](const SweepRow& r) { return static_cast<double>(r.batch_size); }}};

/// The hyperparameters that are not the same in all rows.
std::string hyperparameter_text(const SweepRow& row, const std::vector<SweepRow>& rows) {
  std::string text;
  for (const Varied& varied : kVaried) {
    const bool same = std::all_of(rows.begin(), rows.end(), [&](const SweepRow& other) {
      return varied.value(other) == varied.value(row);
    });
    if (same) continue;
    text += (text.empty() ? "" : ", ") + std::string(varied.name) + " " +
            number_text(varied.value(row));
  }
  return text;
}

}  // namespace

SweepRow row_of(const SweepPoint& point, const Dataset& set) {
  const TrainingOptions& o = point.options;
  SweepRow row;
  row.topology = graph_of(o, set);
  row.weights = point.weights;
  row.l1 = o.regularization.l1;
  row.l2 = o.regularization.l2;
  row.dropout = o.regularization.dropout_fraction;
  row.input_dropout = o.regularization.input_dropout_fraction;
  row.activation_l1 = o.regularization.activation_l1;
  row.learning_rate = o.learning_rate;
  row.batch_size = o.batch_size;
  row.seeds = point.seeds;
  row.epochs = point.epochs;
  row.outcome = point.diverged ? "diverged" : point.finished ? "whole" : "dropped";
  row.validation_wrong = point.validation_wrong;
  row.validation_error_percent = point.validation_error_percent;
  row.validation_sigma_percent = point.validation_sigma_percent;
  row.on_frontier = point.on_frontier;
  return row;
}

void adopt_row(const SweepRow& row, TrainingOptions& o) {
  take_layers(row.topology, o);
  o.regularization.l1 = row.l1;
  o.regularization.l2 = row.l2;
  o.regularization.dropout_fraction = row.dropout;
  o.regularization.input_dropout_fraction = row.input_dropout;
  o.regularization.activation_l1 = row.activation_l1;
  o.learning_rate = row.learning_rate;
  o.batch_size = row.batch_size;
}

std::string sweep_text(const TrainingSection& swept, int epochs) {
  TextTable table({"topology", "varied", "weights", "epochs", "validation\nerror", "frontier"});
  for (const SweepRow& row : swept.sweep) {
    table.add({network_text(row.topology), hyperparameter_text(row, swept.sweep),
               std::to_string(row.weights), std::to_string(row.epochs),
               row.outcome == "diverged" ? "diverged"
                                         : fixed_text(row.validation_error_percent, 3) + " %",
               std::string(row.on_frontier ? "yes" : "") + (row.chosen ? " chosen" : "") +
                   (row.outcome == "dropped" ? "dropped" : "")});
  }
  std::string text = "Error against weights (" + std::to_string(epochs) + " epochs a network)\n" +
                     table.text() + "\n";
  const SweepSummary& search = swept.search;
  if (search.epochs < search.epochs_of_all) {
    text += search.search + " took " + std::to_string(search.epochs) + " epochs, the grid takes " +
            std::to_string(search.epochs_of_all) + ": " +
            fixed_text(
                static_cast<double>(search.epochs_of_all) / static_cast<double>(search.epochs), 1) +
            " times as many\n\n";
  }
  return text;
}

}  // namespace minerva::training
