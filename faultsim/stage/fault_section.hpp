#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "minerva/arithmetic/fault_word.hpp"
#include "minerva/report/run_summary.hpp"

namespace minerva::faultsim {

inline constexpr const char* kFaultsStage = "faults";

/// Wrong samples at one fault rate: the mean over fault maps and its interval.
struct FaultCurvePoint {
  double rate = 0;
  int maps = 0;
  double wrong_mean = 0;
  double wrong_deviation = 0;  ///< sample deviation over maps
  double mean_low = 0;
  double mean_high = 0;
};

/// Chips (maps) within the bound at one fault rate, and the interval of their share.
struct FaultYieldPoint {
  double rate = 0;
  int maps = 0;
  int within = 0;
  double share_low = 0;
  double share_high = 0;
};

/// Chips (maps that chose nothing) within the bounds at one fault rate.
struct FaultChips {
  double rate = 0;
  int maps = 0;
  int validation = 0;  ///< within the bound of validation
  int test = 0;
  int both = 0;
  double both_low = 0;  ///< interval of the share that holds on both sets
  double both_high = 0;
  double validation_low = 0;  ///< of the share that holds on validation
  double validation_high = 0;
};

/// A tolerable fault rate a bit with its interval; 0: below the rates searched.
struct FaultRateSummary {
  double rate = 0;
  double low = 0;
  double high = 0;
};

/// The weight SRAMs at the lowest voltage whose fault rate is tolerated.
struct FaultSupply {
  double voltage_v = 0;  ///< 0: nominal
  double fault_rate = 0;
  double weight_sram_mw = 0;
  double power_mw = 0;  ///< of the accelerator with this mitigation
};

/// One mitigation. Tuning: the set that the budget is held on, validation unless told otherwise.
struct FaultRow {
  Mitigation mitigation;
  bool chosen = false;
  FaultRateSummary at_mean;  ///< the mean over maps is within the bound
  /// A share of chips is: an estimate, with the rate that may be relied on as its low end.
  FaultRateSummary at_quantile;
  FaultSupply supply_at_mean;                    ///< its own error is measured to hold
  FaultSupply supply_at_quantile;                ///< the low end of at_quantile is tolerated
  std::optional<FaultCurvePoint> tuning;         ///< at the rate tolerated by the mean
  std::optional<FaultCurvePoint> tuning_supply;  ///< at supply_at_mean, of maps that chose nothing
  std::optional<FaultCurvePoint> test_supply;    ///< of the same maps
  std::optional<FaultChips> chips_at_mean;       ///< at supply_at_mean; of the chosen mitigation
  std::optional<FaultChips> chips_at_quantile;   ///< at supply_at_quantile
  std::vector<FaultCurvePoint> curve;            ///< every rate measured for the mean, rising
  std::vector<FaultCurvePoint> test_curve;       ///< rates that were tolerated, on the test set
  std::vector<FaultYieldPoint> yield;            ///< where the share of chips falls from 1 to 0
};

/// Fault rate and power of the weight SRAMs, and of the whole, at one row of the technology.
struct VoltageRow {
  double voltage_v = 0;
  double fault_rate = 0;
  double weight_sram_dynamic_mw = 0;
  double weight_sram_leakage_mw = 0;
  double power_mw = 0;
};

/// The finished design's supply by one of the fault tables of the technology, and what it then
/// costs.
struct CriterionRow {
  std::string table;       ///< "fault_rate", the flow's, or "fault_rate_static_noise"
  std::string conditions;  ///< what it counts as a failure
  FaultSupply supply;      ///< of the chosen mitigation; its own error is measured to hold
  /// There, of maps that chose nothing, with cells that fail by this criterion.
  std::optional<FaultCurvePoint> tuning;
  std::optional<double> factor;  ///< power of the stage before over this one's; of a whole flow
};

/// What all mitigations share.
struct FaultStudy {
  double bound_wrong = 0;  ///< most wrong samples of the tuning set
  int maps = 0;            ///< fault maps of the yield, and most of a mean
  double confidence = 0;   ///< of every interval
  double yield_quantile = 0;
  std::string failure_criterion;     ///< what the technology's fault rates count as a failure
  std::vector<VoltageRow> voltages;  ///< the finished design with the chosen mitigation
  int confirming_maps = 0;           ///< fault maps that chose nothing
  /// By each fault table, the flow's first; of a technology that has several.
  std::optional<std::vector<CriterionRow>> criteria = {};
};

/// The weights' bits at one supply voltage of a chip.
struct ChipVoltage {
  double voltage_v = 0;
  double faulty_bits = 0;  ///< of the weights that read wrong, without masking
  double fault_rate = 0;   ///< their share
};

/// A mitigation's wrong samples at one voltage of a chip.
struct ChipError {
  double voltage_v = 0;
  double validation_wrong = 0;
  double test_wrong = 0;
};

/// A mitigation on one chip.
struct ChipRow {
  Mitigation mitigation;
  bool chosen = false;
  /// The lowest voltage that was measured at which the error is within the bound, as it is at every
  /// higher one; nominal without faults when there is none.
  FaultSupply supply;
  double validation_wrong = 0;  ///< there
  double test_wrong = 0;
  bool within_test = false;       ///< within the bound of test there
  std::vector<ChipError> errors;  ///< by falling voltage
};

/// A study of one chip by its own fault map.
struct ChipStudy {
  std::string file;
  std::string sha256;
  std::string address;         ///< MapAddress
  std::string conditions;      ///< as the file says; may be empty
  double cells = 0;            ///< lines of the map
  double cells_elsewhere = 0;  ///< that store no bit of a weight
  double bound_wrong = 0;      ///< most wrong samples of the tuning set
  double bound_test_wrong = 0;
  bool tuned_on_test = false;
  std::vector<ChipVoltage> voltages;  ///< falling
  std::vector<ChipRow> mitigations;
};

/// The section of the stage faults.
struct FaultSection {
  std::vector<FaultRow> mitigations;  ///< of drawn maps; none where a chip was studied
  FaultStudy study;
  std::optional<ChipStudy> chip;  ///< by the key faults.map_file
};
/// The section as JSON text.
std::string to_json(const FaultSection& section);
/// The section of a text; UserError names `file` and the JSON path, below `path`, of what is wrong.
FaultSection fault_section_from_json(const std::string& text, const std::string& file,
                                     const std::string& path = "");
/// The section of a summary; empty when the stage did not run.
FaultSection fault_section(const RunSummary& summary);

/// The supply of the chosen mitigation, by its mean over maps or on its chip; nothing: the stage
/// did not run.
std::optional<FaultSupply> chosen_supply(const FaultSection& section);

/// What the page says behind the failure criterion when access time is not in it; else nothing.
std::string access_time_note(const FaultStudy& study);

/// "bit masking, sign zero, razor".
std::string mitigation_text(const Mitigation& mitigation);

}  // namespace minerva::faultsim
