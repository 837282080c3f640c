#include "sharing_section.hpp"

#include "minerva/json/fields.hpp"
#include "minerva/report/csv.hpp"

namespace minerva::sharing {

using json::kNotNegative;

// Found by the archives through their argument, so not in an unnamed namespace.

template <typename Archive>
void fields(Archive& archive, CandidateRow& value) {
  archive("entries", value.entries, kNotNegative);
  archive("index_bits", value.index_bits, kNotNegative);
  archive("divergence", value.divergence);
  archive("validation_wrong", value.validation_wrong, kNotNegative);
  archive("test_wrong", value.test_wrong, kNotNegative);
  archive("power_mw", value.power_mw, kNotNegative);
  archive("energy_per_prediction_nj", value.energy_per_prediction_nj, kNotNegative);
  archive("area_mm2", value.area_mm2, kNotNegative);
  archive("weight_memory_kibibytes", value.weight_memory_kibibytes, kNotNegative);
  archive("within", value.within);
  archive("chosen", value.chosen);
}

template <typename Archive>
void fields(Archive& archive, EntryRow& value) {
  archive("index", value.index);
  archive("code", value.code);
  archive("value", value.value);
  archive("weights", value.weights, kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, CodebookRow& value) {
  archive("layer", value.layer, kNotNegative);
  archive("format", value.format);
  archive("rms_error", value.rms_error, kNotNegative);
  archive("entries", value.entries);
}

template <typename Archive>
void fields(Archive& archive, SharingSection& value) {
  archive("weights", value.weights);
  archive("bound_wrong", value.bound_wrong, kNotNegative);
  archive("candidates", value.candidates);
  archive("codebooks", value.codebooks);
}

std::string to_json(const SharingSection& section) {
  return json::dump_line(json::write_any(section));
}

SharingSection sharing_section_from_json(const std::string& text, const std::string& file,
                                         const std::string& path) {
  SharingSection section;
  json::read_struct(json::parse(text, file), section, {file, path});
  return section;
}

std::string sharing_csv(const SharingSection& section) {
  Csv csv({"entries", "stored_bits", "divergence_nats", "validation_wrong", "test_wrong",
           "power_mw", "energy_per_prediction_nj", "area_mm2", "weight_memory_kibibytes", "within",
           "chosen"});
  for (const CandidateRow& row : section.candidates) {
    csv.add({row.entries, row.index_bits, row.divergence, row.validation_wrong, row.test_wrong,
             row.power_mw, row.energy_per_prediction_nj, row.area_mm2, row.weight_memory_kibibytes,
             row.within, row.chosen});
  }
  return csv.text();
}

std::string codebooks_csv(const SharingSection& section) {
  Csv csv({"layer", "format", "index", "code", "value", "weights"});
  for (const CodebookRow& row : section.codebooks) {
    for (const EntryRow& entry : row.entries) {
      csv.add({row.layer, row.format, entry.index, entry.code, entry.value, entry.weights});
    }
  }
  return csv.text();
}

}  // namespace minerva::sharing
