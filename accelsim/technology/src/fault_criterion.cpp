#include "minerva/accelsim/fault_criterion.hpp"

namespace minerva {

std::string failure_criterion(const std::vector<FigureRow>& rows) {
  for (const FigureRow& row : rows) {
    if (row.name == "fault_rate") return row.conditions + "; " + row.source;
  }
  return "";
}

bool counts_access_time(const std::string& criterion) {
  return criterion.rfind("clocked:", 0) == 0 || criterion.rfind("slow_read:", 0) == 0;
}

}  // namespace minerva
