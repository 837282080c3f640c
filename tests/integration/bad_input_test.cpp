#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

#include "program.hpp"

// Every mistake gets one line that names what is wrong and what is allowed, exit code 2, and leaves
// the folder as it was. The cases stand in bad_inputs.txt, which says how to read them.
// MINERVA_UPDATE_GOLDEN=1 writes the messages as they are now into the table, to be read there.
namespace minerva::test {
namespace {

namespace fs = std::filesystem;

const std::string kTable = std::string(MINERVA_SOURCE_DIR) + "/tests/integration/bad_inputs.txt";

struct BadInput {
  std::string name;
  std::vector<std::string> given;   ///< shell commands that make the files
  std::string within;               ///< before the program's name
  bool as_nobody = false;           ///< for permissions, which root has all of
  std::string run;                  ///< arguments
  std::string says;                 ///< the message, <number> for digits
  std::vector<std::string> leaves;  ///< files that a run leaves which got as far as its folder
};

void PrintTo(const BadInput& input, std::ostream* out) { *out << input.name; }

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

std::vector<BadInput> read_table() {
  std::vector<BadInput> cases;
  std::ifstream file(kTable);
  std::string line;
  while (std::getline(file, line)) {
    if (line.empty() || line.front() == '#') continue;
    const std::size_t gap = line.find(' ');
    const std::string word = line.substr(0, gap);
    const std::string rest = gap == std::string::npos ? "" : line.substr(gap + 1);
    if (word == "case") {
      cases.emplace_back();
      cases.back().name = rest;
      continue;
    }
    if (cases.empty()) throw std::runtime_error(kTable + ": no case before: " + line);
    BadInput& input = cases.back();
    if (word == "given") {
      input.given.push_back(rest);
    } else if (word == "within") {
      input.within = rest + " ";
    } else if (word == "as" && rest == "nobody") {
      input.as_nobody = true;
    } else if (word == "run") {
      input.run = rest;
    } else if (word == "says") {
      input.says = rest;
    } else if (word == "leaves") {
      input.leaves = words_of(rest);
    } else {
      throw std::runtime_error(kTable + ": unknown line: " + line);
    }
  }
  return cases;
}

/// Name, kind, permissions and content of everything in a folder.
std::map<std::string, std::string> state_of(const TemporaryFolder& folder) {
  constexpr std::uintmax_t kMostBytesCompared = 1 << 24;  // a huge file is told by its length
  std::map<std::string, std::string> state;
  for (const std::string& name : folder.names()) {
    const std::string path = folder.path() + "/" + name;
    struct stat found {};
    if (lstat(path.c_str(), &found) != 0) continue;
    std::string text = std::to_string(found.st_mode) + " " + std::to_string(found.st_size);
    if (S_ISDIR(found.st_mode)) text = std::to_string(found.st_mode);
    if (S_ISREG(found.st_mode) && static_cast<std::uintmax_t>(found.st_size) < kMostBytesCompared) {
      text += "\n" + read_whole(path);
    }
    state[name] = text;
  }
  return state;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// What the program said, without the lines of the log before it, which begin with the time.
std::string message_in(const std::string& standard_error, const TemporaryFolder& folder) {
  static const std::regex log_line("^[0-9]{2}:[0-9]{2}:[0-9]{2} (info|warning|debug) .*");
  std::istringstream stream(standard_error);
  std::string message;
  for (std::string line; std::getline(stream, line);) {
    if (!std::regex_match(line, log_line)) message += (message.empty() ? "" : "\n") + line;
  }
  return replaced(replaced(message, MINERVA_SOURCE_DIR, "$SOURCE"), folder.path(), "$FOLDER");
}

bool same_apart_from_numbers(const std::string& said, const std::string& expected) {
  if (expected.find("<number>") == std::string::npos) return said == expected;
  static const std::regex special(R"([.^$|()\[\]{}*+?\\])");
  const std::string pattern = std::regex_replace(expected, special, R"(\$&)");
  return std::regex_match(said, std::regex(replaced(pattern, "<number>", "[0-9]+")));
}

/// Puts a message into the table.
void accept(const BadInput& input, const std::string& message) {
  std::istringstream stream(read_whole(kTable));
  std::string text;
  bool mine = false;
  for (std::string line; std::getline(stream, line);) {
    if (line.rfind("case ", 0) == 0) mine = line == "case " + input.name;
    if (mine && line.rfind("says", 0) == 0) line = "says " + message;
    text += line + "\n";
  }
  std::ofstream(kTable, std::ios::binary) << text;
}

/// Removes a name from a state, or with "FOLDER/*" what is whole in the folder; how many that are.
int take_out(std::map<std::string, std::string>& state, const std::string& pattern) {
  if (pattern.back() != '*') return static_cast<int>(state.erase(pattern));
  const std::string folder = pattern.substr(0, pattern.size() - 1);
  int taken = 0;
  for (auto entry = state.begin(); entry != state.end();) {
    const bool inside = entry->first.rfind(folder, 0) == 0;
    const bool whole = entry->first.find(".part") == std::string::npos;
    taken += inside && whole ? 1 : 0;
    entry = inside && whole ? state.erase(entry) : std::next(entry);
  }
  return taken;
}

class BadInputs : public testing::TestWithParam<BadInput> {};

TEST_P(BadInputs, GetsOneLineAndExitCode2) {
  const BadInput& input = GetParam();
  const TemporaryFolder folder;
  const std::string source =
      "SOURCE='" MINERVA_SOURCE_DIR "' PROGRAM='" MINERVA_PROGRAM "'; export SOURCE PROGRAM; ";
  for (const std::string& command : input.given) {
    const ProgramResult made = run_in(folder.path(), source + command);
    ASSERT_EQ(made.exit_code, 0) << command << "\n" << made.standard_error;
  }
  std::string prefix = source + "unset MINERVA_DATA_DIR; " + input.within;
  if (input.as_nobody && geteuid() == 0) {
    fs::permissions(folder.path(), fs::perms::others_read | fs::perms::others_exec,
                    fs::perm_options::add);
    prefix += "setpriv --reuid 65534 --regid 65534 --clear-groups ";
  }
  const auto before = state_of(folder);
  const ProgramResult r = run_in(folder.path(), prefix + MINERVA_PROGRAM + " " + input.run);
  auto after = state_of(folder);

  EXPECT_EQ(r.exit_code, 2) << r.standard_output << r.standard_error;
  const std::string message = message_in(r.standard_error, folder);
  if (std::getenv("MINERVA_UPDATE_GOLDEN") != nullptr &&
      !same_apart_from_numbers(message, input.says)) {
    accept(input, message);
  }
  EXPECT_TRUE(same_apart_from_numbers(message, input.says))
      << "said     " << message << "\nexpected " << input.says;
  for (const std::string& name : input.leaves) {
    EXPECT_GE(take_out(after, name), 1) << name << " is not left behind";
  }
  EXPECT_EQ(after, before);
}

INSTANTIATE_TEST_SUITE_P(All, BadInputs, testing::ValuesIn(read_table()),
                         [](const testing::TestParamInfo<BadInput>& i) { return i.param.name; });

TEST(BadInputTable, HoldsEachCaseOnceAndWhole) {
  std::map<std::string, int> names;
  const std::vector<BadInput> cases = read_table();
  for (const BadInput& input : cases) {
    EXPECT_EQ(++names[input.name], 1) << input.name;
    EXPECT_EQ(input.says.rfind("minerva: ", 0), 0U) << input.name;
  }
  EXPECT_GE(cases.size(), 60U);
}

TEST(FullDisk, NamesTheFileAndLeavesNothingHalfWritten) {
  const TemporaryFolder folder;
  // A limit of 16 blocks of 1,024 bytes: the network's file does not fit, the config does.
  const ProgramResult r =
      run_in(folder.path(), "ulimit -f 16; " + std::string(MINERVA_PROGRAM) + " train " +
                                MINERVA_SOURCE_DIR + "/tests/support/tiny.cfg" +
                                " --sweep.topologies= --out out");
  EXPECT_EQ(r.exit_code, 2) << r.standard_error;
  // What stage 1 keeps of the training comes before network.safetensors.
  EXPECT_NE(r.standard_error.find(".network"), std::string::npos) << r.standard_error;
  for (const std::string& name : folder.names()) {
    EXPECT_TRUE(name == "out" || name == "out/.lock" || name == "out/config.resolved.cfg" ||
                name == "out/trainings" || name == "out/trainings/.lock")
        << name;
  }
}

}  // namespace
}  // namespace minerva::test
