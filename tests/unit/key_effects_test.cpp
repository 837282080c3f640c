#include "minerva/flow/key_effects.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "minerva/config/settings.hpp"
#include "minerva/flow/run_config.hpp"

namespace minerva::flow {
namespace {

std::set<std::string> registered_keys() {
  RunConfig config;
  Settings& settings = config.settings();
  std::set<std::string> keys;
  for (const SettingInfo& info : settings.table()) keys.insert(info.key);
  return keys;
}

TEST(KeyEffects, EveryKeyHasOneRowAndEveryRowAKey) {
  const std::set<std::string> keys = registered_keys();
  std::set<std::string> rows;
  for (const KeyEffect& effect : key_effects()) {
    EXPECT_TRUE(rows.insert(effect.key).second) << effect.key << " stands twice";
    EXPECT_EQ(keys.count(effect.key), 1U) << effect.key << " is no key";
  }
  for (const std::string& key : keys) {
    EXPECT_EQ(rows.count(key), 1U) << key << " has no row: which stages read it?";
  }
}

TEST(KeyEffects, AValueIsReadBySomeStageAndNothingElseIs) {
  for (const KeyEffect& effect : key_effects()) {
    EXPECT_EQ(effect.effect == Effect::value, !effect.stages.empty()) << effect.key;
  }
  for (const StageDefinition& stage : pipeline_stages()) {
    EXPECT_FALSE(keys_read_by(stage.id).empty()) << stage.id;
  }
}

TEST(KeyEffects, ThreadsPathsAndOtherCommandsHaveNone) {
  const std::vector<std::string>& without = keys_without_effect();
  for (const char* key : {"run.threads", "run.out", "data.dir", "training.checkpoint_seconds",
                          "eval.samples", "simulate.model"}) {
    EXPECT_EQ(std::count(without.begin(), without.end(), key), 1) << key;
  }
  EXPECT_EQ(std::count(without.begin(), without.end(), "training.seed"), 0);
}

}  // namespace
}  // namespace minerva::flow
