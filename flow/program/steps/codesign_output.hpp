#pragma once
#include <optional>
#include <string>
#include <vector>

#include "json_output.hpp"
#include "minerva/codesign/ablation.hpp"
#include "minerva/codesign/search.hpp"

namespace minerva::flow {

/// The last stage of a finished run of the five stages, beside which a frontier stands.
struct SequentialPoint {
  std::string folder;
  std::string technology;
  double validation_wrong = 0;
  double test_wrong = 0;
  double energy_nj = 0;
  double area_mm2 = 0;
  std::int64_t float_validation_wrong = 0;
  std::int64_t float_test_wrong = 0;
  std::optional<double> bound_validation_wrong;
  std::optional<double> bound_test_wrong;
};

/// What the frontier is held against: fixed before the search.
struct FrontierBound {
  std::optional<std::int64_t> most_wrong;  ///< validation samples
  std::string origin;                      ///< "codesign.most_wrong", or the run
  std::optional<SequentialPoint> sequential;
};

/// All that a search has found, for its files, its table and its page.
struct CodesignOutcome {
  codesign::SearchResult result;
  std::vector<codesign::AblationRow> ablation;  ///< empty: none was asked for, or no point chosen
  FrontierBound bound;
  std::string technology;
  double hypervolume = 0;  ///< frontier_hypervolume()
};

/// frontier.csv: a row a point, its network, formats, thresholds, supply, machine, errors on both
/// sets and costs. rounds.csv: a row a candidate and round. ablation.csv: what the chosen network
/// reaches without each mechanism. seeds.csv: the chosen design with other seeds.
std::string frontier_csv(const CodesignOutcome& outcome);
std::string rounds_csv(const codesign::SearchResult& result);
std::string ablation_csv(const CodesignOutcome& outcome);
std::string seeds_csv(const CodesignOutcome& outcome);
/// codesign.json, schema "minerva-codesign-2".
Json frontier_json(const CodesignOutcome& outcome);
/// The table for a terminal, with the point of least energy within the bound, its seeds and its
/// ablation.
std::string frontier_text(const CodesignOutcome& outcome);

/// The area that the points dominate, of validation error in percent and log10 of the energy in nJ,
/// up to `most_error_percent` and kHypervolumeReferenceNj: what two searches are compared by.
double frontier_hypervolume(const codesign::SearchResult& result, double most_error_percent);
/// Assumption: above what any frontier of these networks needs, so that every point counts.
constexpr double kHypervolumeReferenceNj = 1e4;

/// Folder of a point below that of the search, "points/03".
std::string point_folder(std::size_t point);
/// "W X P" in bits, the widest of the layers.
std::string widths_text(const codesign::FrontierPoint& point);
std::string codes_text(const std::vector<int>& codes);
/// "every mechanism", or "without teacher".
std::string ablation_name(const codesign::AblationRow& row);

}  // namespace minerva::flow
