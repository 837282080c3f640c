#include "explore_command.hpp"

#include <string>

#include "minerva/run/output.hpp"
#include "design_space_report.hpp"

namespace minerva::flow {

void explore_command(Flow& flow) {
  flow.explore();
  print_text(dse::design_space_text(dse::design_space_section(flow.summary())));
  for (const char* name : {"design_space.csv", "frontier.csv", "design_point.json"}) {
    std::string line = name;
    line.resize(18, ' ');
    print_text(line + flow.options().run.out + "/" + name + "\n");
  }
}

}  // namespace minerva::flow
