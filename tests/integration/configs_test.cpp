#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <sstream>

#include "minerva/accelsim/technology.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/flow/run_config.hpp"
#include "program.hpp"

// Every file in configs/ parses, and the table of keys is the one the program prints.
namespace minerva {
namespace {

const std::string kConfigs = std::string(MINERVA_SOURCE_DIR) + "/configs";

int count_files(const std::string& folder, void (*read)(const std::string& path)) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kConfigs + "/" + folder)) {
    SCOPED_TRACE(entry.path().string());
    EXPECT_NO_THROW(read(entry.path().string()));
    ++files;
  }
  return files;
}

void read_settings(const std::string& path) {
  flow::RunConfig config;
  Settings& settings = config.settings();
  settings.read_config_file(path);
  config.check();
  // The resolved config reads back to itself.
  flow::RunConfig again;
  Settings& settings_again = again.settings();
  settings_again.read_config_text(settings.resolved(), "resolved");
  EXPECT_EQ(settings_again.resolved(), settings.resolved());
}

TEST(Configs, FlowsParse) { EXPECT_GE(count_files("flows", read_settings), 2); }

/// The keys that a config changes, without their origins.
std::string changed_keys(const std::string& path) {
  flow::RunConfig config;
  Settings& settings = config.settings();
  settings.read_config_file(path);
  std::istringstream lines(settings.resolved_with_origins(Settings::Shown::changed));
  std::string text;
  std::string line;
  while (std::getline(lines, line)) text += line.substr(0, line.find("  # ")) + "\n";
  return text;
}

// Recorded before the configs were made of parts; a change of any of them shows here.
TEST(Configs, PartsGiveTheRecordedKeys) {
  const std::string recorded =
      test::read_whole(std::string(MINERVA_SOURCE_DIR) + "/tests/golden/flow_configs.txt");
  std::string now;
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kConfigs + "/flows")) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    now += "== " + name + "\n" + changed_keys(kConfigs + "/flows/" + name);
  }
  EXPECT_EQ(now, recorded);
}

TEST(Configs, PartsParse) { EXPECT_GE(count_files("parts", read_settings), 1); }

TEST(Configs, NetworksParse) { EXPECT_GE(count_files("networks", read_settings), 1); }

TEST(Configs, TechnologiesParse) {
  EXPECT_GE(count_files("tech", [](const std::string& path) { read_technology(path); }), 2);
}

/// The rows of the registry name stages that there are, and every stage reads some key.
TEST(Keys, ReadersAreStagesAndEveryStageReadsSome) {
  flow::RunConfig config;
  Settings& settings = config.settings();
  std::vector<std::string> stages;
  for (const flow::StageDefinition& stage : config.stages()) stages.push_back(stage.id);
  for (const SettingInfo& info : settings.table()) {
    EXPECT_EQ(info.effect == KeyEffect::value, !info.readers.empty()) << info.key;
    for (const std::string& reader : info.readers) {
      EXPECT_EQ(std::count(stages.begin(), stages.end(), reader), 1) << info.key << " " << reader;
    }
  }
  for (const std::string& stage : stages) {
    EXPECT_FALSE(settings.keys_read_by(stage).empty()) << stage;
  }
}

TEST(Keys, ThreadsFoldersAndSingleEvaluationsChangeNoResult) {
  const std::vector<std::string> without = flow::RunConfig().settings().keys_without_effect();
  for (const char* key : {"run.threads", "run.out", "data.dir", "training.checkpoint_seconds",
                          "eval.samples", "simulate.model"}) {
    EXPECT_EQ(std::count(without.begin(), without.end(), key), 1) << key;
  }
  EXPECT_EQ(std::count(without.begin(), without.end(), "training.seed"), 0);
}

/// What a user reads of a key is a sentence: it begins with a capital letter or a name, ends with a
/// full stop, and speaks for itself.
TEST(Keys, MeaningsAreSentences) {
  flow::RunConfig config;
  Settings& settings = config.settings();
  for (const SettingInfo& info : settings.table()) {
    const std::string& meaning = info.meaning;
    ASSERT_GE(meaning.size(), 25U) << info.key;
    EXPECT_TRUE(std::isupper(static_cast<unsigned char>(meaning.front())) != 0) << info.key;
    EXPECT_EQ(meaning.back(), '.') << info.key;
    EXPECT_EQ(meaning.find("likewise"), std::string::npos) << info.key;
  }
}

TEST(Configs, TableOfKeysIsUpToDate) {
  flow::RunConfig config;
  Settings& settings = config.settings();
  const std::string table = test::read_whole(kConfigs + "/KEYS.md");
  EXPECT_NE(table.find(settings.markdown_table()), std::string::npos)
      << "configs/KEYS.md is old: append the output of `minerva keys` to its heading";
  // Nothing but that table: no row of a key that is gone.
  std::istringstream lines(table);
  std::string line;
  std::size_t rows = 0;
  while (std::getline(lines, line)) rows += line.rfind("| `", 0) == 0 ? 1 : 0;
  EXPECT_EQ(rows, settings.table().size());
  EXPECT_EQ(table.find(settings.markdown_table()) + settings.markdown_table().size(), table.size());
}

}  // namespace
}  // namespace minerva
