#include "keys_command.hpp"

#include "json_output.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/flow/run_config.hpp"
#include "settings_of_call.hpp"

namespace minerva::flow {

int keys_command(const CommandCall& call) {
  parse_arguments(call);
  RunConfig config;
  Settings& settings = config.settings();
  print_text(settings.markdown_table());
  Json keys = Json::array();
  for (const SettingInfo& info : settings.table()) {
    keys.push_back({{"key", info.key},
                    {"type", info.type},
                    {"default", info.default_text},
                    {"unit", info.unit},
                    {"allowed", info.allowed},
                    {"words", info.words},
                    {"meaning", info.meaning},
                    {"source", info.source},
                    {"read_by", info.readers_text()},
                    {"short", settings.aliases_of(info.key)}});
  }
  print_document({{"schema", "minerva-keys-1"}, {"keys", keys}});
  return 0;
}

}  // namespace minerva::flow
