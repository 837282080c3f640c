#pragma once
#include <optional>
#include <string>
#include <vector>

#include "json_output.hpp"
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

/// frontier.csv: a row a point, its network, formats, thresholds, supply, machine, errors on both
/// sets and costs. rounds.csv: a row a candidate and round.
std::string frontier_csv(const codesign::SearchResult& result, const FrontierBound& bound);
std::string rounds_csv(const codesign::SearchResult& result);
/// codesign.json, schema "minerva-codesign-1".
Json frontier_json(const codesign::SearchResult& result, const FrontierBound& bound,
                   const std::string& technology);
/// The table for a terminal, with the point of least energy within the bound.
std::string frontier_text(const codesign::SearchResult& result, const FrontierBound& bound);

/// The index of the point of least energy within the bound; nothing: no point is, or there is no
/// bound.
std::optional<std::size_t> best_within(const codesign::SearchResult& result,
                                       const FrontierBound& bound);
/// Folder of a point below that of the search, "points/03".
std::string point_folder(std::size_t point);

}  // namespace minerva::flow
