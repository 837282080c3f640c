#include "minerva/comparison/comparison.hpp"

#include <algorithm>
#include <optional>

#include "comparison_bars.hpp"
#include "comparison_tables.hpp"
#include "fault_section.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/published/book_workloads.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/report/text_table.hpp"
#include "prune_section.hpp"
#include "quantize_section.hpp"
#include "training_section.hpp"

namespace minerva {
namespace {

std::string percent(double wrong, std::int64_t samples) {
  return samples > 0 ? fixed_text(100 * wrong / static_cast<double>(samples), 2) : "";
}

std::string plus_minus(double mean, double sigma) {
  return fixed_text(mean, 2) + " +- " + fixed_text(sigma, 2);
}

ComparisonTable networks_table(const std::vector<ComparedRun>& runs) {
  ComparisonTable table{"Networks and training noise (error +- sigma over the seeds)",
                        {"run", "topology", "weights", "seeds", "validation\nerror, %",
                         "test\nerror, %", "book\n%", "network's\ntest, %"},
                        {}};
  for (const ComparedRun& run : runs) {
    const RunSummary& s = run.summary;
    const TrainingNoise noise = training::noise_section(s).noise;
    const bool measured = noise.runs.size() >= 2;
    const BookWorkload* book = book_workload(s.provenance.data_name);
    table.rows.push_back(
        {run.name, network_text(s.network.topology), count_text(s.network.weights),
         measured ? std::to_string(noise.runs.size()) : "",
         measured ? plus_minus(noise.validation_mean_percent(), noise.validation_sigma_percent())
                  : "",
         measured ? plus_minus(noise.test_mean_percent(), noise.test_sigma_percent()) : "",
         book != nullptr ? plus_minus(book->error_percent, book->sigma_percent) : "",
         percent(static_cast<double>(s.network.test_wrong), s.network.test_samples)});
  }
  return table;
}

ComparisonTable errors_table(const std::vector<ComparedRun>& runs) {
  ComparisonTable table{
      "After all stages",
      {"run", "formats\nbits", "MACs\nskipped", "supply\nV", "validation wrong\nabove float",
       "allowed", "test wrong\nabove float", "allowed", ""},
      {}};
  for (const ComparedRun& run : runs) {
    const RunSummary& s = run.summary;
    if (s.stages.empty()) {
      table.rows.push_back({run.name, "", "", "", "", "", "", "", "no stage"});
      continue;
    }
    const StageRow& last = s.stages.back();
    std::string bits;
    const quantize::QuantizeSection plan = quantize::quantize_section(s);
    if (const quantize::HardwareReading* reading = quantize::chosen_reading(plan)) {
      const LayerFormats& f = reading->layers.front();
      bits = std::to_string(f.weight.bits() + f.activation.bits() + f.product.bits());
    }
    std::string supply;
    if (const auto chosen = faultsim::chosen_supply(faultsim::fault_section(s));
        chosen && chosen->voltage_v > 0) {
      supply = readable_number(chosen->voltage_v);
    }
    const std::optional<double> skipped = skipped_macs_percent(s);
    table.rows.push_back(
        {run.name, bits, skipped ? fixed_text(*skipped, 1) + " %" : "", supply,
         wrong_text(last.spent_samples), std::to_string(s.budget.validation_extra_samples),
         wrong_text(last.spent_test_samples), std::to_string(s.budget.test_extra_samples),
         last.test_verdict() ? to_string(*last.test_verdict()) : ""});
  }
  return table;
}

ComparisonTable power_table(const std::vector<ComparedRun>& runs) {
  std::vector<std::string> headings = {"power, mW"};
  for (const ComparedBar& bar : kComparedBars) headings.emplace_back(bar.heading);
  headings.emplace_back("first /\nlast");
  ComparisonTable table{
      "Power after each stage, and of two variants; in brackets the power before over this, of the "
      "variants stage 5 over this",
      headings,
      {}};
  const auto with_factor = [](const std::string& value, const std::optional<double>& factor) {
    return factor ? value + " (" + factor_text(factor) + ")" : value;
  };
  for (const ComparedRun& run : runs) {
    std::vector<std::string> cells = {run.name};
    for (std::size_t b = 0; b < kComparedBars.size(); ++b) {
      const auto mw = power_mw(run.summary, kComparedBars[b]);
      cells.push_back(mw ? with_factor(readable_number(*mw), factor_of(run.summary, b)) : "");
    }
    cells.push_back(factor_text(whole_factor(run.summary)));
    table.rows.push_back(cells);
  }
  std::vector<std::string> means = {"geometric mean"};
  std::vector<std::string> book = {"the book's mean of its five sets"};
  for (std::size_t b = 0; b < kComparedBars.size(); ++b) {
    means.push_back(
        factor_text(mean_factor(runs, [b](const RunSummary& s) { return factor_of(s, b); })));
    const bool compared = kComparedBars[b].book_factor > 0 && !means.back().empty();
    book.push_back(compared ? fixed_text(kComparedBars[b].book_factor, 2) + "x" : "");
  }
  means.push_back(factor_text(mean_factor(runs, whole_factor)));
  book.push_back(fixed_text(published::kMeanWholeFactor.value, 2) + "x");
  table.rows.push_back(means);
  if (all_of_the_book(runs)) table.rows.push_back(book);
  return table;
}

/// Columns in which no row has anything say nothing.
void drop_empty_columns(ComparisonTable& table) {
  for (std::size_t c = table.headings.size(); c-- > 1;) {
    const auto has = [c](const std::vector<std::string>& row) { return !row[c].empty(); };
    if (std::any_of(table.rows.begin(), table.rows.end(), has)) continue;
    const auto at = static_cast<std::ptrdiff_t>(c);
    table.headings.erase(table.headings.begin() + at);
    for (std::vector<std::string>& row : table.rows) row.erase(row.begin() + at);
  }
}

std::string stages_csv(const std::vector<ComparedRun>& runs) {
  Csv csv({"run", "data_set", "topology", "technology", "row", "power_mw",
           "energy_per_prediction_nj", "predictions_per_s", "area_mm2", "validation_error_percent",
           "test_error_percent"});
  for (const ComparedRun& run : runs) {
    const RunSummary& s = run.summary;
    // Of a network without an accelerator only the errors are known.
    const auto add = [&](const auto& r, const CsvCell& validation, const CsvCell& test) {
      const auto of_machine = [&](double value) {
        return r.power_mw > 0 ? CsvCell(value) : CsvCell("");
      };
      csv.add({run.name, s.provenance.data_name, network_text(s.network.topology),
               s.provenance.technology_name, r.name, of_machine(r.power_mw),
               of_machine(r.energy_per_prediction_nj), of_machine(r.predictions_per_s),
               of_machine(r.area_mm2), validation, test});
    };
    for (const StageRow& r : s.stages) {
      add(r, r.validation_error_percent, r.test_error_percent);
    }
    for (const VariantRow& r : s.variants) add(r, "", "");
  }
  return csv.text();
}

std::string power_csv(const std::vector<ComparedRun>& runs) {
  std::vector<std::string> names = {"run"};
  for (const ComparedBar& bar : kComparedBars) names.emplace_back(bar.column);
  Csv csv(names);
  for (const ComparedRun& run : runs) {
    std::vector<CsvCell> cells = {run.name};
    for (const ComparedBar& bar : kComparedBars) {
      const auto mw = power_mw(run.summary, bar);
      cells.push_back(mw ? CsvCell(*mw) : CsvCell(""));
    }
    csv.add(cells);
  }
  return csv.text();
}

std::string training_csv(const std::vector<ComparedRun>& runs) {
  Csv csv({"run", "data_set", "topology", "inputs", "outputs", "weights", "seeds",
           "validation_samples", "validation_mean_percent", "validation_sigma_percent",
           "test_samples", "test_mean_percent", "test_sigma_percent", "network_validation_percent",
           "network_test_percent", "book_error_percent", "book_sigma_percent"});
  for (const ComparedRun& run : runs) {
    const RunSummary& s = run.summary;
    const TrainingNoise noise = training::noise_section(s).noise;
    const auto noise_cell = [&](double (TrainingNoise::*figure)() const) {
      return noise.runs.size() >= 2 ? CsvCell((noise.*figure)()) : CsvCell("");
    };
    const auto share = [](std::int64_t wrong, std::int64_t samples) {
      return samples > 0 ? CsvCell(100 * static_cast<double>(wrong) / static_cast<double>(samples))
                         : CsvCell("");
    };
    const BookWorkload* book = book_workload(s.provenance.data_name);
    csv.add({run.name, s.provenance.data_name, network_text(s.network.topology),
             s.network.topology.inputs(), s.network.topology.outputs(), s.network.weights,
             static_cast<std::int64_t>(noise.runs.size()), s.network.validation_samples,
             noise_cell(&TrainingNoise::validation_mean_percent),
             noise_cell(&TrainingNoise::validation_sigma_percent), s.network.test_samples,
             noise_cell(&TrainingNoise::test_mean_percent),
             noise_cell(&TrainingNoise::test_sigma_percent),
             share(s.network.validation_wrong, s.network.validation_samples),
             share(s.network.test_wrong, s.network.test_samples),
             book != nullptr ? CsvCell(book->error_percent) : CsvCell(""),
             book != nullptr ? CsvCell(book->sigma_percent) : CsvCell("")});
  }
  return csv.text();
}

}  // namespace

std::vector<ComparisonTable> comparison_tables(const std::vector<ComparedRun>& runs) {
  std::vector<ComparisonTable> tables = {networks_table(runs), errors_table(runs),
                                         power_table(runs)};
  for (ComparisonTable& table : tables) drop_empty_columns(table);
  return tables;
}

std::optional<double> skipped_macs_percent(const RunSummary& summary) {
  const std::vector<prune::PruningRow> layers = prune::prune_section(summary).layers;
  if (layers.empty()) return std::nullopt;
  return prune::skipped_percent(layers);
}

std::string comparison_text(const std::vector<ComparedRun>& runs) {
  expects(!runs.empty(), "comparison_text: no run");
  std::string text;
  for (const ComparisonTable& content : comparison_tables(runs)) {
    TextTable table(content.headings);
    for (const std::vector<std::string>& row : content.rows) table.add(row);
    text += (text.empty() ? "" : "\n") + content.name + "\n" + table.text();
  }
  return text;
}

std::vector<NamedFile> comparison_files(const std::vector<ComparedRun>& runs) {
  return {{"comparison.html", comparison_html(runs)},
          {"comparison.csv", stages_csv(runs)},
          {"comparison_power.csv", power_csv(runs)},
          {"comparison_training.csv", training_csv(runs)}};
}

}  // namespace minerva
