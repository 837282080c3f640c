#include "prune_section.hpp"

#include "minerva/json/fields.hpp"

namespace minerva::prune {

using json::kNotNegative;
using json::kPercent;

// Found by the archives through their argument, so not in an unnamed namespace.

template <typename Archive>
void fields(Archive& archive, ActivationBin& value) {
  archive("low", value.low, kNotNegative);
  archive("high", value.high, kNotNegative);
  archive("count", value.count, kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, PruningRow& value) {
  archive("layer", value.layer, kNotNegative);
  archive("theta", value.theta, kNotNegative);
  archive("theta_code", value.theta_code, kNotNegative);
  archive("zero_percent", value.zero_percent, kPercent);
  archive("skipped_percent", value.skipped_percent, kPercent);
  archive("weights", value.weights, kNotNegative);
  archive("macs", value.macs, kNotNegative);
  archive("macs_skipped_by_zeros", value.macs_skipped_by_zeros, kNotNegative);
  archive("macs_skipped_by_threshold", value.macs_skipped_by_threshold, kNotNegative);
  archive("weight_reads_skipped", value.weight_reads_skipped, kNotNegative);
  archive("histogram", value.histogram);
}

template <typename Archive>
void fields(Archive& archive, ThresholdCurveRow& value) {
  archive("theta", value.theta, kNotNegative);
  archive("wrong", value.wrong, kNotNegative);
  archive("error_percent", value.error_percent, kPercent);
  archive("skipped_percent", value.skipped_percent, kPercent);
}

template <typename Archive>
void fields(Archive& archive, PruningParts& value) {
  archive("zeros_skipped_percent", value.zeros_skipped_percent, kPercent);
  archive("skipped_percent", value.skipped_percent, kPercent);
  archive("unpruned_mw", value.unpruned_mw, kNotNegative);
  archive("zeros_mw", value.zeros_mw, kNotNegative);
  archive("power_mw", value.power_mw, kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, PruneSection& value) {
  archive("layers", value.layers);
  archive("threshold_curve", value.threshold_curve);
  archive("parts", value.parts);
}

std::string to_json(const PruneSection& section) {
  return json::dump_line(json::write_any(section));
}

PruneSection prune_section_from_json(const std::string& text, const std::string& file,
                                     const std::string& path) {
  PruneSection section;
  json::read_struct(json::parse(text, file), section, {file, path});
  return section;
}

PruneSection prune_section(const RunSummary& summary) {
  const std::string& text = summary.section(kPruneStage);
  return text.empty() ? PruneSection{} : prune_section_from_json(text, "summary", "sections.prune");
}

double skipped_percent(const std::vector<PruningRow>& rows) {
  double skipped = 0;
  double all = 0;
  for (const PruningRow& row : rows) {
    skipped += row.skipped_percent * static_cast<double>(row.weights);
    all += static_cast<double>(row.weights);
  }
  return all > 0 ? skipped / all : 0;
}

}  // namespace minerva::prune
