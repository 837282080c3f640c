#include "minerva/workloads/stages_file.hpp"

#include "minerva/json/fields.hpp"
#include "minerva/report/text_table.hpp"

namespace minerva::workloads {
namespace {

constexpr const char* kStagesSchema = "minerva-fathom-stages-2";

}  // namespace

template <typename Archive>
void fields(Archive& archive, StagedRow& row) {
  archive("stage", row.stage);
  archive("detail", row.detail);
  archive("tuned", row.tuned_error);
  archive("test", row.test_error);
  archive("energy_nj", row.energy_nj, json::kNotNegative);
  archive("power_mw", row.power_mw, json::kNotNegative);
  archive("area_mm2", row.area_mm2, json::kNotNegative);
  archive("predictions_per_s", row.predictions_per_s, json::kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, StagesResult& result) {
  archive("workload", result.workload);
  archive("variant", result.variant);
  archive("small", result.small);
  archive("measure", result.measure);
  archive("higher_is_better", result.higher_is_better);
  archive("network", result.network);
  archive("technology", result.technology);
  archive("trained_steps", result.trained_steps, json::kNotNegative);
  archive("tuned_samples", result.tuned_samples, json::kNotNegative);
  archive("test_samples", result.test_samples, json::kNotNegative);
  archive("of_seeds", result.of_seeds);
  archive("sigma", result.sigma, json::kNotNegative);
  archive("bound", result.bound);
  archive("rows", result.rows);
  archive("share_of_inference_time", result.share_of_inference_time, json::kNotNegative);
  archive("left_out", result.left_out);
}

std::string stages_json(const StagesResult& result) {
  json::Json object = {{"schema", kStagesSchema}};
  const json::Json members = json::write_struct(result);
  for (const auto& item : members.items()) object[item.key()] = item.value();
  return json::dump(object);
}

StagesResult stages_from_json(const std::string& text, const std::string& file) {
  const json::Json object = json::parse(text, file);
  const json::Place place{file, ""};
  json::check_schema(object, kStagesSchema, place);
  StagesResult result;
  json::read_struct(object, result, place, {"schema"});
  return result;
}

NamedTable stages_table(const StagesResult& result) {
  NamedTable table{"Stages of " + result.workload + ": " + result.measure,
                   {"stage", "tuned", "test", "energy, nJ", "power, mW", "area, mm2",
                    "predictions/s", "before/row", "detail"},
                   {},
                   {8}};
  double before_mw = 0;
  for (const StagedRow& row : result.rows) {
    const bool priced = row.power_mw > 0;
    table.rows.push_back(
        {row.stage, readable_number(row.tuned_error, 4), readable_number(row.test_error, 4),
         priced ? readable_number(row.energy_nj) : "", priced ? readable_number(row.power_mw) : "",
         priced ? readable_number(row.area_mm2) : "",
         priced ? readable_number(row.predictions_per_s) : "",
         priced && before_mw > 0 ? readable_number(before_mw / row.power_mw) + "x" : "",
         row.detail});
    before_mw = row.power_mw;
  }
  return table;
}

std::string stages_sentence(const StagesResult& result) {
  const StagedRow& first = result.rows.front();
  const StagedRow& last = result.rows.back();
  const double allowed = result.bound - first.tuned_error;
  const auto verdict = [&](const char* set, double value, double bound) {
    const bool holds = result.higher_is_better ? value >= bound : value <= bound;
    return std::string(set) + " set: " + readable_number(value, 4) + " with a bound of " +
           readable_number(bound, 4) + (holds ? ", within it" : ", outside of it");
  };
  const std::string steps = count_text(result.trained_steps) + " steps";
  const std::string budget =
      result.of_seeds.empty()
          ? "The output error is the squared distance of the outputs from those of the float "
            "network, in percent of their squares. The budget was asked for, and the network was "
            "trained for " +
                steps
          : "One iso-training noise is " + readable_number(result.sigma) + ", the deviation over " +
                std::to_string(result.of_seeds.size()) + " trainings of " + steps +
                " that differ in their seed";
  std::string text = budget + ". After the last stage, " +
                     verdict("tuned", last.tuned_error, result.bound) + "; " +
                     verdict("test", last.test_error, first.test_error + allowed) +
                     ". The layers have " + fixed_text(100 * result.share_of_inference_time, 1) +
                     " % of the time of the workload's inference on the CPU.";
  for (const std::string& each : result.left_out) text += " Left out: " + each;
  return text;
}

}  // namespace minerva::workloads
