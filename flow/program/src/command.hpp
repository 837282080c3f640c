#pragma once
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace minerva::flow {

/// What a word of the command line names: help and completion go by it.
enum class Names {
  config,            ///< a config file, or the folder of a run, whose config is taken
  data_set,          ///< a data set or a config file
  run_directory,     ///< a folder with summary.json
  technology,        ///< a technology file
  file,              ///< any file
  folder,            ///< any folder, which need not exist
  key_of_a_config,   ///< section.name, followed by =
  one_of_the_words,  ///< of `words`
  text               ///< nothing that could be completed
};

/// A word without dashes.
struct Argument {
  static constexpr int kAnyNumber = 1 << 20;
  std::string name;  ///< "CONFIG"
  Names names = Names::text;
  std::string meaning;  ///< behind "CONFIG is", without a full stop
  int least = 0;
  int most = 1;
  std::vector<std::string> words = {};
};

/// An option of a command that is no key of a config.
struct CommandOption {
  std::string name;     ///< without dashes
  std::string value;    ///< "FILE"; empty: a switch
  std::string meaning;  ///< whole sentences
  std::string default_text = {};
  Names names = Names::text;
  std::vector<std::string> words = {};
  bool repeats = false;  ///< may be given more than once
};

struct Example {
  std::string line;
  std::string meaning;  ///< whole sentences; may be empty
};

struct CommandCall;

/// Commands that the list of commands shows together.
enum class CommandGroup { flow, stages, networks_and_data, reports, many_machines, program };

/// One command of the program: what it does, and all that help, man page and completion say of it.
struct Command {
  std::string name;
  CommandGroup group;
  std::string purpose;                ///< one sentence
  std::string details;                ///< a paragraph; may be empty
  std::vector<Argument> arguments;    ///< in their order
  std::vector<std::string> sections;  ///< of a config, whose keys it reads
  /// Keys and whole sections, of `sections`, that its help shows first, besides those that the
  /// stage of this name reads.
  std::vector<std::string> own_keys;
  std::vector<CommandOption> options;
  std::vector<Example> examples;
  /// Does it and returns the exit code; throws UserError for the user's mistakes.
  std::function<int(const CommandCall&)> act;
};

/// The words behind a command, taken apart as far as the table says: `words` are arguments and keys
/// of a config (--section.name=value), in order.
struct CommandCall {
  const Command& command;
  std::vector<std::string> words;
  std::map<std::string, std::vector<std::string>> options;

  bool has(const std::string& option) const { return options.count(option) != 0; }
  /// The option's last value, or the default text of the table.
  std::string value(const std::string& option) const;
};

/// Every group, in the order of the help, with its heading.
const std::vector<std::pair<CommandGroup, std::string>>& command_groups();
/// Every command, in the order of the help.
const std::vector<Command>& commands();
/// Throws UserError for an unknown name, with the nearest ones.
const Command& command_named(const std::string& name);
/// Options that every command takes: --help, --json, --log-level, --quiet.
const std::vector<CommandOption>& options_of_all();

struct ExitCode {
  int code;
  std::string meaning;
};
const std::vector<ExitCode>& exit_codes();

/// Takes own options and options of all out of the words. Throws UserError for a missing value, a
/// value of a switch, a word that is not allowed, and an option given twice that does not repeat.
CommandCall take_apart(const Command& command, const std::vector<std::string>& words);

/// Runs the program on the words behind its name; returns the exit code. Throws UserError.
int run_program(const std::vector<std::string>& arguments);

}  // namespace minerva::flow
