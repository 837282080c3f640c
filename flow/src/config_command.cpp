#include "config_command.hpp"

#include <nlohmann/json.hpp>

#include "minerva/app/output.hpp"
#include "settings_of_call.hpp"

namespace minerva::flow {
namespace {

std::string json_text(const Settings& settings, bool changed) {
  nlohmann::ordered_json keys = nlohmann::ordered_json::array();
  for (const SettingInfo& info : settings.table()) {
    const std::string value = settings.text(info.key);
    if (changed && value == info.default_text) continue;
    keys.push_back({{"key", info.key},
                    {"value", value},
                    {"default", info.default_text},
                    {"unit", info.unit},
                    {"origin", settings.origin(info.key)}});
  }
  return nlohmann::ordered_json{{"schema", "minerva-config-1"}, {"keys", keys}}.dump(2);
}

}  // namespace

int config_command(const CommandCall& call) {
  FlowOptions options;
  Settings settings;
  add_settings(settings, options);
  read_config_of(call, settings, options);
  apply_environment(settings);
  const bool changed = call.has("changed");
  print_text(settings.resolved_with_origins(changed ? Settings::Shown::changed
                                                    : Settings::Shown::every_key));
  print_json(json_text(settings, changed));
  return 0;
}

}  // namespace minerva::flow
