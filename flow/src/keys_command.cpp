#include "keys_command.hpp"

#include "minerva/app/output.hpp"
#include "minerva/app/settings.hpp"
#include "minerva/flow/flow_options.hpp"
#include "settings_of_call.hpp"

namespace minerva::flow {

int keys_command(const CommandCall& call) {
  parse_arguments(call);
  FlowOptions options;
  Settings settings;
  add_settings(settings, options);
  print_text(settings.markdown_table());
  return 0;
}

}  // namespace minerva::flow
