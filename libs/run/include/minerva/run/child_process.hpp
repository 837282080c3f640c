#pragma once
#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace minerva::flow {

/// How a process ended: the exit code, or 128 and the number of the signal that killed it, as
/// shells count.
struct ChildEnd {
  int exit_code = 0;
  int signal = 0;  ///< 0: it ended by itself
};

struct ChildOutput {
  ChildEnd end;
  std::string standard_output;
  std::string standard_error;
};

/// Runs a program from PATH to its end, with an empty standard input and without the named
/// variables of the environment. Returns nothing when there is no such program. Throws
/// ResourceFailure when it cannot be started. A signal to this program does not end the child:
/// what it asks a cluster for is done, or not.
std::optional<ChildOutput> run_child(const std::vector<std::string>& words,
                                     const std::vector<std::string>& without_variables = {});

/// The same for a program that may run for long and whose files nobody misses: when the command is
/// interrupted, the child and its own children are killed, and Interrupted is thrown.
std::optional<ChildOutput> run_child_until_interrupted(
    const std::vector<std::string>& words, const std::vector<std::string>& without_variables = {});

/// Where the output of a child goes: to the parent's outputs, or to the end of a file.
struct ChildLog {
  std::string file;  ///< empty: the parent's outputs
};

/// Starts a program, given by its path, in a process group of its own, so that Ctrl-C on the
/// terminal does not reach it. Throws UserError when the log cannot be opened, ResourceFailure
/// when the program cannot be started.
pid_t start_child(const std::vector<std::string>& words, const ChildLog& log);

/// How a started child ended. Returns nothing while it runs, without waiting.
std::optional<ChildEnd> end_of_child(pid_t child);

}  // namespace minerva::flow
