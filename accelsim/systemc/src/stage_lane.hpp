#pragma once
#include <cstdint>
#include <memory>
#include <systemc>
#include <vector>

#include "lane_datapath.hpp"

namespace minerva {

/// Registers between the stages of one lane.
struct StageRegisters {
  StageRegisters(int chunk, int multiplier_stages, int accumulator_count);

  Registers<int> weight_words;          ///< F2 | M
  Registers<std::int64_t> sums;         ///< between the M stages
  Registers<std::int64_t> accumulator;  ///< M | A
  Registers<int> accumulator_neuron;    ///< channel of each; kNoNeuron: idle
  Register<std::int64_t> result;        ///< A | WB
  Register<int> result_neuron;
};

/// A pipeline stage of a lane: a module with one process, which runs at every clock edge.
class LaneStage : public sc_core::sc_module {
 protected:
  LaneStage(const sc_core::sc_module_name& name, MachineState& machine, LaneDatapath& datapath,
            StageRegisters& registers);
  virtual void step() = 0;

  MachineState& machine_;
  LaneDatapath& datapath_;
  StageRegisters& registers_;

 private:
  void run() { step(); }
};

/// F2: reads the weights of the kept words; a skipped word's register keeps what it held.
class FetchWeights : public LaneStage {
 public:
  FetchWeights(const sc_core::sc_module_name& name, MachineState& machine, LaneDatapath& datapath,
               StageRegisters& registers)
      : LaneStage(name, machine, datapath, registers) {}

 private:
  void step() override;
};

/// M1 .. Ms: the first multiplies and adds the products, the last adds to the accumulator.
class Multiply : public LaneStage {
 public:
  Multiply(const sc_core::sc_module_name& name, MachineState& machine, LaneDatapath& datapath,
           StageRegisters& registers, std::size_t stage)
      : LaneStage(name, machine, datapath, registers), stage_(stage) {}

 private:
  void step() override;

  const std::size_t stage_;  ///< 0-based
};

/// A: takes the accumulator when the write control says so.
class Activate : public LaneStage {
 public:
  Activate(const sc_core::sc_module_name& name, MachineState& machine, LaneDatapath& datapath,
           StageRegisters& registers)
      : LaneStage(name, machine, datapath, registers) {}

 private:
  void step() override;

  bool sleeps_ = false;
};

/// WB: writes when the write control grants this lane a port.
class WriteBack : public LaneStage {
 public:
  WriteBack(const sc_core::sc_module_name& name, MachineState& machine, LaneDatapath& datapath,
            StageRegisters& registers)
      : LaneStage(name, machine, datapath, registers) {}

 private:
  void step() override;

  bool sleeps_ = false;
};

/// One datapath lane, the reference: F2, each M stage, A and WB are modules of their own, with
/// signals between them.
class StageLane : public sc_core::sc_module, public LaneModule {
 public:
  StageLane(const sc_core::sc_module_name& name, MachineState& machine, int index);
  LaneRegisters registers() const override;
  LaneRegisterPlaces places() const override;

 private:
  MachineState& machine_;
  StageRegisters registers_;
  FetchWeights fetch_weights_;
  Activate activate_;
  WriteBack write_back_;
  std::vector<std::unique_ptr<Multiply>> multiply_;
};

}  // namespace minerva
