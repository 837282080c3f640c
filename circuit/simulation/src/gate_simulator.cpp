#include "minerva/circuit/gate_simulator.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "cell_model.hpp"
#include "event_queue.hpp"
#include "minerva/base/errors.hpp"

namespace minerva::circuit {
namespace {

// A key of the queue is a time, relative to a base that moves, and a net below it.
constexpr int kNetBits = 24;
constexpr std::uint64_t kMostNets = std::uint64_t{1} << kNetBits;
constexpr std::uint64_t kNoEvent = ~std::uint64_t{0};
constexpr std::uint32_t kNoUse = ~std::uint32_t{0};
constexpr std::int64_t kMostTime = std::int64_t{1} << (63 - kNetBits);  // 0.55 ms: see rebase
constexpr double kFsPerNs = 1e6;

std::size_t index(int number) { return static_cast<std::size_t>(number); }

struct Sink {
  std::uint32_t instance;
  std::uint32_t input;  ///< number among the model's inputs
};

struct NetState {
  std::uint64_t pending = kNoEvent;    ///< key of the transition that is to come
  std::uint32_t pending_use = kNoUse;  ///< its energy
  std::uint32_t first_sink = 0;
  std::uint32_t end_sink = 0;
  std::uint32_t driver = 0;      ///< instance, where driver_bit is not 0
  std::uint16_t driver_bit = 0;  ///< of the driver's state; 0: an input
  bool value = false;
};

struct InstanceState {
  const Reaction* reactions = nullptr;
  const std::uint16_t* leakage = nullptr;
  std::int64_t since_fs = 0;  ///< begin of the present state
  std::uint32_t state = 0;
  std::uint32_t first_use = 0;
  std::uint32_t first_delay = 0;
  std::uint32_t first_leakage = 0;
  std::uint16_t state_bits = 0;
  std::int32_t output_net[2] = {-1, -1};
};

}  // namespace

struct GateSimulator::State {
  const Netlist* netlist = nullptr;
  std::vector<std::unique_ptr<CellModel>> models;
  std::vector<const CellModel*> model_of;  ///< by instance
  std::vector<NetState> nets;
  std::vector<InstanceState> instances;
  std::vector<Sink> sinks;
  std::vector<std::int64_t> delay_fs;
  std::vector<std::uint64_t> uses;
  std::vector<std::int64_t> leakage_fs;
  std::vector<std::uint64_t> transitions;
  EventQueue queue;
  std::int64_t base_fs = 0;  ///< of the times in keys
  std::int64_t now_fs = 0;
  std::int64_t begin_fs = 0;
  std::uint64_t events = 0;
  std::uint64_t swallowed = 0;
  std::uint64_t without_energy = 0;

  State(const Netlist& of, const NetLoads& loads_ff, const CircuitTiming& timing);
  void add_instance(int number, const NetLoads& loads_ff, const CircuitTiming& timing);
  void connect();
  void settle();
  void rebase();
  void run_before(std::int64_t time_fs);
  void schedule(std::uint32_t net, std::int64_t time_fs, std::uint32_t use);
  void flip_net(std::uint32_t net, std::int64_t time_fs);
  void react(const Sink& sink, std::int64_t time_fs);
  [[noreturn]] void fail_no_delay(std::uint32_t instance, const Sink& sink) const;
  void note_leakage(InstanceState& instance, std::int64_t time_fs) {
    leakage_fs[instance.first_leakage + instance.leakage[instance.state]] +=
        time_fs - instance.since_fs;
    instance.since_fs = time_fs;
  }
};

GateSimulator::State::State(const Netlist& of, const NetLoads& loads_ff,
                            const CircuitTiming& timing)
    : netlist(&of) {
  expects(loads_ff.size() == of.nets.size() && timing.transition_ns.size() == of.nets.size(),
          "GateSimulator: one load and transition a net");
  if (of.nets.size() >= kMostNets) {
    throw UserError(of.file, std::to_string(of.nets.size()) + " nets",
                    "simulation takes fewer than " + std::to_string(kMostNets));
  }
  nets.resize(of.nets.size());
  transitions.resize(of.nets.size());
  for (std::size_t i = 0; i < of.instances.size(); ++i) {
    add_instance(static_cast<int>(i), loads_ff, timing);
  }
  connect();
  settle();
}

void GateSimulator::State::add_instance(int number, const NetLoads& loads_ff,
                                        const CircuitTiming& timing) {
  const Instance& of = netlist->instances[index(number)];
  const CellModel* model = nullptr;
  for (const auto& each : models) {
    if (each->cell == of.cell) model = each.get();
  }
  if (model == nullptr) {
    models.push_back(std::make_unique<CellModel>(compile_cell(*of.cell, netlist->file)));
    model = models.back().get();
  }
  model_of.push_back(model);
  InstanceState state;
  state.reactions = model->reactions.data();
  state.leakage = model->leakage.data();
  state.state_bits = static_cast<std::uint16_t>(model->state_bits);
  state.first_use = static_cast<std::uint32_t>(uses.size());
  state.first_delay = static_cast<std::uint32_t>(delay_fs.size());
  state.first_leakage = static_cast<std::uint32_t>(leakage_fs.size());
  uses.resize(uses.size() + model->powers.size());
  leakage_fs.resize(leakage_fs.size() + of.cell->leakage.size() + 1);
  for (const DelayEntry& entry : model->delays) {
    const TimingArc& arc = of.cell->pins[index(entry.pin)].arcs[index(entry.arc)];
    const int from = of.nets[index(arc.related_pin)];
    const int to = of.nets[index(entry.pin)];
    double delay_ns = 0;
    if (from >= 0 && to >= 0) {
      delay_ns = arc.delay_ns[static_cast<std::size_t>(entry.output)].at(
          timing.transition_ns[index(from)][static_cast<std::size_t>(entry.input)],
          loads_ff[index(to)][static_cast<std::size_t>(entry.output)]);
    }
    // An event never causes another one at its own time.
    delay_fs.push_back(std::max<std::int64_t>(1, std::llround(delay_ns * kFsPerNs)));
  }
  for (std::size_t o = 0; o < model->outputs.size(); ++o) {
    const int net = of.nets[index(model->outputs[o])];
    state.output_net[o] = net;
    if (net < 0) continue;
    nets[index(net)].driver = static_cast<std::uint32_t>(number);
    nets[index(net)].driver_bit = static_cast<std::uint16_t>(model->output_bit(o));
  }
  instances.push_back(state);
}

void GateSimulator::State::connect() {
  for (std::size_t n = 0; n < nets.size(); ++n) {
    nets[n].first_sink = static_cast<std::uint32_t>(sinks.size());
    for (const InstancePin& sink : netlist->nets[n].sinks) {
      const std::vector<int>& inputs = model_of[index(sink.instance)]->inputs;
      const auto at = std::find(inputs.begin(), inputs.end(), sink.pin);
      sinks.push_back({static_cast<std::uint32_t>(sink.instance),
                       static_cast<std::uint32_t>(at - inputs.begin())});
    }
    nets[n].end_sink = static_cast<std::uint32_t>(sinks.size());
    nets[n].value = netlist->nets[n].constant == Net::Constant::one;
  }
}

/// Levels without delays and energies, until nothing changes.
void GateSimulator::State::settle() {
  const std::vector<int> order = evaluation_order(*netlist);
  for (std::size_t pass = 0; pass <= order.size() + 1; ++pass) {
    bool changed = false;
    for (const int number : order) {
      const Instance& of = netlist->instances[index(number)];
      const CellModel& model = *model_of[index(number)];
      InstanceState& instance = instances[index(number)];
      std::uint32_t state = instance.state;
      for (std::size_t i = 0; i < model.inputs.size(); ++i) {
        const bool level = nets[index(of.nets[index(model.inputs[i])])].value;
        state = level ? state | 1U << i : state & ~(1U << i);
      }
      state = model.settled_states[state];
      const std::uint32_t levels = model.output_levels[state];
      for (std::size_t o = 0; o < model.outputs.size(); ++o) {
        const bool level = (levels >> o & 1) != 0;
        state = level ? state | model.output_bit(o) : state & ~model.output_bit(o);
        if (instance.output_net[o] < 0) continue;
        NetState& net = nets[index(instance.output_net[o])];
        changed = changed || net.value != level;
        net.value = level;
      }
      changed = changed || state != instance.state;
      instance.state = state;
    }
    if (!changed) return;
  }
  throw UserError(netlist->file, "", "the module " + netlist->name + " never comes to rest");
}

/// Moves the base of the keys to the present, so that their times stay small. Rare.
void GateSimulator::State::rebase() {
  queue = EventQueue();
  const std::int64_t moved = now_fs - base_fs;
  base_fs = now_fs;
  for (NetState& net : nets) {
    if (net.pending == kNoEvent) continue;
    net.pending -= static_cast<std::uint64_t>(moved) << kNetBits;
    queue.push(net.pending);
  }
}

void GateSimulator::State::run_before(std::int64_t time_fs) {
  const std::uint64_t limit = static_cast<std::uint64_t>(time_fs - base_fs) << kNetBits;
  std::uint64_t key = 0;
  while (queue.take_below(limit, key)) {
    const auto net = static_cast<std::uint32_t>(key & (kMostNets - 1));
    if (nets[net].pending != key) continue;  // cancelled
    now_fs = static_cast<std::int64_t>(key >> kNetBits) + base_fs;
    flip_net(net, now_fs);
  }
  now_fs = time_fs;
}

void GateSimulator::State::schedule(std::uint32_t net, std::int64_t time_fs, std::uint32_t use) {
  const std::uint64_t key = static_cast<std::uint64_t>(time_fs - base_fs) << kNetBits | net;
  nets[net].pending = key;
  nets[net].pending_use = use;
  queue.push(key);
}

void GateSimulator::State::react(const Sink& sink, std::int64_t time_fs) {
  InstanceState& instance = instances[sink.instance];
  note_leakage(instance, time_fs);
  instance.state ^= 1U << sink.input;
  const Reaction& reaction =
      instance
          .reactions[static_cast<std::size_t>(sink.input) << instance.state_bits | instance.state];
  if (reaction.own_power != Reaction::kNone) ++uses[instance.first_use + reaction.own_power];
  instance.state ^= reaction.flipped_states;
  if (reaction.changed_outputs == 0) return;
  for (std::size_t o = 0; o < 2; ++o) {
    if ((reaction.changed_outputs >> o & 1) == 0 || instance.output_net[o] < 0) continue;
    const auto number = static_cast<std::uint32_t>(instance.output_net[o]);
    if (nets[number].pending != kNoEvent) {
      nets[number].pending = kNoEvent;  // its key in the queue is passed over
      ++swallowed;
      continue;
    }
    if (reaction.delay[o] == Reaction::kNone) fail_no_delay(sink.instance, sink);
    const std::uint32_t use = reaction.output_power[o] == Reaction::kNone
                                  ? kNoUse
                                  : instance.first_use + reaction.output_power[o];
    schedule(number, time_fs + delay_fs[instance.first_delay + reaction.delay[o]], use);
  }
}

void GateSimulator::State::flip_net(std::uint32_t number, std::int64_t time_fs) {
  NetState& net = nets[number];
  net.pending = kNoEvent;
  net.value = !net.value;
  ++events;
  ++transitions[number];
  if (net.driver_bit != 0) {
    if (net.pending_use != kNoUse) {
      ++uses[net.pending_use];
    } else {
      ++without_energy;
    }
    InstanceState& driver = instances[net.driver];
    note_leakage(driver, time_fs);
    driver.state ^= net.driver_bit;
  }
  for (std::uint32_t s = net.first_sink; s < net.end_sink; ++s) react(sinks[s], time_fs);
}

void GateSimulator::State::fail_no_delay(std::uint32_t instance, const Sink& sink) const {
  const CellModel& model = *model_of[instance];
  throw UserError(netlist->file + ": cell " + model.cell->name, "",
                  "has no delay for a transition that occurs, from its pin " +
                      model.cell->pins[index(model.inputs[sink.input])].name + " in " +
                      netlist->instances[instance].name);
}

GateSimulator::GateSimulator(const Netlist& netlist, const NetLoads& loads_ff,
                             const CircuitTiming& timing)
    : state_(std::make_unique<State>(netlist, loads_ff, timing)) {}
GateSimulator::~GateSimulator() = default;
GateSimulator::GateSimulator(GateSimulator&&) noexcept = default;
GateSimulator& GateSimulator::operator=(GateSimulator&&) noexcept = default;

void GateSimulator::set_input(int net, bool value, std::int64_t time_fs) {
  State& s = *state_;
  NetState& input = s.nets[index(net)];
  expects(s.netlist->nets[index(net)].is_input, "GateSimulator::set_input: not an input");
  expects(time_fs >= s.now_fs, "GateSimulator::set_input: a time of the past");
  expects(input.pending == kNoEvent, "GateSimulator::set_input: a change is to come already");
  if (input.value == value) return;
  if (time_fs - s.base_fs >= kMostTime) s.rebase();
  expects(time_fs - s.base_fs < kMostTime, "GateSimulator::set_input: too far in the future");
  s.schedule(static_cast<std::uint32_t>(net), time_fs, kNoUse);
}

void GateSimulator::run_until(std::int64_t time_fs) {
  State& s = *state_;
  expects(time_fs >= s.now_fs, "GateSimulator::run_until: a time of the past");
  // In steps that a key can hold.
  while (time_fs - s.base_fs >= kMostTime) {
    s.run_before(s.base_fs + kMostTime - 1);
    s.rebase();
  }
  s.run_before(time_fs);
}

bool GateSimulator::value(int net) const { return state_->nets[index(net)].value; }

std::int64_t GateSimulator::time_fs() const { return state_->now_fs; }

void GateSimulator::clear_activity() {
  State& s = *state_;
  std::fill(s.uses.begin(), s.uses.end(), 0);
  std::fill(s.leakage_fs.begin(), s.leakage_fs.end(), 0);
  std::fill(s.transitions.begin(), s.transitions.end(), 0);
  for (InstanceState& instance : s.instances) instance.since_fs = s.now_fs;
  s.events = 0;
  s.swallowed = 0;
  s.without_energy = 0;
  s.begin_fs = s.now_fs;
}

SimulatedActivity GateSimulator::activity() const {
  const State& s = *state_;
  SimulatedActivity out;
  out.begin_fs = s.begin_fs;
  out.end_fs = s.now_fs;
  out.events = s.events;
  out.swallowed = s.swallowed;
  out.without_energy = s.without_energy;
  out.net_transitions = s.transitions;
  for (std::size_t i = 0; i < s.instances.size(); ++i) {
    const InstanceState& instance = s.instances[i];
    const CellModel& model = *s.model_of[i];
    const auto number = static_cast<int>(i);
    for (std::size_t u = 0; u < model.powers.size(); ++u) {
      const std::uint64_t count = s.uses[instance.first_use + u];
      if (count == 0) continue;
      const PowerEntry& entry = model.powers[u];
      out.power_uses.push_back({number, entry.pin, entry.power, entry.cause, entry.edge, count});
    }
    for (std::size_t l = 0; l <= model.cell->leakage.size(); ++l) {
      std::int64_t time_fs = s.leakage_fs[instance.first_leakage + l];
      if (l == instance.leakage[instance.state]) time_fs += s.now_fs - instance.since_fs;
      if (time_fs > 0) out.leakage_uses.push_back({number, static_cast<int>(l), time_fs});
    }
  }
  return out;
}

}  // namespace minerva::circuit
