#include <cmath>

#include "fuzz_check.hpp"
#include "minerva/circuit/cell_library.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace minerva;
  const fuzz::MemoryFile file(fuzz::text_of(data, size));
  circuit::CellLibrary library;
  if (!fuzz::accepts([&] { library = circuit::read_cell_library(file.path()); })) return 0;
  fuzz::require(std::isfinite(library.voltage_v) && library.voltage_v > 0, "a voltage");
  for (const circuit::Cell& cell : library.cells) {
    fuzz::require(library.find(cell.name) == &cell, "every cell under its name");
    for (const circuit::Pin& pin : cell.pins) {
      if (pin.function) pin.function->at(0);
      for (const circuit::TimingArc& arc : pin.arcs) {
        for (const circuit::LookupTable& table : arc.delay_ns) {
          if (!table.empty()) table.at(0.5, 2);
        }
      }
    }
  }
  return 0;
}
