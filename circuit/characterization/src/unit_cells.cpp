#include <algorithm>
#include <vector>

#include "minerva/base/errors.hpp"
#include "minerva/circuit/synthesis.hpp"

// Cells that units are built with by name.
namespace minerva::circuit {
namespace {

/// The library's smallest clock gate for rising edges, without test pins where there is one; an
/// empty name when there is none that can be simulated.
ClockGateCell clock_gate_of(const CellLibrary& library) {
  const Cell* best = nullptr;
  bool best_tests = false;
  for (const Cell& cell : library.cells) {
    if (cell.clock_gate.rfind("latch_posedge", 0) != 0 || !cell.refusal.empty()) continue;
    bool tests = false;
    for (const Pin& pin : cell.pins) tests = tests || pin.clock_gate_test;
    if (best != nullptr && (tests != best_tests ? tests : cell.area_um2 >= best->area_um2)) {
      continue;
    }
    best = &cell;
    best_tests = tests;
  }
  ClockGateCell gate;
  if (best == nullptr) return gate;
  for (const Pin& pin : best->pins) {
    if (pin.clock_gate_clock) gate.clock = pin.name;
    if (pin.clock_gate_enable) gate.enable = pin.name;
    if (pin.clock_gate_out) gate.out = pin.name;
    if (pin.clock_gate_test) gate.tied_low.push_back(pin.name);
  }
  if (!gate.clock.empty() && !gate.enable.empty() && !gate.out.empty()) gate.name = best->name;
  return gate;
}

/// The pins of a cell that is a buffer and nothing else; an empty name for another cell.
BufferCell as_buffer(const Cell& cell) {
  if (cell.dont_use || !cell.refusal.empty() || cell.flip_flop || cell.latch || cell.state_table ||
      cell.pins.size() != 2) {
    return {};
  }
  const int out = cell.pins[0].direction == PinDirection::output ? 0 : 1;
  const Pin& driven = cell.pins[static_cast<std::size_t>(out)];
  const Pin& input = cell.pins[static_cast<std::size_t>(1 - out)];
  if (driven.direction != PinDirection::output || input.direction != PinDirection::input ||
      !driven.function || driven.three_state) {
    return {};
  }
  const std::uint64_t one = std::uint64_t{1} << (1 - out);
  if (!driven.function->at(one) || driven.function->at(0)) return {};
  return {cell.name, input.name, driven.name};
}

/// The library's smallest buffer; nullptr when there is none.
const Cell* smallest_buffer(const CellLibrary& library) {
  const Cell* best = nullptr;
  for (const Cell& cell : library.cells) {
    if (as_buffer(cell).name.empty()) continue;
    if (best == nullptr || cell.area_um2 < best->area_um2) best = &cell;
  }
  return best;
}

const Pin& input_of(const Cell& buffer) {
  return buffer.pins[buffer.pins[0].direction == PinDirection::input ? 0 : 1];
}

/// The slowest delay and transition of the arcs of one kind to a cell's first output with arcs.
struct SlowestArc {
  double delay_ns = 0;
  double transition_ns = 0;
};
SlowestArc slowest_arc(const Cell& cell, ArcKind kind, double transition_ns, double load_ff) {
  SlowestArc slowest;
  for (const Pin& pin : cell.pins) {
    if (pin.direction != PinDirection::output || pin.arcs.empty()) continue;
    for (const TimingArc& arc : pin.arcs) {
      if (arc.kind != kind) continue;
      for (std::size_t edge = 0; edge < 2; ++edge) {
        if (arc.delay_ns[edge].empty() || arc.transition_ns[edge].empty()) continue;
        slowest.delay_ns =
            std::max(slowest.delay_ns, arc.delay_ns[edge].at(transition_ns, load_ff));
        slowest.transition_ns =
            std::max(slowest.transition_ns, arc.transition_ns[edge].at(transition_ns, load_ff));
      }
    }
    break;
  }
  return slowest;
}

/// How many of the levels of its inputs give a 1, of a cell of gates with so many inputs and one
/// output; -1 for another cell.
int ones_of_gate(const Cell& cell, int inputs) {
  if (cell.dont_use || !cell.refusal.empty() || cell.flip_flop || cell.latch || cell.state_table) {
    return -1;
  }
  std::vector<int> in;
  const Pin* out = nullptr;
  for (std::size_t p = 0; p < cell.pins.size(); ++p) {
    const Pin& pin = cell.pins[p];
    if (pin.direction == PinDirection::input) in.push_back(static_cast<int>(p));
    if (pin.direction != PinDirection::output) continue;
    if (out != nullptr || !pin.function || pin.three_state) return -1;
    out = &pin;
  }
  if (out == nullptr || static_cast<int>(in.size()) != inputs) return -1;
  int ones = 0;
  for (int levels = 0; levels < 1 << inputs; ++levels) {
    std::uint64_t values = 0;
    for (int i = 0; i < inputs; ++i) {
      if ((levels >> i & 1) != 0) values |= std::uint64_t{1} << in[static_cast<std::size_t>(i)];
    }
    ones += out->function->at(values) ? 1 : 0;
  }
  return ones;
}

bool is_inverter(const Cell& cell) {
  for (const Pin& pin : cell.pins) {
    if (pin.direction == PinDirection::output && pin.function && pin.function->at(0)) {
      return ones_of_gate(cell, 1) == 1;
    }
  }
  return false;
}

}  // namespace

void require_gates(const CellLibrary& library) {
  bool inverts = false;
  bool joins = false;
  for (const Cell& cell : library.cells) {
    inverts = inverts || is_inverter(cell);
    const int ones = ones_of_gate(cell, 2);
    joins = joins || ones == 1 || ones == 3;
  }
  if (inverts && joins) return;
  throw UserError(library.file, "",
                  std::string("the library lacks ") +
                      (inverts ? "a gate of two inputs (AND, NAND, OR or NOR)" : "an inverter") +
                      ", without which nothing can be synthesised");
}

UnitCells unit_cells_of(const CellLibrary& library) {
  const Cell* buffer = smallest_buffer(library);
  return {clock_gate_of(library), buffer == nullptr ? BufferCell{} : as_buffer(*buffer), {}};
}

BufferCell broadcast_driver(const CellLibrary& library, int lanes,
                            const MeasurementOptions& conditions) {
  const Cell* of_lane = smallest_buffer(library);
  if (of_lane == nullptr) return {};
  const Cell& flip_flop = require_flip_flop(library);
  const double load_ff =
      conditions.wire_ff + lanes * (conditions.lane_pitch_ff + input_of(*of_lane).capacitance_ff);
  const Cell* best = nullptr;
  double best_ns = 0;
  for (const Cell& cell : library.cells) {
    if (as_buffer(cell).name.empty()) continue;
    const SlowestArc before = slowest_arc(flip_flop, ArcKind::clock_edge, 0,
                                          conditions.wire_ff + input_of(cell).capacitance_ff);
    const SlowestArc own = slowest_arc(cell, ArcKind::combinational, before.transition_ns, load_ff);
    // The slower half of the next gate's swing is part of when a word has arrived.
    const double arrival_ns = before.delay_ns + own.delay_ns + own.transition_ns / 2;
    if (best != nullptr && arrival_ns >= best_ns) continue;
    best = &cell;
    best_ns = arrival_ns;
  }
  return as_buffer(*best);
}

}  // namespace minerva::circuit
