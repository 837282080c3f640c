#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
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

TEST_F(CommandHelp, HelpShowsOwnKeysAndOnRequestAllWithAllThatIsKnownOfThem) {
  std::set<std::string> shown;
  for (const Command& command : commands()) {
    const std::string own = help_text(command);
    const std::string all = help_text(command, ShownKeys::all);
    for (const SettingInfo& info : settings_.table()) {
      const bool takes = std::find(command.sections.begin(), command.sections.end(),
                                   info.section()) != command.sections.end();
      const std::string row = "\n  --" + info.key + "=";  // an example may name a key, too
      const std::size_t at = all.find(row);
      EXPECT_EQ(at != std::string::npos, takes) << command.name << " " << info.key;
      EXPECT_EQ(own.find(row) != std::string::npos, is_own_key(command, info))
          << command.name << " " << info.key;
      if (at == std::string::npos) continue;
      shown.insert(info.key);
      const std::string behind = squeezed(all.substr(at, all.find("\n  --", at + 1) - at));
      for (const std::string& said : {info.default_text, info.meaning, info.allowed}) {
        EXPECT_NE(behind.find(squeezed(said)), std::string::npos) << info.key << ": " << behind;
      }
    }
  }
  for (const SettingInfo& info : settings_.table()) {
    EXPECT_EQ(shown.count(info.key), 1U) << info.key << " stands in no command's help";
    EXPECT_NE(squeezed(section_text(info.section())).find("--" + info.key + "="),
              std::string::npos);
  }
}

/// The row of a command names keys and sections that it takes, and no key that its stage reads
/// anyway.
TEST_F(CommandHelp, OwnKeysOfARowAreTakenAndAreNeeded) {
  const std::vector<std::string> sections = settings_.sections();
  for (const Command& command : commands()) {
    const auto takes = [&](const std::string& section) {
      return std::count(command.sections.begin(), command.sections.end(), section) == 1;
    };
    for (const std::string& section : command.sections) {
      EXPECT_EQ(std::count(sections.begin(), sections.end(), section), 1) << section;
    }
    for (const std::string& own : command.own_keys) {
      if (std::count(sections.begin(), sections.end(), own) == 1) {
        EXPECT_TRUE(takes(own)) << command.name << " " << own;
        continue;
      }
      ASSERT_TRUE(settings_.has(own)) << command.name << " " << own;
      const SettingInfo& info = settings_.info(own);
      EXPECT_TRUE(takes(info.section())) << command.name << " " << own;
      EXPECT_EQ(std::count(info.readers.begin(), info.readers.end(), command.name), 0) << own;
    }
  }
}

TEST_F(CommandHelp, AStageShowsItsOwnKeysFirstAndSaysHowToSeeTheOthers) {
  const std::string help = help_text(command_named("prune"));
  const std::size_t first = help.find("\n[");
  EXPECT_EQ(help.compare(first, 9, "\n[prune]\n"), 0) << help.substr(first, 20);
  EXPECT_NE(help.find("--budget.share_prune="), std::string::npos);
  EXPECT_EQ(help.find("--data.set="), std::string::npos);
  EXPECT_NE(squeezed(help).find("minerva help prune --all-keys"), std::string::npos);
  EXPECT_EQ(help_text(command_named("prune"), ShownKeys::all).find("--all-keys"),
            std::string::npos);
}

TEST_F(CommandHelp, EveryCommandStandsInOneGroup) {
  const std::string usage = usage_text();
  std::size_t last = 0;
  for (const auto& [group, heading] : command_groups()) {
    const std::size_t at = usage.find("\n" + heading + "\n");
    ASSERT_NE(at, std::string::npos) << heading;
    EXPECT_GT(at, last) << heading;
    last = at;
    EXPECT_TRUE(std::any_of(commands().begin(), commands().end(), [g = group](const Command& c) {
      return c.group == g;
    })) << heading;
  }
}

/// What is said of a command, an option, an argument or an exit code is a sentence.
TEST_F(CommandHelp, TextsAreSentences) {
  const auto is_sentence = [](const std::string& text) {
    return text.size() > 10 && text.back() == '.' &&
           (std::isupper(static_cast<unsigned char>(text.front())) != 0 ||
            text.rfind("minerva ", 0) == 0);
  };
  for (const Command& command : commands()) {
    EXPECT_TRUE(is_sentence(command.purpose)) << command.name;
    EXPECT_TRUE(command.details.empty() || is_sentence(command.details)) << command.name;
    for (const CommandOption& option : command.options) {
      EXPECT_TRUE(is_sentence(option.meaning)) << command.name << " --" << option.name;
    }
    for (const Example& example : command.examples) {
      EXPECT_TRUE(example.meaning.empty() || is_sentence(example.meaning)) << example.line;
    }
  }
  for (const CommandOption& option : options_of_all()) EXPECT_TRUE(is_sentence(option.meaning));
  for (const ExitCode& code : exit_codes()) EXPECT_TRUE(is_sentence(code.meaning)) << code.code;
}

TEST_F(CommandHelp, LinesFitAHundredColumns) {
  const auto check = [](const std::string& text) {
    std::istringstream lines(text);
    std::string line;
    while (std::getline(lines, line)) EXPECT_LE(line.size(), 100U) << line;
  };
  check(usage_text());
  for (const Command& command : commands()) {
    check(help_text(command));
    check(help_text(command, ShownKeys::all));
  }
  for (const std::string& section : sections_of_a_config()) check(section_text(section));
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
      std::istringstream text(example.line.substr(0, example.line.find_first_of("|>&")));
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
  EXPECT_EQ(test::run_minerva("/", "help prune --all-keys").standard_output,
            help_text(command_named("prune"), ShownKeys::all));
  EXPECT_EQ(test::run_minerva("/", "help --section training").standard_output,
            section_text("training"));
}

TEST(Program, HelpRefusesWhatItCannotShow) {
  const auto error = [](const std::string& words) {
    const auto r = test::run_minerva("/", words);
    EXPECT_EQ(r.exit_code, 2) << words;
    return r.standard_error;
  };
  EXPECT_EQ(error("help --all-keys"),
            "minerva: --all-keys: needs a command: minerva help COMMAND --all-keys\n");
  EXPECT_EQ(error("help prune --section data"),
            "minerva: --section = 'prune': stands alone; it takes neither a command nor "
            "--all-keys\n");
  EXPECT_NE(error("help --section dat").find("did you mean data?"), std::string::npos);
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
