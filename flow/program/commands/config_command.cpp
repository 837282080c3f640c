#include "config_command.hpp"

#include "json_output.hpp"
#include "settings_of_call.hpp"

namespace minerva::flow {
namespace {

Json document(const Settings& settings, bool changed) {
  Json keys = Json::array();
  for (const SettingInfo& info : settings.table()) {
    const std::string value = settings.text(info.key);
    if (changed && value == info.default_text) continue;
    keys.push_back({{"key", info.key},
                    {"value", value},
                    {"default", info.default_text},
                    {"unit", info.unit},
                    {"origin", settings.origin(info.key)}});
  }
  return {{"schema", "minerva-config-1"}, {"keys", keys}};
}

}  // namespace

int config_command(const CommandCall& call) {
  RunConfig config;
  Settings& settings = config.settings();
  read_config_of(call, config);
  apply_environment(settings);
  const bool changed = call.has("changed");
  print_text(settings.resolved_with_origins(changed ? Settings::Shown::changed
                                                    : Settings::Shown::every_key));
  print_document(document(settings, changed));
  return 0;
}

}  // namespace minerva::flow
