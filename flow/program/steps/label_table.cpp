#include "label_table.hpp"

#include <algorithm>
#include <set>

#include "minerva/report/text_table.hpp"

namespace minerva::flow {

std::vector<LabelRow> label_rows(const Dataset& data, const Samples& samples,
                                 const std::vector<std::int32_t>& classes) {
  const auto outputs = static_cast<std::size_t>(
      std::max<std::int64_t>(data.classes, static_cast<std::int64_t>(data.class_names.size())));
  std::vector<LabelRow> rows(outputs);
  std::vector<std::vector<std::int64_t>> predicted(outputs);
  for (std::size_t k = 0; k < outputs; ++k) {
    rows[k].output = static_cast<int>(k);
    if (k < data.class_names.size()) rows[k].label = data.class_names[k];
  }
  for (std::size_t s = 0; s < samples.labels.size(); ++s) {
    const auto label = static_cast<std::size_t>(samples.labels[s]);
    const auto said = static_cast<std::size_t>(classes[s]);
    ++rows[label].samples;
    rows[label].wrong += label == said ? 0 : 1;
    std::vector<std::int64_t>& counts = predicted[label];
    if (counts.size() <= said) counts.resize(said + 1);
    ++counts[said];
  }
  for (std::size_t k = 0; k < outputs; ++k) {
    const auto most = std::max_element(predicted[k].begin(), predicted[k].end());
    if (most == predicted[k].end()) continue;
    rows[k].mostly = static_cast<int>(most - predicted[k].begin());
    rows[k].of_mostly = *most;
  }
  return rows;
}

std::string label_table_text(const std::vector<LabelRow>& rows) {
  TextTable table({"label", "output", "samples", "wrong", "mostly\npredicted"});
  for (const LabelRow& row : rows) {
    table.add({row.label.empty() ? "-" : row.label, std::to_string(row.output),
               std::to_string(row.samples), std::to_string(row.wrong),
               row.mostly < 0 ? "-" : std::to_string(row.mostly)});
  }
  return table.text();
}

Json label_table_json(const std::vector<LabelRow>& rows) {
  Json document = Json::array();
  for (const LabelRow& row : rows) {
    Json entry = {{"label", row.label},
                  {"output", row.output},
                  {"samples", row.samples},
                  {"wrong", row.wrong}};
    if (row.mostly >= 0) entry["mostly_predicted"] = row.mostly;
    document.push_back(std::move(entry));
  }
  return document;
}

std::string mismatch_of_labels(const std::vector<LabelRow>& rows) {
  std::int64_t samples = 0;
  std::int64_t wrong = 0;
  std::set<int> different;
  std::size_t with_samples = 0;
  std::set<int> shifts;
  bool sure = true;
  for (const LabelRow& row : rows) {
    if (row.mostly < 0) continue;
    ++with_samples;
    samples += row.samples;
    wrong += row.wrong;
    different.insert(row.mostly);
    shifts.insert(row.mostly - row.output);
    sure = sure && 4 * row.of_mostly >= 3 * row.samples;
  }
  if (!sure || 2 * wrong <= samples || with_samples < 2 || different.size() < with_samples)
    return "";
  std::string text = std::to_string(wrong) + " of " + std::to_string(samples) +
                     " samples are wrong, but each label has an output of its own that is mostly "
                     "predicted for it: the labels seem to belong to other outputs";
  if (shifts.size() == 1) {
    const int shift = *shifts.begin();
    text += ", " + std::to_string(shift > 0 ? shift : -shift) + (shift > 0 ? " higher" : " lower");
  }
  return text + " (data.label_offset, data.class_order)";
}

}  // namespace minerva::flow
