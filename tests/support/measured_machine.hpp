#pragma once
#include "minerva/accelsim/ppa.hpp"
#include "minerva/accelsim/technology_report.hpp"

// Tests keep a machine and what was measured on it in one value.
namespace minerva {

inline PpaFigures estimate_figures(const MeasuredMachine& m, const Technology& technology) {
  return estimate_figures(m, m.activity, m.supply, technology);
}
inline PpaEstimate estimate(const MeasuredMachine& m, const Technology& technology) {
  return estimate(m, m.activity, m.supply, technology);
}

}  // namespace minerva
