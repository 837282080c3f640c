#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "commands.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/base/text.hpp"
#include "minerva/run/output.hpp"

namespace {

/// The first SIGINT or SIGTERM asks the program to end, the second ends it.
extern "C" void stop_program(int signal) {
  if (minerva::interruption_requested() != 0) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
    return;
  }
  minerva::request_interruption(signal);
}

void complain(const std::string& what) {
  std::fprintf(stderr, "fathom: %s\n", minerva::printable(what, minerva::kWholeText).c_str());
}

int run(const std::vector<std::string>& arguments) {
  using namespace minerva::workloads;
  const std::string name = arguments.empty() ? "help" : arguments.front();
  const std::vector<std::string> rest(arguments.begin() + (arguments.empty() ? 0 : 1),
                                      arguments.end());
  const auto asks_for_help = [](const std::string& word) {
    return word == "--help" || word == "-h";
  };
  const bool of_all = name == "help" || asks_for_help(name);
  if (of_all && rest.empty()) {
    minerva::print_always(help_text());
    return 0;
  }
  // "fathom help run" and "fathom run --help" say the same.
  const std::string& command = of_all ? rest.front() : name;
  const bool helps = of_all || (!rest.empty() && asks_for_help(rest.back()));
  for (const auto& [known, act] :
       {std::pair{"list", &list_command}, std::pair{"run", &run_command},
        std::pair{"profile", &profile_command}, std::pair{"compare", &compare_command},
        std::pair{"export", &export_command}, std::pair{"report", &report_command},
        std::pair{"stages", &stages_command}}) {
    if (command != known) continue;
    if (!helps) return act(rest);
    minerva::print_always(help_text(command));
    return 0;
  }
  throw minerva::UserError(
      "fathom", command,
      "is no command; needs one of list, run, profile, compare, export, report, stages, help");
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file size limit then is an error that names the file
  std::signal(SIGINT, stop_program);
  std::signal(SIGTERM, stop_program);
  try {
    minerva::check_standard_files();
    const int code = run({argv + 1, argv + argc});
    minerva::finish_output();
    return code;
  } catch (const minerva::UserError& error) {
    complain(error.what());
    return 2;
  } catch (const minerva::Interrupted& stop) {
    complain("stopped; nothing was kept");
    return 128 + stop.signal;
  } catch (const std::bad_alloc&) {
    complain("out of memory");
  } catch (const minerva::OutputFailure& failure) {
    complain(failure.what());
  } catch (const std::exception& error) {
    complain(std::string("internal error: ") + error.what());
  }
  return 1;
}
