#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace minerva::sharing {

inline constexpr const char* kSharingStage = "sharing";

/// What one size of codebook gives and costs, at the nominal voltage.
struct CandidateRow {
  int entries = 0;        ///< 0: codes of W are stored
  int index_bits = 0;     ///< bits of a word of the weight memory, also where that is a code of W
  double divergence = 0;  ///< on the set that is tuned on
  std::int64_t validation_wrong = 0;
  std::int64_t test_wrong = 0;
  double power_mw = 0;
  double energy_per_prediction_nj = 0;
  double area_mm2 = 0;
  double weight_memory_kibibytes = 0;
  bool within = false;  ///< the share of the budget, on the set that is tuned on
  bool chosen = false;
};

/// An entry of a layer's codebook.
struct EntryRow {
  int index = 0;
  int code = 0;  ///< of W
  double value = 0;
  std::int64_t weights = 0;  ///< of the layer that have it
};

struct CodebookRow {
  int layer = 1;         ///< 1-based
  std::string format;    ///< W
  double rms_error = 0;  ///< root of the mean square of what sharing changes a weight by, a value
  std::vector<EntryRow> entries;
};

/// The section of the stage sharing.
struct SharingSection {
  std::string weights;                   ///< "shared", "ternary" or "binary"
  double bound_wrong = 0;                ///< most wrong samples of the set that is tuned on
  std::vector<CandidateRow> candidates;  ///< the first one: nothing is shared
  std::vector<CodebookRow> codebooks;    ///< of the chosen candidate; empty: none was
};
/// The section as JSON text.
std::string to_json(const SharingSection& section);
/// The section of a text; UserError names `file` and the JSON path, below `path`, of what is wrong.
SharingSection sharing_section_from_json(const std::string& text, const std::string& file,
                                         const std::string& path = "");

// Files of a run directory.
std::string sharing_csv(const SharingSection& section);
std::string codebooks_csv(const SharingSection& section);

}  // namespace minerva::sharing
