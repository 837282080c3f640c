#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "minerva/data/dataset.hpp"
#include "minerva/faultsim/fault_map_counts.hpp"
#include "minerva/network/quantized_graph.hpp"

namespace minerva::faultsim {

/// Identifies all that counts of fault maps depend on: codes, formats, thresholds and mitigation of
/// the network, the samples, seed and criterion of the maps. Bounds, rates and technology are no
/// part of it: what a map counts at a rate does not depend on them.
std::string content_of_counts(const QuantizedGraph& network, const Samples& samples,
                              std::uint64_t seed,
                              const std::optional<FaultCriterion>& criterion = {});

/// Counts of one content.
struct CountedMaps {
  std::string content;  ///< content_of_counts
  Mitigation mitigation;
  std::string set;           ///< "validation" or "test"
  std::int64_t samples = 0;  ///< of the set
  std::vector<FaultAnswer> answers;
};

/// The file fault_counts.txt: a line with the SHA-256 of the rest, then each content with a line a
/// rate, "0.001 0 12 >98 - 14": of maps 0, 1, .. the wrong samples, more than a bound, not counted.
std::string fault_counts_text(const std::vector<CountedMaps>& counted);
/// Reads it back. Throws UserError, naming `where`, for a text that is not what was written, for
/// counts outside of 0 to the number of samples, and for rates and maps that cannot be.
std::vector<CountedMaps> fault_counts_from_text(const std::string& text, const std::string& where);

/// Counts that earlier computations left, by their content.
class KeptCounts {
 public:
  static constexpr const char* kFile = "fault_counts.txt";

  /// Adds those of a file, when there is one. A damaged one is named in a warning and left out.
  void read(const std::string& path);
  /// Adds those of every folder of a folder.
  void read_folders_in(const std::string& path);
  const std::vector<CountedMaps>& of(const std::string& content) const;

 private:
  std::map<std::string, std::vector<CountedMaps>> by_content_;
};

}  // namespace minerva::faultsim
