#include "cell_model.hpp"

#include <algorithm>
#include <utility>

#include "minerva/base/errors.hpp"
#include "minerva/circuit/cell_behaviour.hpp"
#include "minerva/circuit/timing.hpp"

namespace minerva::circuit {
namespace {

constexpr Edge kEdges[] = {Edge::rise, Edge::fall};
constexpr int kMostStateBits = 12;  // 4,096 states; the widest of the open libraries has ten
constexpr std::size_t kMostOutputs = 2;

Edge edge_to(bool level) { return level ? Edge::rise : Edge::fall; }

class Compiler {
 public:
  Compiler(const Cell& cell, const std::string& file)
      : cell_(cell), file_(file), behaviour_(cell, file) {}

  CellModel compile() {
    model_.cell = &cell_;
    model_.inputs = behaviour_.inputs();
    model_.outputs = behaviour_.outputs();
    model_.state_bits = static_cast<int>(behaviour_.layout().size());
    if (model_.outputs.size() > kMostOutputs) fail("has more than two outputs");
    if (model_.state_bits > kMostStateBits) {
      fail("has " + std::to_string(model_.state_bits) + " pins and states; simulation takes " +
           std::to_string(kMostStateBits));
    }
    list_entries();
    const std::uint32_t states = 1U << model_.state_bits;
    model_.reactions.resize(model_.inputs.size() * states);
    for (std::uint32_t state = 0; state < states; ++state) {
      const std::uint64_t values = behaviour_.values_of(state);
      model_.leakage.push_back(static_cast<std::uint16_t>(behaviour_.leakage_state(values)));
      model_.settled_states.push_back(behaviour_.state_of(behaviour_.settled(values)));
      model_.output_levels.push_back(levels(values));
      for (std::size_t i = 0; i < model_.inputs.size(); ++i) {
        model_.reactions[i * states + state] = react(i, state);
      }
    }
    return std::move(model_);
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw UserError(file_ + ": cell " + cell_.name, "", "cannot be simulated: it " + why);
  }

  void list_entries() {
    for (std::size_t p = 0; p < cell_.pins.size(); ++p) {
      const Pin& pin = cell_.pins[p];
      for (std::size_t k = 0; k < pin.internal_power.size(); ++k) {
        for (const Edge cause : kEdges) {
          for (const Edge edge : kEdges) {
            const bool own = pin.direction == PinDirection::input;
            if (own && cause != edge) continue;
            if (pin.internal_power[k].energy_fj[static_cast<std::size_t>(edge)].empty()) continue;
            model_.powers.push_back({static_cast<int>(p), static_cast<int>(k), cause, edge});
          }
        }
      }
      for (std::size_t k = 0; k < pin.arcs.size(); ++k) {
        for (const Edge input : kEdges) {
          for (const Edge output : kEdges) {
            const TimingArc& arc = pin.arcs[k];
            if (arc.kind == ArcKind::setup || !arc_allows(arc, input, output)) continue;
            if (arc.delay_ns[static_cast<std::size_t>(output)].empty()) continue;
            model_.delays.push_back({static_cast<int>(p), static_cast<int>(k), input, output});
          }
        }
      }
    }
    if (model_.delays.size() >= Reaction::kNone || model_.powers.size() >= Reaction::kNone) {
      fail("has more than 65,534 delays or energies");
    }
  }

  std::uint32_t levels(std::uint64_t values) const {
    std::uint32_t out = 0;
    for (std::size_t o = 0; o < model_.outputs.size(); ++o) {
      if (behaviour_.output(o, values)) out |= 1U << o;
    }
    return out;
  }

  Reaction react(std::size_t input, std::uint32_t state) const {
    const int pin = model_.inputs[input];
    const std::uint64_t after = behaviour_.values_of(state);
    const std::uint64_t before = after ^ (std::uint64_t{1} << pin);
    const std::uint64_t next = behaviour_.next_states(before, after);
    Reaction reaction;
    reaction.flipped_states = static_cast<std::uint16_t>(state ^ behaviour_.state_of(next));
    const Edge edge = edge_to((after >> pin & 1) != 0);
    reaction.own_power = power_number(behaviour_.own_power(pin, edge, after), pin, edge, edge);
    const std::uint32_t old_levels = levels(before);
    const std::uint32_t new_levels = levels(next);
    reaction.changed_outputs = static_cast<std::uint16_t>(old_levels ^ new_levels);
    for (std::size_t o = 0; o < model_.outputs.size(); ++o) {
      if ((reaction.changed_outputs >> o & 1) == 0) continue;
      const Edge output = edge_to((new_levels >> o & 1) != 0);
      const int out_pin = model_.outputs[o];
      reaction.delay[o] =
          delay_number(behaviour_.arc(o, pin, edge, output, after), out_pin, edge, output);
      reaction.output_power[o] =
          power_number(behaviour_.output_power(o, pin, output, after), out_pin, edge, output);
    }
    return reaction;
  }

  std::uint16_t delay_number(int arc, int pin, Edge input, Edge output) const {
    const auto found =
        std::find_if(model_.delays.begin(), model_.delays.end(), [&](const DelayEntry& each) {
          return each.pin == pin && each.arc == arc && each.input == input && each.output == output;
        });
    return number(found - model_.delays.begin(), found == model_.delays.end());
  }
  std::uint16_t power_number(int power, int pin, Edge cause, Edge edge) const {
    const auto found =
        std::find_if(model_.powers.begin(), model_.powers.end(), [&](const PowerEntry& each) {
          return each.pin == pin && each.power == power && each.cause == cause && each.edge == edge;
        });
    return number(found - model_.powers.begin(), found == model_.powers.end());
  }
  static std::uint16_t number(std::ptrdiff_t at, bool none) {
    return none ? Reaction::kNone : static_cast<std::uint16_t>(at);
  }

  const Cell& cell_;
  const std::string& file_;
  CellBehaviour behaviour_;
  CellModel model_;
};

}  // namespace

CellModel compile_cell(const Cell& cell, const std::string& file) {
  return Compiler(cell, file).compile();
}

}  // namespace minerva::circuit
