#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "minerva/config/settings.hpp"
#include "program.hpp"

// Configs that include others, and where each value came from.
namespace minerva {
namespace {

using test::TemporaryFolder;

struct Options {
  int epochs = 20;
  int batch = 100;
  double rate = 0.1;
  std::string network;
};

class ConfigInclude : public testing::Test {
 protected:
  ConfigInclude() {
    const KeyRows keys = settings_.read_by({"train"});
    keys.add("training.epochs", &o_.epochs, {1, 10000}, "epochs", "passes");
    keys.add("training.batch", &o_.batch, {1, 10000}, "samples", "a step");
    keys.add("training.rate", &o_.rate, {0, 1, true}, "1", "learning rate");
    keys.add("network.file", &o_.network, "train one", "network file");
  }
  std::string path(const std::string& name) const { return folder_.path() + "/" + name; }
  std::string error_of_reading(const std::string& name) {
    try {
      settings_.read_config_file(path(name));
    } catch (const UserError& error) {
      return error.what();
    }
    return "(no error)";
  }

  TemporaryFolder folder_;
  Options o_;
  Settings settings_;
};

TEST_F(ConfigInclude, LaterLinesOverrideAndPathsStartAtTheIncludingFile) {
  folder_.write("parts/deep/rate.cfg", "[training]\nrate = 0.5\nbatch = 7\n");
  folder_.write("parts/base.cfg", "include = deep/rate.cfg\n[training]\nepochs = 3\nbatch = 8\n");
  folder_.write("parts/second.cfg", "[training]\nepochs = 4\n");
  folder_.write("flows/mine.cfg",
                "# mine\ninclude = ../parts/base.cfg  # first\ninclude = ../parts/second.cfg\n"
                "[training]\nbatch = 9\n");
  settings_.read_config_file(path("flows/mine.cfg"));
  EXPECT_EQ(o_.rate, 0.5);
  EXPECT_EQ(o_.epochs, 4);  // the second include wins over the first
  EXPECT_EQ(o_.batch, 9);
  EXPECT_EQ(settings_.origin("training.rate"), path("parts/deep/rate.cfg:2"));
  EXPECT_EQ(settings_.origin("training.epochs"), path("parts/second.cfg:2"));
  EXPECT_EQ(settings_.origin("training.batch"), path("flows/mine.cfg:5"));
  EXPECT_EQ(settings_.origin("network.file"), "default");
}

TEST_F(ConfigInclude, TheCommandLineWinsAndItsOriginIsKept) {
  folder_.write("a.cfg", "[training]\nepochs = 3\nbatch = 4\n");
  settings_.read_config_file(path("a.cfg"));
  settings_.apply(settings_.parse_command_line({"--training.epochs=5"}));
  settings_.set("network.file", "n.safetensors", "environment NETWORK");
  EXPECT_EQ(settings_.origin("training.epochs"), "command line");
  EXPECT_EQ(settings_.origin("network.file"), "environment NETWORK");
  EXPECT_EQ(settings_.resolved_with_origins(Settings::Shown::changed),
            "[training]\nepochs = 5  # epochs; command line\nbatch = 4  # samples; " +
                path("a.cfg:3") + "\n\n[network]\nfile = n.safetensors  # environment NETWORK\n");
  const std::string before = settings_.resolved();
  const std::string shown = settings_.resolved_with_origins(Settings::Shown::every_key);
  EXPECT_NE(shown.find("rate = 0.1  # 1; default\n"), std::string::npos) << shown;
  settings_.read_config_text(shown, "shown");
  EXPECT_EQ(settings_.resolved(), before);
  // A value set to its default is not changed.
  settings_.read_config_text("[training]\nepochs = 20\nbatch = 100\n[network]\nfile =\n", "b.cfg");
  EXPECT_EQ(settings_.resolved_with_origins(Settings::Shown::changed), "");
}

TEST_F(ConfigInclude, TheSameFileTwiceIsNoCycle) {
  folder_.write("base.cfg", "[training]\nepochs = 3\n");
  folder_.write("a.cfg", "include = base.cfg\n[training]\nbatch = 5\n");
  folder_.write("b.cfg", "include = a.cfg\ninclude = base.cfg\n");
  settings_.read_config_file(path("b.cfg"));
  EXPECT_EQ(o_.epochs, 3);
  EXPECT_EQ(o_.batch, 5);
}

TEST_F(ConfigInclude, MistakesNameTheChain) {
  folder_.write("a.cfg", "\ninclude = b.cfg\n");
  folder_.write("b.cfg", "include = c.cfg\n");
  folder_.write("c.cfg", "[training]\nepochs = 3\nepoch = 3\n");
  const std::string chain =
      ", included by " + path("b.cfg:1") + ", included by " + path("a.cfg:2") + ": ";
  EXPECT_EQ(error_of_reading("a.cfg"), path("c.cfg:3") + chain +
                                           "training.epoch: unknown key; did you mean "
                                           "training.epochs?");
  folder_.write("c.cfg", "include = ./a.cfg\n");
  EXPECT_EQ(error_of_reading("a.cfg"),
            path("c.cfg:1") + chain +
                "include = './a.cfg': this file is being read already: it includes itself");
  folder_.write("c.cfg", "include = c.cfg\n");
  EXPECT_NE(error_of_reading("c.cfg").find("includes itself"), std::string::npos);
  folder_.write("c.cfg", "include = none.cfg\n");
  EXPECT_EQ(error_of_reading("a.cfg"), path("c.cfg:1") + chain +
                                           "include = 'none.cfg': " + path("none.cfg") +
                                           ": cannot open it: No such file or directory");
  folder_.write("c.cfg", "include =\n");
  EXPECT_NE(error_of_reading("c.cfg").find("include = '(empty)': needs the path"),
            std::string::npos);
  folder_.write("c.cfg", "[training]\ninclude = a.cfg\n");
  EXPECT_NE(error_of_reading("c.cfg").find(
                "training.include = 'a.cfg': needs to stand before the first [section]"),
            std::string::npos)
      << error_of_reading("c.cfg");
  // A key twice in one file stays a mistake; overriding an include is none.
  folder_.write("c.cfg", "include = d.cfg\n[training]\nepochs = 3\nepochs = 4\n");
  folder_.write("d.cfg", "[training]\nepochs = 9\n");
  EXPECT_NE(error_of_reading("c.cfg").find("stands already in line 3"), std::string::npos);
}

TEST_F(ConfigInclude, DepthAndNumberAreBounded) {
  for (int i = 0; i < 20; ++i) {
    folder_.write("d" + std::to_string(i) + ".cfg",
                  "include = d" + std::to_string(i + 1) + ".cfg\n");
  }
  folder_.write("d20.cfg", "");
  EXPECT_EQ(error_of_reading("d4.cfg"), "(no error)");
  EXPECT_NE(error_of_reading("d3.cfg").find("needs at most 16 files one in another"),
            std::string::npos);
  // Twice the files a level, which would be 65,536 of them.
  for (int i = 0; i < 16; ++i) {
    const std::string line = "include = w" + std::to_string(i + 1) + ".cfg\n";
    folder_.write("w" + std::to_string(i) + ".cfg", line + line);
  }
  folder_.write("w16.cfg", "");
  EXPECT_NE(error_of_reading("w0.cfg").find("needs at most 1000 files in all"), std::string::npos);
}

}  // namespace
}  // namespace minerva
