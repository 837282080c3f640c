#include <string>

#include "minerva/report/html_page.hpp"
#include "minerva/report/text_table.hpp"
#include "minerva/workloads/comparison.hpp"
#include "minerva/workloads/named_table.hpp"
#include "minerva/workloads/published_profile.hpp"

namespace minerva::workloads {
namespace {

using Row = std::vector<std::string>;

std::string percent(double share) { return fixed_text(100 * share, 0); }

const PublishedProfile* published_row(const std::string& workload) {
  for (const PublishedProfile& each : published_profiles()) {
    if (workload == each.workload) return &each;
  }
  return nullptr;
}

NamedTable class_table(const WorkloadComparison& comparison) {
  NamedTable table{"Share of the training time by class, %: published, measured",
                   {"workload", "A", "B", "C", "D", "E", "F", "G", "distance"},
                   {}};
  const std::vector<PublishedDistance> distances = comparison.published_distances();
  for (const WorkloadProfile* each : comparison.training()) {
    Row row = {each->workload};
    const std::vector<double> measured = class_shares(type_shares(*each));
    const PublishedProfile* published = published_row(each->workload);
    const std::vector<double> book =
        published == nullptr ? std::vector<double>() : class_shares(published_shares(*published));
    for (std::size_t c = 0; c < measured.size(); ++c) {
      row.push_back((book.empty() ? "" : percent(book[c]) + ", ") + percent(measured[c]));
    }
    std::string distance;
    for (const PublishedDistance& d : distances) {
      if (d.workload == each->workload) distance = fixed_text(d.by_class, 3);
    }
    row.push_back(distance);
    table.rows.push_back(row);
  }
  return table;
}

NamedTable join_table(const std::string& name, const SimilarityTree& tree) {
  NamedTable table{name, {"joined", "distance"}, {}};
  for (std::size_t k = 0; k < tree.joins.size(); ++k) {
    table.rows.push_back({joined(names_below(tree.joins, tree.names, k), " + "),
                          fixed_text(tree.joins[k].distance, 3)});
  }
  return table;
}

NamedTable step_table(const WorkloadComparison& comparison) {
  NamedTable table{"What a step costs",
                   {"workload", "mode", "variant", "shape", "batch", "threads", "clock", "steps",
                    "step, ms", "in operations, %", "memory, MB"},
                   {}};
  for (const WorkloadProfile& each : comparison.profiles()) {
    table.rows.push_back({each.workload, to_string(each.mode), each.variant, each.shape,
                          std::to_string(each.batch), std::to_string(each.threads),
                          to_string(each.clock), std::to_string(each.step_us.size()),
                          readable_number(median_step_us(each) / 1000),
                          percent(share_inside_operations(each)), readable_number(each.peak_mb)});
  }
  return table;
}

std::vector<NamedTable> tables(const WorkloadComparison& comparison) {
  std::vector<NamedTable> all = {step_table(comparison), class_table(comparison)};
  const SimilarityTree measured = comparison.tree_by_class();
  if (!measured.joins.empty()) {
    all.push_back(join_table("Joins by class, measured", measured));
    all.push_back(join_table("Joins by class, published table", published_tree(true)));
    all.push_back(join_table("Joins by type, measured", comparison.tree_by_type()));
    all.push_back(join_table("Joins by type, published table", published_tree(false)));
  }
  return all;
}

std::string unknown_text(const WorkloadComparison& comparison) {
  std::string text;
  for (const WorkloadProfile& each : comparison.profiles()) {
    for (const std::string& name : unknown_operations(each)) {
      text += (text.empty() ? "" : ", ") + each.workload + " " + name;
    }
  }
  return text;
}

const char* const kWhyTheyDiffer =
    "What differs from the published rows has few causes. The framework is another one: oneDNN's "
    "convolutions are faster than those of TensorFlow 0.8, so that the rest of a convolutional "
    "network shows. Gradients are composed of other operations: TensorFlow's gradient of a sum "
    "multiplies and tiles, where LibTorch adds. Passes over elements are bound by memory, and so "
    "by the CPU and by what else runs on it. Rows of the table are percents above 1 % alone, and "
    "its text gives fully connected layers up to 7 % that its rows do not have.";

}  // namespace

std::string comparison_text(const WorkloadComparison& comparison) {
  std::string text = joined_text(tables(comparison));
  const std::string unknown = unknown_text(comparison);
  if (!unknown.empty()) text += "\noperations without a type: " + unknown + "\n";
  return text;
}

std::string comparison_page(const WorkloadComparison& comparison) {
  const WorkloadProfile& first = *comparison.training().front();
  const std::string opening =
      paragraph("Time by operation of " + std::to_string(comparison.training().size()) +
                (comparison.training().size() == 1 ? " workload" : " workloads") +
                ", measured with " + first.library + " on " + first.cpu +
                ", beside the published figures of Fathom (Adolf et al., IISWC 2016).") +
      paragraph(kWhyTheyDiffer, "soft");
  PageSection figures("paper-figures", "Figures", "The six figures of the paper");
  figures.add(comparison_figures(comparison));
  PageSection numbers("numbers", "Numbers", "Numbers beside the published ones");
  std::string html;
  for (const NamedTable& table : tables(comparison)) html += table.html();
  numbers.add(html);
  const std::string unknown = unknown_text(comparison);
  if (!unknown.empty()) {
    numbers.add(
        paragraph("Operations without a type, which no share counts: " + unknown + ".", "bad"));
  }
  return html_page("Fathom workloads by operation", opening, {figures, numbers});
}

}  // namespace minerva::workloads
