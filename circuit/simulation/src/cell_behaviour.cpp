#include "minerva/circuit/cell_behaviour.hpp"

#include "minerva/base/errors.hpp"
#include "minerva/circuit/timing.hpp"

namespace minerva::circuit {
namespace {

std::uint64_t bit(int variable) { return std::uint64_t{1} << variable; }

bool met(const std::optional<BooleanExpression>& condition, std::uint64_t values) {
  return condition && condition->at(values);
}

}  // namespace

CellBehaviour::CellBehaviour(const Cell& cell, const std::string& file) : cell_(cell) {
  const auto fail = [&](const std::string& why) {
    throw UserError(file + ": cell " + cell.name, "", "cannot be simulated: " + why);
  };
  std::vector<int> states;
  for (std::size_t p = 0; p < cell.pins.size(); ++p) {
    const Pin& pin = cell.pins[p];
    const auto number = static_cast<int>(p);
    if (pin.bits > 1 || pin.direction == PinDirection::inout) {
      fail("its pin " + pin.name + " is a bus or both input and output");
    }
    if (pin.direction == PinDirection::input) inputs_.push_back(number);
    if (pin.direction != PinDirection::output) continue;
    if (pin.three_state) fail("its output " + pin.name + " has three states");
    if (!pin.function) fail("its output " + pin.name + " has no function");
    outputs_.push_back(number);
  }
  if (cell.flip_flop) states = {cell.flip_flop->state, cell.flip_flop->inverted_state};
  if (cell.latch) states = {cell.latch->state, cell.latch->inverted_state};
  if (cell.state_table) states = {cell.state_table->state};
  layout_ = inputs_;
  layout_.insert(layout_.end(), outputs_.begin(), outputs_.end());
  layout_.insert(layout_.end(), states.begin(), states.end());
  std::uint64_t known = 0;
  for (const int variable : layout_) known |= bit(variable);
  for (const int output : outputs_) {
    const Pin& pin = cell.pins[static_cast<std::size_t>(output)];
    if ((pin.function->variables() & ~known) != 0) {
      fail("the function of its output " + pin.name + " names an internal pin without a state");
    }
  }
}

std::uint64_t CellBehaviour::values_of(std::uint32_t state) const {
  std::uint64_t values = 0;
  for (std::size_t k = 0; k < layout_.size(); ++k) {
    if ((state >> k & 1) != 0) values |= bit(layout_[k]);
  }
  return values;
}

std::uint32_t CellBehaviour::state_of(std::uint64_t values) const {
  std::uint32_t state = 0;
  for (std::size_t k = 0; k < layout_.size(); ++k) {
    if ((values & bit(layout_[k])) != 0) state |= 1U << k;
  }
  return state;
}

bool CellBehaviour::output(std::size_t number, std::uint64_t values) const {
  return cell_.pins[static_cast<std::size_t>(outputs_[number])].function->at(values);
}

std::uint64_t CellBehaviour::with_state(std::uint64_t values, int state, int inverted, bool level,
                                        bool inverted_level) const {
  values = level ? values | bit(state) : values & ~bit(state);
  return inverted_level ? values | bit(inverted) : values & ~bit(inverted);
}

std::uint64_t CellBehaviour::next_states(std::uint64_t before, std::uint64_t after) const {
  const auto forced = [&](const auto& keeper, std::uint64_t& values) {
    const bool clear = met(keeper.clear, after);
    const bool preset = met(keeper.preset, after);
    if (!clear && !preset) return false;
    if (clear && preset) {
      values = with_state(values, keeper.state, keeper.inverted_state, keeper.both_active[0],
                          keeper.both_active[1]);
    } else {
      values = with_state(values, keeper.state, keeper.inverted_state, preset, clear);
    }
    return true;
  };
  std::uint64_t next = after;
  if (cell_.flip_flop) {
    const FlipFlop& keeper = *cell_.flip_flop;
    if (forced(keeper, next)) return next;
    // A state that both preset and clear had made odd is a state again.
    bool level = (after & bit(keeper.state)) != 0;
    // Data that change with the clock are those before the edge.
    if (!keeper.clocked_on.at(before) && keeper.clocked_on.at(after)) {
      level = keeper.next_state.at(before);
    }
    return with_state(next, keeper.state, keeper.inverted_state, level, !level);
  }
  if (cell_.latch) {
    const Latch& keeper = *cell_.latch;
    if (forced(keeper, next)) return next;
    bool level = (after & bit(keeper.state)) != 0;
    if (met(keeper.enable, after)) level = keeper.data_in->at(after);
    return with_state(next, keeper.state, keeper.inverted_state, level, !level);
  }
  if (cell_.state_table) {
    const StateTable& table = *cell_.state_table;
    const auto agrees = [&](StateTable::Level level, int variable) {
      return level == StateTable::Level::any ||
             ((after & bit(variable)) != 0) == (level == StateTable::Level::high);
    };
    for (const StateTable::Row& row : table.rows) {
      bool all = agrees(row.state, table.state);
      for (std::size_t k = 0; k < table.inputs.size(); ++k) {
        all = all && agrees(row.inputs[k], table.inputs[k]);
      }
      if (!all) continue;
      if (row.next == StateTable::Next::high) next |= bit(table.state);
      if (row.next == StateTable::Next::low) next &= ~bit(table.state);
      break;
    }
  }
  return next;
}

int CellBehaviour::arc(std::size_t output_number, int input, Edge input_edge, Edge output_edge,
                       std::uint64_t values) const {
  const Pin& pin = cell_.pins[static_cast<std::size_t>(outputs_[output_number])];
  int unconditional = -1;
  int any = -1;
  for (std::size_t k = 0; k < pin.arcs.size(); ++k) {
    const TimingArc& arc = pin.arcs[k];
    if (arc.related_pin != input || arc.kind == ArcKind::setup) continue;
    if (!arc_allows(arc, input_edge, output_edge)) continue;
    if (arc.delay_ns[static_cast<std::size_t>(output_edge)].empty()) continue;
    const auto number = static_cast<int>(k);
    if (met(arc.when, values)) return number;
    if (!arc.when && unconditional < 0) unconditional = number;
    if (any < 0) any = number;
  }
  return unconditional >= 0 ? unconditional : any;
}

int CellBehaviour::power_of(const Pin& pin, int related, Edge edge, std::uint64_t values) const {
  int unconditional = -1;
  for (std::size_t k = 0; k < pin.internal_power.size(); ++k) {
    const InternalPower& power = pin.internal_power[k];
    if (power.related_pin != related) continue;
    if (power.energy_fj[static_cast<std::size_t>(edge)].empty()) continue;
    if (met(power.when, values)) return static_cast<int>(k);
    if (!power.when && unconditional < 0) unconditional = static_cast<int>(k);
  }
  return unconditional;
}

int CellBehaviour::output_power(std::size_t output_number, int input, Edge output_edge,
                                std::uint64_t values) const {
  const Pin& pin = cell_.pins[static_cast<std::size_t>(outputs_[output_number])];
  const int caused = power_of(pin, input, output_edge, values);
  return caused >= 0 ? caused : power_of(pin, -1, output_edge, values);
}

int CellBehaviour::own_power(int input, Edge edge, std::uint64_t values) const {
  return power_of(cell_.pins[static_cast<std::size_t>(input)], -1, edge, values);
}

int CellBehaviour::leakage_state(std::uint64_t values) const {
  int unconditional = -1;
  for (std::size_t k = 0; k < cell_.leakage.size(); ++k) {
    if (met(cell_.leakage[k].when, values)) return static_cast<int>(k);
    if (!cell_.leakage[k].when && unconditional < 0) unconditional = static_cast<int>(k);
  }
  return unconditional >= 0 ? unconditional : static_cast<int>(cell_.leakage.size());
}

}  // namespace minerva::circuit
