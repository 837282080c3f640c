#include <cmath>

#include "fuzz_check.hpp"
#include "minerva/accelsim/technology_report.hpp"

namespace minerva::fuzz {
namespace {

std::string written(const Technology& technology) {
  std::string text;
  for (const FigureRow& row : technology.rows) {
    text += row.key() + "|" + row.value_text + "|" + row.unit + "|" + row.node + "|" +
            row.conditions + "|" + row.source + "|" + to_string(row.kind) + "\n";
  }
  return text;
}

void check_finite(const TechnologyReport& report) {
  for (const SampleCost& cost : report.samples) {
    require(std::isfinite(cost.energy_pj) && std::isfinite(cost.leakage_uw) &&
                std::isfinite(cost.area_um2),
            "finite costs");
  }
  for (const TracedMachine& machine : report.machines) {
    require(!machine.refusal.empty() || std::isfinite(machine.basis.power_mw), "a finite power");
  }
}

}  // namespace
}  // namespace minerva::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace minerva;
  const fuzz::MemoryFile file(fuzz::text_of(data, size));
  Technology technology;
  if (!fuzz::accepts([&] { technology = read_technology(file.path()); })) return 0;
  const fuzz::MemoryFile copy(fuzz::written(technology));
  const Technology again = read_technology(copy.path());
  fuzz::require(fuzz::written(again) == fuzz::written(technology),
                "the same rows when written and read back");
  // What `minerva tech` shows of a file that it takes; of some files, since it takes long.
  if (size % 8 != 0) return 0;
  TechnologyReport report;
  if (fuzz::accepts([&] { report = report_technology(technology); })) fuzz::check_finite(report);
  return 0;
}
