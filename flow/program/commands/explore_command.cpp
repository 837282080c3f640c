#include "explore_command.hpp"

#include <string>

#include "minerva/run/output.hpp"
#include "minerva/report/design_space_report.hpp"

namespace minerva::flow {

void explore_command(Flow& flow) {
  flow.explore();
  print_text(design_space_text(flow.summary().design_space));
  for (const char* name : {"design_space.csv", "frontier.csv", "design_point.json"}) {
    std::string line = name;
    line.resize(18, ' ');
    print_text(line + flow.options().run.out + "/" + name + "\n");
  }
}

}  // namespace minerva::flow
