#include "explore_command.hpp"

#include <cstdio>

#include "minerva/report/design_space_report.hpp"

namespace minerva::flow {

void explore_command(Flow& flow) {
  flow.explore();
  std::printf("%s", design_space_text(flow.summary().design_space).c_str());
  for (const char* name : {"design_space.csv", "frontier.csv", "design_point.json"}) {
    std::printf("%-18s%s/%s\n", name, flow.options().run.out.c_str(), name);
  }
}

}  // namespace minerva::flow
