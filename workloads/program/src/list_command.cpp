#include "command_line.hpp"
#include "commands.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/report/text_table.hpp"
#include "minerva/run/output.hpp"

namespace minerva::workloads {

int list_command(const std::vector<std::string>& arguments) {
  const CommandLine line = parse_command_line("list", {}, arguments);
  if (!line.words.empty()) {
    throw UserError("fathom list", line.words.front(), "takes no further words");
  }
  TextTable table({"workload", "style", "task", "batch", "optimizer", "data"});
  std::string layers;
  for (const WorkloadFacts& each : workload_facts()) {
    table.add(
        {each.name, each.style, each.task, std::to_string(each.batch), each.optimizer, each.data});
    layers += std::string(each.name) + ": " + each.layers + "; loss: " + each.loss + "\n";
  }
  print_text(table.text() + "\n" + layers);
  return 0;
}

}  // namespace minerva::workloads
