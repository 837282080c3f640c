#pragma once
#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace minerva::test {

/// What a run directory says: every file by name, but for the config (it names the folder), the
/// lock, the records of the stages and the trainings.
std::map<std::string, std::string> results_in(const std::string& run);

/// Everything below a folder, by path: the bytes of a file, or "a folder".
std::map<std::string, std::string> everything_in(const std::string& folder);

/// The first difference of two runs, or empty.
std::string difference(const std::map<std::string, std::string>& one,
                       const std::map<std::string, std::string>& other);

/// Names in the folder, and in those below it, of files that only a run under way has.
std::vector<std::string> unfinished_files(const std::string& run);

/// Commands of the stages that a run did, by its log: "train", "dse"; a kept one is left out.
std::vector<std::string> stages_done(const std::string& log);

/// Starts `minerva ARGUMENTS` in a folder; its output goes to the file `log` there.
pid_t start_minerva(const std::string& folder, const std::vector<std::string>& arguments,
                    const std::string& log);
/// Waits for its end; the exit code, or 128 and the number of the signal that ended it.
int exit_code_of(pid_t process);

}  // namespace minerva::test
