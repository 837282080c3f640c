#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "program.hpp"

// What the shells offer, asked of the program and of a real bash.
namespace minerva::test {
namespace {

using Lines = std::vector<std::string>;

Lines lines_of(const std::string& text) {
  std::istringstream stream(text);
  Lines lines;
  std::string line;
  while (std::getline(stream, line)) lines.push_back(line);
  return lines;
}

class Completion : public testing::Test {
 protected:
  Completion() {
    folder_.write("flows/mnist.cfg", "");
    folder_.write("flows/notes.txt", "");
    folder_.write("flows/two words.cfg", "");
    folder_.write("runs/one/summary.json", "{}");
    folder_.write("net.safetensors", "");
  }
  Lines offers(const std::string& words) const {
    const ProgramResult r = run_minerva(folder_.path(), "--complete " + words);
    EXPECT_EQ(r.exit_code, 0) << words;
    EXPECT_EQ(r.standard_error, "") << words;
    return lines_of(r.standard_output);
  }
  /// COMPREPLY of a bash that was told the words as its command line splits them.
  Lines bash(const std::string& words, const std::string& breaks = "$COMP_WORDBREAKS") const {
    const std::string script =
        "source <(minerva completion bash); COMP_WORDBREAKS=\"" + breaks + "\"; COMP_WORDS=(" +
        words +
        "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _minerva; printf '%s\\n' \"${COMPREPLY[@]}\"";
    folder_.write("ask.sh", script);
    const std::filesystem::path program(MINERVA_PROGRAM);
    const ProgramResult r =
        run_in(folder_.path(), "PATH=" + program.parent_path().string() + ":$PATH bash ask.sh");
    EXPECT_EQ(r.exit_code, 0) << r.standard_error;
    EXPECT_EQ(r.standard_error, "") << words;
    return lines_of(r.standard_output);
  }
  TemporaryFolder folder_;
};

TEST_F(Completion, CommandsOptionsKeysAndTheirWords) {
  EXPECT_EQ(offers("s"), (Lines{"sharing", "simulate", "sram", "status", "submit", "sweep"}));
  EXPECT_EQ(offers("'' | head -3"), (Lines{"--help", "--version", "characterize"}));
  EXPECT_EQ(offers("nonsense ''"), Lines{});
  EXPECT_EQ(offers("run --quantize.ro"), (Lines{"--quantize.rounding="}));
  EXPECT_EQ(offers("run --quantize.rounding=half"),
            (Lines{"--quantize.rounding=half_even", "--quantize.rounding=half_up"}));
  EXPECT_EQ(offers("run --quantize.rounding tr"), (Lines{"truncate"}));
  EXPECT_EQ(offers("run --quantize.curve="),
            (Lines{"--quantize.curve=false", "--quantize.curve=true"}));
  EXPECT_EQ(offers("run --th"), (Lines{"--threads", "--thresholds"}));
  EXPECT_EQ(offers("train --th"), (Lines{"--threads"}));  // thresholds are of later stages
  EXPECT_EQ(offers("run --log-level w"), (Lines{"warning"}));
  EXPECT_EQ(offers("keys --j"), (Lines{"--json"}));
  EXPECT_EQ(offers("keys --data"), Lines{});
  EXPECT_EQ(offers("tech x --tech.rows=a"), (Lines{"--tech.rows=all"}));
  EXPECT_EQ(offers("help qu"), (Lines{"quantize"}));
  EXPECT_EQ(offers("help prune --al"), (Lines{"--all-keys"}));
  EXPECT_EQ(offers("help --section t"), (Lines{"tech", "training"}));
}

TEST_F(Completion, FilesAndFoldersByWhatIsWanted) {
  EXPECT_EQ(offers("run f"), (Lines{"flows/"}));
  EXPECT_EQ(offers("run flows/"), (Lines{"flows/mnist.cfg", "flows/two words.cfg"}));
  EXPECT_EQ(offers("run flows/mnist.cfg f"), Lines{});  // one config is all it takes
  EXPECT_EQ(offers("run --network net"), (Lines{"net.safetensors"}));
  EXPECT_EQ(offers("run --network=net"), (Lines{"--network=net.safetensors"}));
  EXPECT_EQ(offers("run --out flows/"), Lines{});
  EXPECT_EQ(offers("run --out runs/"), (Lines{"runs/one/"}));
  EXPECT_EQ(offers("report runs/one runs/"), (Lines{"runs/one/"}));
  EXPECT_EQ(offers("data mn"), (Lines{"mnist"}));
  EXPECT_EQ(offers("data fl"), (Lines{"flows/"}));
  EXPECT_EQ(offers("run --json flows/m"), (Lines{"flows/mnist.cfg"}));
  EXPECT_EQ(offers("run --training.epochs 3 flows/m"), (Lines{"flows/mnist.cfg"}));
  EXPECT_EQ(offers("run nowhere/"), Lines{});
}

TEST_F(Completion, SweptKeysAndTheLastOfTheirValues) {
  EXPECT_EQ(offers("sweep a.cfg --over quantize.rou"), (Lines{"quantize.rounding="}));
  EXPECT_EQ(offers("sweep a.cfg --over quantize.rounding=half_up,tr"),
            (Lines{"quantize.rounding=half_up,truncate"}));
  EXPECT_EQ(offers("sweep a.cfg --over=quantize.rounding=half_up,tr"),
            (Lines{"--over=quantize.rounding=half_up,truncate"}));
  EXPECT_EQ(offers("sweep --over tech.file=flows/m"), (Lines{"tech.file=flows/mnist.cfg"}));
}

TEST_F(Completion, InBash) {
  EXPECT_EQ(bash("minerva si"), (Lines{"simulate"}));
  EXPECT_EQ(bash("minerva run --quantize.ro"), (Lines{"--quantize.rounding="}));
  // Bash takes words apart at '=' and replaces what stands behind it.
  EXPECT_EQ(bash("minerva run --quantize.rounding = tr"), (Lines{"truncate"}));
  EXPECT_EQ(bash("minerva run --quantize.rounding ="), (Lines{"half_even", "half_up", "truncate"}));
  EXPECT_EQ(bash("minerva run --quantize.rounding=tr", " "),
            (Lines{"--quantize.rounding=truncate"}));
  EXPECT_EQ(bash("minerva sweep a.cfg --over quantize.rounding = half_up,t"),
            (Lines{"half_up,truncate"}));
  EXPECT_EQ(bash("minerva run --quantize.curve = true --quantize.per_layer_figure = f"),
            (Lines{"false"}));
  EXPECT_EQ(bash("minerva run flows/t"), (Lines{"flows/two\\ words.cfg"}));
  EXPECT_EQ(bash("minerva run --network = net"), (Lines{"net.safetensors"}));
  EXPECT_EQ(bash("minerva nonsense x"), (Lines{""}));
  EXPECT_EQ(run_minerva("/", "completion tcsh").exit_code, 2);
  for (const char* shell : {"bash", "zsh", "fish"}) {
    EXPECT_NE(run_minerva("/", std::string("completion ") + shell).standard_output.find("minerva"),
              std::string::npos);
  }
}

}  // namespace
}  // namespace minerva::test
