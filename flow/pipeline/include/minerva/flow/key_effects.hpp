#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace minerva::flow {

/// How the results of a run depend on a key.
enum class Effect {
  value,    ///< the named stages ask for its value
  content,  ///< by what it leads to (samples, a technology, an error bound), which stages ask for
  none      ///< no result depends on it
};

/// What a run's stages know of a key. Every key of the registry stands in the table once; a test
/// holds the two together, and another changes every key to see that no dependency is missing.
struct KeyEffect {
  const char* key;
  Effect effect;
  std::vector<std::string> stages;  ///< of Effect::value
};
const std::vector<KeyEffect>& key_effects();

/// Keys whose value `stage` asks for.
std::vector<std::string> keys_read_by(const std::string& stage);

/// Keys that say which data a run is about: a folder with results is not given another one.
const std::vector<std::string>& keys_of_data_set();

/// Keys that change no result: a run directory may be continued under other values of them.
const std::vector<std::string>& keys_without_effect();

}  // namespace minerva::flow
