#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "minerva/circuit/netlist.hpp"
#include "minerva/circuit/timing.hpp"

namespace minerva::circuit {

/// How often an energy table was used.
struct PowerUse {
  int instance = 0;
  int pin = 0;              ///< that has the table
  int power = 0;            ///< number of its internal_power
  Edge cause = Edge::rise;  ///< edge of the related pin; of the pin itself for an input's own
  Edge edge = Edge::rise;   ///< edge of the pin
  std::uint64_t count = 0;
};

/// How long an instance was in a state of its leakage.
struct LeakageUse {
  int instance = 0;
  int state = 0;  ///< number of the LeakageState; their number for the cell's own figure
  std::int64_t time_fs = 0;
};

/// What happened since the counts were last cleared.
struct SimulatedActivity {
  std::int64_t begin_fs = 0;
  std::int64_t end_fs = 0;
  std::uint64_t events = 0;          ///< transitions of nets
  std::uint64_t swallowed = 0;       ///< transitions that an earlier reversal of an input cancelled
  std::uint64_t without_energy = 0;  ///< output transitions for which the cell has no table
  std::vector<std::uint64_t> net_transitions;  ///< by net
  std::vector<PowerUse> power_uses;      ///< those above 0, by instance, pin, power, cause, edge
  std::vector<LeakageUse> leakage_uses;  ///< those above 0, by instance and state
};

/// A simulator of gates with two values and real delays. README.md of this room defines it; in
/// short: times are whole femtoseconds; a gate's output follows its function after the delay of the
/// arc from the input that changed, taken from the tables once at the load and transitions of
/// CircuitTiming; an output that is to change and whose function changes back before it does so
/// stays as it is (inertial delay). Transitions of one time are carried out in the order of their
/// nets.
class GateSimulator {
 public:
  /// All inputs and states are 0 and the netlist is at rest. The netlist must outlive the
  /// simulator. Throws UserError for cells that cannot be simulated, and a netlist that never comes
  /// to rest.
  GateSimulator(const Netlist& netlist, const NetLoads& loads_ff, const CircuitTiming& timing);
  ~GateSimulator();
  GateSimulator(GateSimulator&&) noexcept;
  GateSimulator& operator=(GateSimulator&&) noexcept;

  /// Lets an input of the netlist have this value from `time_fs` on, which must not lie in the
  /// past; one change of an input at a time.
  void set_input(int net, bool value, std::int64_t time_fs);
  /// Carries out every transition before `time_fs`. Throws UserError where a cell has no delay for
  /// a transition that occurs.
  void run_until(std::int64_t time_fs);
  bool value(int net) const;
  std::int64_t time_fs() const;

  /// Starts counting anew at the present time.
  void clear_activity();
  SimulatedActivity activity() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace minerva::circuit
