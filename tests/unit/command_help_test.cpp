#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "command.hpp"
#include "help_command.hpp"
#include "man_page.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/flow/run_config.hpp"
#include "program.hpp"
#include "text_checks.hpp"

// What the program says of itself agrees with what it takes.
namespace minerva::flow {
namespace {

class CommandHelp : public testing::Test {
 protected:
  RunConfig config_;
  const Settings& settings_ = config_.settings();
};

std::string squeezed(const std::string& text) {
  std::istringstream words(text);
  std::string all;
  std::string word;
  while (words >> word) all += (all.empty() ? "" : " ") + word;
  return all;
}

TEST_F(CommandHelp, EveryKeyStandsInTheHelpOfItsCommandsWithAllThatIsKnownOfIt) {
  std::set<std::string> shown;
  for (const Command& command : commands()) {
    const std::string help = squeezed(help_text(command));
    for (const SettingInfo& info : settings_.table()) {
      const std::string section = info.key.substr(0, info.key.find('.'));
      const bool reads = std::find(command.sections.begin(), command.sections.end(), section) !=
                         command.sections.end();
      const std::size_t at = help.find("--" + info.key + "=");
      EXPECT_EQ(at != std::string::npos, reads) << command.name << " " << info.key;
      if (at == std::string::npos) continue;
      shown.insert(info.key);
      const std::string row = help.substr(at, help.find(" --", at + 1) - at);
      for (const std::string& said : {info.default_text, info.meaning}) {
        EXPECT_NE(help.find(squeezed(said), at), std::string::npos) << info.key << ": " << row;
      }
      EXPECT_NE(help.find(squeezed(info.allowed), at), std::string::npos) << info.key;
    }
  }
  for (const SettingInfo& info : settings_.table()) {
    EXPECT_EQ(shown.count(info.key), 1U) << info.key << " stands in no command's help";
  }
}

TEST_F(CommandHelp, LinesFitAHundredColumns) {
  const auto check = [](const std::string& text) {
    std::istringstream lines(text);
    std::string line;
    while (std::getline(lines, line)) EXPECT_LE(line.size(), 100U) << line;
  };
  check(usage_text());
  for (const Command& command : commands()) check(help_text(command));
}

TEST_F(CommandHelp, RowsAreComplete) {
  std::set<std::string> names;
  for (const Command& command : commands()) {
    EXPECT_TRUE(names.insert(command.name).second) << command.name;
    EXPECT_FALSE(command.purpose.empty()) << command.name;
    EXPECT_FALSE(command.examples.empty()) << command.name;
    for (const Example& example : command.examples) {
      EXPECT_EQ(example.line.rfind("minerva " + command.name, 0), 0U) << example.line;
    }
    EXPECT_TRUE(command.act) << command.name;
    for (const CommandOption& option : command.options) {
      EXPECT_FALSE(settings_.has(option.name)) << option.name;
      for (const CommandOption& other : options_of_all()) EXPECT_NE(option.name, other.name);
    }
    EXPECT_NE(usage_text().find("  " + command.name + " "), std::string::npos);
  }
}

/// Every example line is taken apart by its command, and its keys are keys.
TEST_F(CommandHelp, ExamplesAreTaken) {
  for (const Command& command : commands()) {
    for (const Example& example : command.examples) {
      std::istringstream text(example.line.substr(0, example.line.find_first_of("|>")));
      std::vector<std::string> words;
      std::string word;
      while (text >> word) words.push_back(word);
      words.erase(words.begin(), words.begin() + 2);
      const CommandCall call = take_apart(command, words);
      EXPECT_NO_THROW(settings_.parse_command_line(call.words)) << example.line;
    }
  }
}

std::string error_of_call(const std::vector<std::string>& words) {
  return error_of([&] {
    take_apart(command_named(words.front()), {words.begin() + 1, words.end()});
  });
}

TEST_F(CommandHelp, OwnOptionsAreChecked) {
  EXPECT_EQ(error_of_call({"tech", "f", "--tech.rows=al"}),
            "--tech.rows = 'al': needs one of summary, all; did you mean all?");
  EXPECT_EQ(error_of_call({"tech", "f", "--tech.rows"}),
            "--tech.rows: needs a value: --tech.rows ROWS");
  EXPECT_EQ(error_of_call({"tech", "f", "--tech.rows", "--json"}),
            "--tech.rows: needs a value: --tech.rows ROWS");
  EXPECT_EQ(error_of_call({"keys", "--json=yes"}),
            "--json = 'yes': is a switch and takes no value");
  EXPECT_EQ(error_of_call({"keys", "--json", "--json"}),
            "--json: stands twice on the command line");
  EXPECT_NE(error_of_call({"trian"}).find("did you mean train?"), std::string::npos);
  const CommandCall call =
      take_apart(command_named("tech"), {"--tech.rows", "all", "f", "--json", "--data.set=x"});
  EXPECT_EQ(call.value("tech.rows"), "all");
  EXPECT_EQ(call.words, (std::vector<std::string>{"f", "--data.set=x"}));
  EXPECT_TRUE(call.has("json"));
  EXPECT_EQ(take_apart(command_named("tech"), {}).value("tech.rows"), "summary");
}

/// As roff writes it.
std::string in_roff(const std::string& text) {
  std::string escaped;
  for (const char c : text) escaped += c == '-' ? std::string("\\-") : std::string(1, c);
  return escaped;
}

TEST_F(CommandHelp, TheManualPageHasEveryCommandOptionKeyAndExitCode) {
  const std::string page = man_page();
  for (const Command& command : commands()) {
    EXPECT_NE(page.find("\n.It Cm " + command.name), std::string::npos) << command.name;
    for (const CommandOption& option : command.options) {
      EXPECT_NE(page.find("\n.It Fl Fl " + in_roff(option.name)), std::string::npos) << option.name;
    }
  }
  for (const SettingInfo& info : settings_.table()) {
    EXPECT_NE(page.find("\n.It Va " + in_roff(info.key) + " "), std::string::npos) << info.key;
  }
  for (const ExitCode& code : exit_codes()) {
    EXPECT_NE(page.find("\n.It " + std::to_string(code.code) + "\n"), std::string::npos);
  }
  std::istringstream lines(page);
  std::string line;
  while (std::getline(lines, line)) {
    const bool macro = line.rfind('.', 0) == 0;
    EXPECT_TRUE(macro || line.size() <= 80) << line;
    EXPECT_FALSE(line.empty());
    EXPECT_NE(line.front(), '\'') << "roff would take it for a macro";
  }
  const test::TemporaryFolder folder;
  folder.write("minerva.1", page);
  for (const char* checker : {"mandoc -Tlint minerva.1", "man --warnings -l minerva.1 >text"}) {
    const std::string program = std::string(checker).substr(0, std::string(checker).find(' '));
    if (test::run_in("/", "command -v " + program).exit_code != 0) continue;
    const auto r = test::run_in(folder.path(), checker);
    EXPECT_EQ(r.standard_output + r.standard_error, "") << checker;
    EXPECT_EQ(r.exit_code, 0) << checker;
  }
}

TEST(Program, ExitCodesOfTheTableAreTheDocumentedOnes) {
  const std::string documented =
      test::read_whole(std::string(MINERVA_SOURCE_DIR) + "/flow/pipeline/README.md");
  for (const ExitCode& code : exit_codes()) {
    const std::string row = "| " + std::to_string(code.code) + " | " + code.meaning + " |";
    EXPECT_NE(documented.find(row), std::string::npos)
        << row << " is not in flow/pipeline/README.md";
  }
}

TEST(Program, HelpIsTheSameByEveryWay) {
  const auto plain = test::run_minerva("/", "prune --help");
  EXPECT_EQ(plain.exit_code, 0);
  EXPECT_EQ(plain.standard_output, help_text(command_named("prune")));
  EXPECT_EQ(test::run_minerva("/", "help prune").standard_output, plain.standard_output);
  EXPECT_EQ(test::run_minerva("/", "prune --quantize.nonsense -h").standard_output,
            plain.standard_output);
  EXPECT_EQ(test::run_minerva("/", "").standard_output, usage_text());
  EXPECT_EQ(test::run_minerva("/", "help").standard_output, usage_text());
}

TEST(Program, StandardOutputThatTakesNothingIsAnError) {
  for (const char* command : {"keys", "--help", "run --help", "--version", "data", "config --json",
                              "keys --json", "help --man", "completion bash"}) {
    const auto full = test::run_minerva("/", std::string(command) + " >/dev/full");
    EXPECT_EQ(full.exit_code, 1) << command;
    EXPECT_EQ(full.standard_error,
              "minerva: cannot write to standard output: No space left on device\n")
        << command;
    const auto closed = test::run_minerva("/", std::string(command) + " >&-");
    EXPECT_EQ(closed.exit_code, 1) << command;
    EXPECT_EQ(closed.standard_error, "minerva: standard output is closed\n") << command;
  }
  // The others may be closed: no file of the program takes their place.
  const auto r = test::run_minerva("/", "config <&- 2>&-");
  EXPECT_EQ(r.exit_code, 0);
  EXPECT_NE(r.standard_output.find("[training]"), std::string::npos);
}

}  // namespace
}  // namespace minerva::flow
