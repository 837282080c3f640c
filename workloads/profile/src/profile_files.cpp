#include "minerva/base/errors.hpp"
#include "minerva/json/fields.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/workloads/profile.hpp"

namespace minerva::workloads {
namespace {

constexpr const char* kSchema = "minerva-fathom-profile-2";
/// Steps and operations of a profile that is read back.
constexpr json::Bounds kPositive{1};

}  // namespace

template <typename Archive>
void fields(Archive& archive, OperationRecord& record) {
  archive("name", record.name);
  archive("type", record.type);
  archive("phase", record.phase);
  archive("calls", record.calls, json::kNotNegative);
  archive("self_us", record.self_us);
}

template <typename Archive>
void fields(Archive& archive, WorkloadProfile& profile) {
  archive("workload", profile.workload);
  archive("variant", profile.variant);
  archive("mode", profile.mode);
  archive("small", profile.small);
  archive("shape", profile.shape);
  archive("batch", profile.batch, kPositive);
  archive("threads", profile.threads, kPositive);
  archive("seed", profile.seed);
  archive("peak_mb", profile.peak_mb, json::kNotNegative);
  archive("clock", profile.clock);
  archive("date", profile.date);
  archive("cpu", profile.cpu);
  archive("library", profile.library);
  archive("step_us", profile.step_us);
  archive("operations", profile.operations);
}

std::string profile_json(const WorkloadProfile& profile) {
  json::Json object = {{"schema", kSchema}};
  const json::Json members = json::write_struct(profile);
  for (const auto& item : members.items()) object[item.key()] = item.value();
  return json::dump(object);
}

WorkloadProfile profile_from_json(const std::string& text, const std::string& file) {
  const json::Json object = json::parse(text, file);
  const json::Place place{file, ""};
  json::check_schema(object, kSchema, place);
  WorkloadProfile profile;
  json::read_struct(object, profile, place, {"schema"});
  if (profile.step_us.empty()) throw UserError(file + ": step_us", "", "needs at least one step");
  for (const double time : profile.step_us) {
    if (!(time > 0)) throw UserError(file + ": step_us", "", "needs times above 0");
  }
  for (std::size_t i = 0; i < profile.operations.size(); ++i) {
    const OperationRecord& each = profile.operations[i];
    const std::string where = file + ": operations[" + std::to_string(i) + "]";
    if (each.self_us.size() != profile.step_us.size()) {
      throw UserError(where + ".self_us", std::to_string(each.self_us.size()) + " times",
                      "needs as many as step_us has");
    }
    for (const double time : each.self_us) {
      if (!(time >= 0)) throw UserError(where + ".self_us", "", "needs times of 0 or more");
    }
    bool known = each.type.empty();
    for (const OperationType& type : operation_types()) known = known || each.type == type.name;
    if (!known) throw UserError(where + ".type", each.type, "needs a type of operation, or none");
  }
  return profile;
}

std::string profile_csv(const WorkloadProfile& profile) {
  Csv csv({"workload", "mode", "threads", "operation", "type", "class", "phase", "calls",
           "least_self_us", "mean_self_us"});
  for (const OperationRecord& each : profile.operations) {
    double least = each.self_us.front();
    double sum = 0;
    for (const double time : each.self_us) {
      least = time < least ? time : least;
      sum += time;
    }
    const std::string letter =
        each.type.empty()
            ? ""
            : std::string(1,
                          class_letter(operation_types()[type_number(each.type)].operation_class));
    csv.add({profile.workload, to_string(profile.mode), profile.threads, each.name, each.type,
             letter, to_string(each.phase), each.calls, least,
             sum / static_cast<double>(each.self_us.size())});
  }
  return csv.text();
}

std::string chrome_trace(const std::string& workload, const std::vector<TraceEvent>& events) {
  json::Json rows = json::Json::array();
  rows.push_back({{"name", "process_name"},
                  {"ph", "M"},
                  {"pid", 1},
                  {"args", {{"name", "fathom " + workload}}}});
  for (const TraceEvent& each : events) {
    rows.push_back({{"name", each.name},
                    {"cat", to_string(each.phase)},
                    {"ph", "X"},
                    {"ts", each.start_us},
                    {"dur", each.duration_us},
                    {"pid", 1},
                    {"tid", 1}});
  }
  return json::Json{{"traceEvents", rows}, {"displayTimeUnit", "ms"}}.dump() + "\n";
}

}  // namespace minerva::workloads
