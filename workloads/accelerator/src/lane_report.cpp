#include "minerva/workloads/lane_report.hpp"

#include "minerva/json/fields.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/report/text_table.hpp"

namespace minerva::workloads {
namespace {

json::Json profile_facts(const WorkloadProfile& profile, double covered) {
  json::Json facts = {{"date", profile.date},
                      {"cpu", profile.cpu},
                      {"library", profile.library},
                      {"clock", to_string(profile.clock)},
                      {"variant", profile.variant},
                      {"shape", profile.shape},
                      {"batch", profile.batch},
                      {"threads", profile.threads},
                      {"example_ms", example_ms(profile)},
                      {"covered_share", covered}};
  // JSON has no infinity: a share of 1 has no limit.
  if (covered < 1) facts["amdahl_limit"] = amdahl_limit(covered);
  return facts;
}

json::Json layer_json(const LaneLayer& layer, const LayerEstimate& cost) {
  json::Json object = {{"layer", cost.name},
                       {"weights", layer.weights},
                       {"macs", layer.macs},
                       {"on_chip", layer.on_chip},
                       {"cycles", cost.cycles.total()},
                       {"time_us", cost.time_us},
                       {"energy_nj", cost.energy_nj()},
                       {"leakage_nj", cost.leakage_nj}};
  if (layer.zero_share) object["zero_share"] = *layer.zero_share;
  return object;
}

json::Json machine_json(const LaneWorkload& machine, int word_bits) {
  json::Json layers = json::Json::array();
  for (std::size_t k = 0; k < machine.layers.size(); ++k) {
    layers.push_back(layer_json(machine.layers[k], machine.cost.layers[k]));
  }
  return {{"network", machine.network},
          {"formats", machine.formats},
          {"predictions_measured", machine.predictions},
          {"predictions_per_example", machine.predictions_per_example},
          {"weights", machine.weights()},
          {"weight_megabytes", machine.weight_megabytes(word_bits)},
          {"macs", machine.macs()},
          {"zero_share", machine.zero_share()},
          {"cycles", machine.cost.cycles},
          {"power_mw", machine.cost.power_mw},
          {"area_mm2", machine.cost.area_mm2},
          {"energy_per_prediction_nj", machine.cost.energy_per_prediction_nj},
          {"example_ms", machine.example_ms()},
          {"example_energy_uj", machine.example_energy_uj()},
          {"left_out", machine.left_out},
          {"layers", layers}};
}

}  // namespace

LaneRow lane_row(const WorkloadProfile* inference, const WorkloadProfile* training,
                 const std::vector<CoveredType>& covered) {
  LaneRow row;
  if (inference != nullptr) {
    row.workload = inference->workload;
    row.inference = *inference;
    row.covered_in_inference = covered_share(*inference, covered);
  }
  if (training != nullptr) {
    row.workload = training->workload;
    row.training = *training;
    row.covered_in_training = covered_share(*training, covered);
  }
  return row;
}

std::string limit_text(double share) {
  return share < 1 ? readable_number(amdahl_limit(share)) + "x" : "none";
}

std::optional<ExampleTime> example_time(const LaneRow& row) {
  if (!row.inference || !row.machine) return std::nullopt;
  ExampleTime time;
  time.cpu_ms = example_ms(*row.inference);
  time.machine_ms = row.machine->example_ms();
  time.together_ms = (1 - row.covered_in_inference) * time.cpu_ms + time.machine_ms;
  return time;
}

std::string lane_report_json(const LaneReport& report) {
  json::Json rows = json::Json::array();
  for (const LaneRow& row : report.rows) {
    json::Json object = {{"workload", row.workload},
                         {"trained_steps", row.trained_steps},
                         {"synthetic_inputs", row.synthetic}};
    if (row.inference)
      object["inference"] = profile_facts(*row.inference, row.covered_in_inference);
    if (row.training) object["training"] = profile_facts(*row.training, row.covered_in_training);
    if (row.machine) {
      object["machine"] = machine_json(*row.machine, report.machine.word_bits);
    } else {
      object["why_not"] = row.why_not;
    }
    rows.push_back(object);
  }
  json::Json stages = json::Json::array();
  for (const StagesResult& each : report.stages) {
    stages.push_back(json::parse(stages_json(each), "stages.json"));
  }
  return json::dump({{"schema", "minerva-fathom-report-1"},
                     {"technology", report.technology},
                     {"machine", to_string(report.machine.point)},
                     {"word_bits", report.machine.word_bits},
                     {"weight_memory_mb", report.machine.weight_memory_mb},
                     {"workloads", rows},
                     {"stages", stages}});
}

std::string lane_layers_csv(const LaneReport& report) {
  Csv csv({"workload", "number", "layer", "weights", "on_chip", "macs", "zero_share", "cycles",
           "time_us", "energy_nj", "leakage_nj"});
  for (const LaneRow& row : report.rows) {
    if (!row.machine) continue;
    for (std::size_t k = 0; k < row.machine->layers.size(); ++k) {
      const LaneLayer& layer = row.machine->layers[k];
      const LayerEstimate& cost = row.machine->cost.layers[k];
      csv.add({row.workload, static_cast<std::int64_t>(k) + 1, cost.name, layer.weights,
               layer.on_chip, layer.macs,
               layer.zero_share ? CsvCell(*layer.zero_share) : CsvCell(""), cost.cycles.total(),
               cost.time_us, cost.energy_nj(), cost.leakage_nj});
    }
  }
  return csv.text();
}

}  // namespace minerva::workloads
