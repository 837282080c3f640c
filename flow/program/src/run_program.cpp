#include "command.hpp"
#include "completion.hpp"
#include "help_command.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/flow/provenance.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/run/output.hpp"

namespace minerva::flow {
namespace {

LogLevel log_level(const CommandCall& call) {
  if (call.has("quiet") && call.has("log-level") && call.value("log-level") != "quiet") {
    throw UserError("--quiet", "", "contradicts --log-level " + call.value("log-level"));
  }
  if (call.has("quiet")) return LogLevel::quiet;
  for (const LogLevel level :
       {LogLevel::debug, LogLevel::info, LogLevel::warning, LogLevel::error}) {
    if (call.value("log-level") == to_string(level)) return level;
  }
  return LogLevel::quiet;
}

}  // namespace

int run_program(const std::vector<std::string>& arguments) {
  const std::string name = arguments.empty() ? "--help" : arguments.front();
  if (name == "--help" || name == "-h") {
    print_always(usage_text());
    return 0;
  }
  if (name == "--version") {
    print_always("minerva " + program_version() + "\n");
    return 0;
  }
  if (name == "--complete") {  // what scripts of minerva completion ask
    std::string answers;
    for (const std::string& word : completions({arguments.begin() + 1, arguments.end()})) {
      answers += word + "\n";
    }
    print_always(answers);
    return 0;
  }
  const Command& command = command_named(name);
  const CommandCall call = take_apart(command, {arguments.begin() + 1, arguments.end()});
  if (call.has("help")) {
    print_always(help_text(command));
    return 0;
  }
  set_log_level(log_level(call));
  set_output_form(call.has("json") ? OutputForm::json : OutputForm::text);
  const int code = command.act(call);
  finish_output();
  return code;
}

}  // namespace minerva::flow
