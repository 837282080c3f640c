#include "import_command.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "minerva/base/enum_names.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/interchange/import_network.hpp"
#include "minerva/interchange/network_file.hpp"
#include "minerva/run/output.hpp"
#include "network_source.hpp"
#include "settings_of_call.hpp"

namespace minerva::flow {
namespace {

/// Writes the plan and the network, or neither; an empty path stands for no file.
void write_both(const std::string& plan_path, const std::string& plan,
                const std::string& network_path, const std::string& network) {
  std::error_code ignored;
  std::optional<std::string> before;
  if (!plan_path.empty()) {
    if (std::filesystem::is_regular_file(plan_path, ignored)) before = read_file(plan_path);
    write_file(plan_path, plan);
  }
  if (network_path.empty()) return;
  try {
    write_file(network_path, network);
  } catch (const UserError&) {
    if (before) write_file(plan_path, *before);
    if (!before && !plan_path.empty()) remove_file(plan_path);
    throw;
  }
}

}  // namespace

int import_command(const CommandCall& call) {
  const std::string file = parse_arguments(call).front();
  ImportedNetwork imported =
      import_network(file, parse_enum<WeightsLayout>(call.value("layout"), "--layout"));
  Network& network = imported.network;
  if (network.trained_by.empty()) {
    network.trained_by = "imported from " + std::filesystem::path(file).filename().string() + " (" +
                         imported.format + ")";
  }
  const std::string bytes = serialize_network(network);
  const std::string checksum = numbers_sha256(network);
  const std::string to = call.value("to");
  const std::string plan_to = call.value("plan");
  if (!plan_to.empty() && !imported.plan) throw UserError("--plan", file, imported.no_plan);
  if (!plan_to.empty() && plan_to == to) {
    throw UserError("--plan", plan_to, "needs another file than --to");
  }
  write_both(plan_to, plan_to.empty() ? "" : plan_to_json(*imported.plan), to, bytes);
  const Topology topology = network.topology();
  std::string text = "file     " + file + " (" + imported.format + ")\n" + "topology " +
                     to_string(topology) + "\n" + "weights  " +
                     std::to_string(topology.weight_count()) + "\n";
  for (const std::string& note : imported.notes) text += "note     " + note + "\n";
  text += "sha256   " + checksum + " of weights and biases\n";
  if (!to.empty()) text += "written  " + to + "\n";
  if (!plan_to.empty()) text += "written  " + plan_to + ", the plan\n";
  print_text(text);
  print_json(nlohmann::ordered_json{
      {"schema", "minerva-import-1"},
      {"file", file},
      {"format", imported.format},
      {"topology", topology.tensor_sizes()},
      {"weights", topology.weight_count()},
      {"notes", imported.notes},
      {"has_plan", imported.plan.has_value()},
      {"numbers_sha256", checksum},
      {"written", to},
      {"plan_written",
       plan_to}}.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  return 0;
}

}  // namespace minerva::flow
