#include "minerva/design/design_json.hpp"

#include <initializer_list>
#include <utility>

#include "minerva/design/design_fields.hpp"
#include "minerva/statistics/intervals.hpp"

namespace minerva {

// Found by the archives through their argument, so not in an unnamed namespace.
template <typename Archive>
void fields(Archive& archive, PruningThresholds& value) {
  archive("theta", value.theta, json::kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, FaultSetting& value) {
  archive("rate", value.sram.fault_rate, json::Bounds{0, 1});
  fields(archive, value.mitigation);
  archive("voltage_v", value.sram.voltage_v, json::kNotNegative);
}

namespace {

using json::Json;
using json::Place;

constexpr const char* kPlanSchema = "minerva-plan-2";
constexpr const char* kThresholdsSchema = "minerva-thresholds-1";
constexpr const char* kNoiseSchema = "minerva-noise-2";
constexpr const char* kPointSchema = "minerva-design-point-2";
constexpr const char* kFaultsSchema = "minerva-faults-1";

/// A struct's members after its schema.
template <typename S>
std::string with_schema(const char* schema, const S& value) {
  Json object = {{"schema", schema}};
  object.update(json::write_any(value));
  return json::dump(object);
}

template <typename S>
S from_object(const Json& object, const std::string& file, const char* schema) {
  json::check_schema(object, schema, {file, ""});
  S value;
  json::read_struct(object, value, {file, ""}, {"schema"});
  return value;
}

template <typename S>
S from_text(const std::string& text, const std::string& file, const char* schema) {
  return from_object<S>(json::parse(text, file), file, schema);
}

struct RenamedMember {
  const char* before;
  const char* now;
};

/// Gives a file of an older schema the names of today. A file without a schema is taken for an
/// older one where it has a member's older name.
void rename_members(Json& object, const char* old_schema, const char* schema,
                    std::initializer_list<RenamedMember> renamed) {
  const auto stated = object.find("schema");
  if (stated != object.end() && *stated != old_schema) return;
  if (stated != object.end()) *stated = schema;
  for (const RenamedMember& member : renamed) {
    const auto found = object.find(member.before);
    if (found == object.end() || object.contains(member.now)) continue;
    Json value = std::move(*found);
    object.erase(member.before);
    object[member.now] = std::move(value);
  }
}

/// Runs a check of the design library on what a file holds, so that its message names the file.
template <typename Check>
void check_in_file(const std::string& file, Check check) {
  try {
    check();
  } catch (const UserError& error) {
    throw UserError(file, "", error.what());
  }
}

struct PlanLayer {
  LayerFormats formats;
  std::optional<int> theta;
};
template <typename Archive>
void fields(Archive& archive, PlanLayer& value) {
  fields(archive, value.formats);
  archive("theta", value.theta, json::Bounds{0, 1 << (kMaxOperandBits - 1)});
}

struct PlanLayout {
  Rounding rounding = Rounding::half_up;
  std::vector<PlanLayer> layers;
};
template <typename Archive>
void fields(Archive& archive, PlanLayout& value) {
  archive("rounding", value.rounding);
  archive("layers", value.layers);
}

PlanLayout plan_layout(const PlanFile& file) {
  const std::size_t layers = file.plan.layers.size();
  expects(file.theta_codes.empty() || file.theta_codes.size() == layers,
          "a plan needs a threshold for every layer or none");
  PlanLayout layout{file.plan.rounding, {}};
  for (std::size_t k = 0; k < layers; ++k) {
    layout.layers.push_back({file.plan.layers[k], {}});
    if (!file.theta_codes.empty()) layout.layers.back().theta = file.theta_codes[k];
  }
  return layout;
}

/// What follows from the runs of a TrainingNoise.
Json noise_statistics(const TrainingNoise& noise) {
  const int runs = static_cast<int>(noise.runs.size());
  Json sets = Json::object();
  const auto add = [&](const char* name, double mean_percent, double sigma_percent) {
    Json& set = sets[name] = {{"mean_percent", mean_percent}, {"sigma_percent", sigma_percent}};
    if (runs < 2) return;
    const Interval factors = deviation_factors(runs, 0.95);
    set["sigma_95_percent_interval"] = {sigma_percent * factors.low, sigma_percent * factors.high};
  };
  if (runs == 0) return sets;
  if (noise.validation_samples > 0) {
    add("validation", noise.validation_mean_percent(), noise.validation_sigma_percent());
  }
  if (noise.test_samples > 0) add("test", noise.test_mean_percent(), noise.test_sigma_percent());
  return sets;
}

}  // namespace

std::string plan_to_json(const PlanFile& plan) {
  return with_schema(kPlanSchema, plan_layout(plan));
}

PlanFile plan_from_json(const std::string& text, const std::string& file) {
  Json object = json::parse(text, file);
  rename_members(object, "minerva-plan-1", kPlanSchema, {{"mode", "rounding"}});
  const Place top{file, ""};
  json::check_schema(object, kPlanSchema, top, true);
  PlanLayout layout;
  json::read_struct(object, layout, top, {"schema", "faults", "point", "counts", "cycles"});
  const Place layers = top.member("layers");
  if (layout.layers.empty() || layout.layers.size() > kMaxGraphLayers) {
    throw UserError(layers.text(), std::to_string(layout.layers.size()) + " layers",
                    "needs 1 to " + std::to_string(kMaxGraphLayers));
  }
  PlanFile result;
  result.plan.rounding = layout.rounding;
  for (std::size_t k = 0; k < layout.layers.size(); ++k) {
    const PlanLayer& layer = layout.layers[k];
    const Place place = layers.element(k);
    check_formats(layer.formats, place.text());
    if (layer.theta.has_value() != layout.layers.front().theta.has_value()) {
      throw UserError(place.member("theta").text(), "", "stands in some layers but not in all");
    }
    result.plan.layers.push_back(layer.formats);
    if (!layer.theta) continue;
    const std::int64_t largest = std::int64_t{1} << (layer.formats.activation.bits() - 1);
    if (*layer.theta > largest) {
      throw UserError(place.member("theta").text(), std::to_string(*layer.theta),
                      "needs 0 to " + std::to_string(largest) + ", a code of " +
                          to_string(layer.formats.activation));
    }
    result.theta_codes.push_back(*layer.theta);
  }
  return result;
}

std::string thresholds_to_json(const PruningThresholds& thresholds) {
  return with_schema(kThresholdsSchema, thresholds);
}
PruningThresholds thresholds_from_json(const std::string& text, const std::string& file) {
  return from_text<PruningThresholds>(text, file, kThresholdsSchema);
}

std::string noise_to_json(const TrainingNoise& noise) {
  Json object = {{"schema", kNoiseSchema}};
  object.update(json::write_any(noise));
  object["statistics"] = noise_statistics(noise);
  return json::dump(object);
}

TrainingNoise noise_from_json(const std::string& text, const std::string& file) {
  const Json object = json::parse(text, file);
  const Place top{file, ""};
  json::check_schema(object, kNoiseSchema, top);
  TrainingNoise noise;
  json::read_struct(object, noise, top, {"schema", "statistics"});
  for (std::size_t i = 0; i < noise.runs.size(); ++i) {
    const Place run = top.member("runs").element(i);
    const auto check = [&](const char* name, std::int64_t wrong, std::int64_t samples) {
      if (wrong <= samples) return;
      throw UserError(run.member(name).text(), std::to_string(wrong),
                      "needs 0 to the number of samples, " + std::to_string(samples));
    };
    check("validation_wrong", noise.runs[i].validation_wrong, noise.validation_samples);
    check("test_wrong", noise.runs[i].test_wrong, noise.test_samples);
  }
  const auto found = object.find("statistics");
  if (found != object.end() && *found != noise_statistics(noise)) {
    top.member("statistics")
        .reject(*found, "must follow from the runs: " + noise_statistics(noise).dump());
  }
  return noise;
}

std::string design_point_to_json(const DesignPoint& point) {
  return with_schema(kPointSchema, point);
}
DesignPoint design_point_from_json(const std::string& text, const std::string& file) {
  Json object = json::parse(text, file);
  rename_members(object, "minerva-design-point-1", kPointSchema,
                 {{"weight_bw", "weight_bandwidth"},
                  {"act_bw", "activation_bandwidth"},
                  {"mul_stages", "multiplier_stages"},
                  {"act_banks", "activation_banks"}});
  const auto point = from_object<DesignPoint>(object, file, kPointSchema);
  check_in_file(file, [&] { check_design_point(point); });
  return point;
}

std::string faults_to_json(const FaultSetting& setting) {
  return with_schema(kFaultsSchema, setting);
}
FaultSetting faults_from_json(const std::string& text, const std::string& file) {
  const auto setting = from_text<FaultSetting>(text, file, kFaultsSchema);
  check_in_file(file, [&] { check_mitigation(setting.mitigation); });
  return setting;
}

std::string dump_to_json(const DumpDescription& dump) {
  expects(dump.counts.size() == dump.plan.plan.layers.size() &&
              dump.cycles.size() == dump.plan.plan.layers.size(),
          "a dump needs counts and cycles of every layer");
  Json object = {{"schema", kPlanSchema}};
  object.update(json::write_any(plan_layout(dump.plan)));
  if (dump.faults) object["faults"] = json::write_any(dump.mitigation);
  object["point"] = json::write_any(dump.point);
  Json& counts = object["counts"] = Json::array();
  for (std::size_t k = 0; k < dump.counts.size(); ++k) {
    Json layer = Json::object();
    for (const EventName& event : event_names()) {
      // Layer 1 reads the input memory, the others the activation memory.
      if (event.member == (k == 0 ? &EventCounts::activation_reads : &EventCounts::input_reads)) {
        continue;
      }
      Json& samples = layer[event.name] = Json::array();
      for (const EventCounts& sample : dump.counts[k]) samples.push_back(sample.*event.member);
    }
    counts.push_back(std::move(layer));
  }
  Json& cycles = object["cycles"] = Json::array();
  for (const LayerCycles& layer : dump.cycles) {
    Json causes = json::write_any(layer);
    causes["total"] = layer.total();
    cycles.push_back(std::move(causes));
  }
  return json::dump(object);
}

}  // namespace minerva
