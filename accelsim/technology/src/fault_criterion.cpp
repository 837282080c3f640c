#include "minerva/accelsim/fault_criterion.hpp"

namespace minerva {

std::string failure_criterion(const std::vector<FigureRow>& rows) {
  for (const FigureRow& row : rows) {
    if (row.name == "fault_rate") return row.conditions + "; " + row.source;
  }
  return "";
}

std::optional<FaultCriterion> criterion_of(const std::string& conditions) {
  for (const auto& criterion : enum_names(FaultCriterion{})) {
    if (conditions.rfind(std::string(criterion.text) + ":", 0) == 0) return criterion.value;
  }
  return std::nullopt;
}

bool counts_access_time(FaultCriterion criterion) {
  return criterion == FaultCriterion::clocked || criterion == FaultCriterion::slow_read;
}

bool counts_access_time(const std::string& conditions) {
  const std::optional<FaultCriterion> criterion = criterion_of(conditions);
  return criterion && counts_access_time(*criterion);
}

}  // namespace minerva
