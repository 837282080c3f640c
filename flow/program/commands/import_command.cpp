#include "import_command.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "minerva/base/enum_names.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/interchange/import_network.hpp"
#include "minerva/interchange/network_file.hpp"
#include "minerva/run/output.hpp"
#include "network_source.hpp"
#include "settings_of_call.hpp"

namespace minerva::flow {

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
  throw_if_interrupted();
  if (!to.empty()) {
    remove_abandoned_files_of(to);
    write_file(to, bytes);
  }
  const Topology topology = network.topology();
  std::string text = "file     " + file + " (" + imported.format + ")\n" + "topology " +
                     to_string(topology) + "\n" + "weights  " +
                     std::to_string(topology.weight_count()) + "\n";
  for (const std::string& note : imported.notes) text += "note     " + note + "\n";
  text += "sha256   " + checksum + " of weights and biases\n";
  if (!to.empty()) text += "written  " + to + "\n";
  print_text(text);
  print_json(nlohmann::ordered_json{
      {"schema", "minerva-import-1"},
      {"file", file},
      {"format", imported.format},
      {"topology", topology.tensor_sizes()},
      {"weights", topology.weight_count()},
      {"notes", imported.notes},
      {"numbers_sha256", checksum},
      {"written",
       to}}.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  return 0;
}

}  // namespace minerva::flow
