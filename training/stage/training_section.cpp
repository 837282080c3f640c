#include "training_section.hpp"

#include "minerva/design/design_fields.hpp"

namespace minerva::training {

using json::kNotNegative;
using json::kPercent;

// Found by the archives through their argument, so not in an unnamed namespace.

template <typename Archive>
void fields(Archive& archive, SweepRow& value) {
  archive("topology", value.topology);
  archive("weights", value.weights, kNotNegative);
  archive("l1", value.l1, kNotNegative);
  archive("l2", value.l2, kNotNegative);
  archive("dropout", value.dropout, json::Bounds{0, 1});
  archive("input_dropout", value.input_dropout, json::Bounds{0, 1});
  archive("activation_l1", value.activation_l1, kNotNegative);
  archive("learning_rate", value.learning_rate, kNotNegative);
  archive("batch_size", value.batch_size, kNotNegative);
  archive("seeds", value.seeds, kNotNegative);
  archive("epochs", value.epochs, kNotNegative);
  archive("outcome", value.outcome);
  archive("validation_wrong", value.validation_wrong, kNotNegative);
  archive("validation_error_percent", value.validation_error_percent, kPercent);
  archive("validation_sigma_percent", value.validation_sigma_percent, kNotNegative);
  archive("on_frontier", value.on_frontier);
  archive("chosen", value.chosen);
}

template <typename Archive>
void fields(Archive& archive, SweepSummary& value) {
  archive("search", value.search);
  archive("epochs", value.epochs, kNotNegative);
  archive("epochs_of_all", value.epochs_of_all, kNotNegative);
  archive("choice_trained", value.choice_trained);
}

template <typename Archive>
void fields(Archive& archive, TrainingSection& value) {
  archive("sweep", value.sweep);
  archive("search", value.search);
}

template <typename Archive>
void fields(Archive& archive, NoiseSection& value) {
  archive("noise", value.noise);
}

std::string to_json(const TrainingSection& section) {
  return json::dump_line(json::write_any(section));
}

TrainingSection training_section_from_json(const std::string& text, const std::string& file,
                                           const std::string& path) {
  TrainingSection section;
  json::read_struct(json::parse(text, file), section, {file, path});
  return section;
}

TrainingSection training_section(const RunSummary& summary) {
  const std::string& text = summary.section(kTrainStage);
  return text.empty() ? TrainingSection{}
                      : training_section_from_json(text, "summary", "sections.train");
}

std::string to_json(const NoiseSection& section) {
  return json::dump_line(json::write_any(section));
}

NoiseSection noise_section_from_json(const std::string& text, const std::string& file,
                                     const std::string& path) {
  NoiseSection section;
  json::read_struct(json::parse(text, file), section, {file, path});
  return section;
}

NoiseSection noise_section(const RunSummary& summary) {
  const std::string& text = summary.section(kNoiseStage);
  return text.empty() ? NoiseSection{} : noise_section_from_json(text, "summary", "sections.noise");
}

}  // namespace minerva::training
