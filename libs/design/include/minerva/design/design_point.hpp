#pragma once
#include <string>

namespace minerva {

/// Most accumulators of a lane. Assumption: beyond it a lane is registers and little else.
constexpr int kMaxPositionsPerWeight = 32;

/// Largest batch. Inference counts what a batch keeps in blocks of as many predictions.
constexpr int kMaxBatchSize = 32;

/// Most words of the queue of inputs read ahead. Assumption: beyond it the queue is a memory.
constexpr int kMaxReadAheadWords = 256;

/// One machine of the design space (book, Fig. 4.4a and 4.5).
struct DesignPoint {
  int lanes = 16;                ///< neurons computed at once (inter-neuron parallelism)
  int macs_per_lane = 1;         ///< multipliers in a lane, joined by an adder tree
  int weight_bandwidth = 1;      ///< words per cycle per lane
  int activation_bandwidth = 1;  ///< words per cycle for all lanes together, broadcast
  int write_ports = 1;           ///< activations written per cycle
  int multiplier_stages = 1;     ///< pipeline stages of M
  double clock_period_ns = 4.0;
  int weight_banks = 0;          ///< single-port banks of a lane; 0: weight_bandwidth
  int activation_banks = 0;      ///< of one half; 0: what reads and writes of a cycle need
  int weight_bank_words = 0;     ///< capacity of a weight bank; 0: what the network needs
  int positions_per_weight = 1;  ///< accumulators of a lane: positions that a weight read serves
  int off_chip_words = 0;  ///< weights that an off-chip memory delivers in a cycle; 0: on chip
  /// Words of the queue into which F1 puts the inputs that it keeps, so that skipped ones take no
  /// cycle of the lanes; 0: there is none, and lanes take skipped inputs, too.
  int read_ahead_words = 0;
  /// Predictions that run together, layer by layer: a power of two. The positions of a dense layer
  /// are then the predictions of its batch.
  int batch_size = 1;

  /// Inputs that every active lane takes in one cycle.
  int inputs_per_cycle() const;
  int weight_banks_per_lane() const;
  /// Weights come from off chip, and a lane has room for those of two of its neurons.
  bool streams_weights() const { return off_chip_words > 0; }
  /// F1 reads activation_bandwidth words in a cycle and queues those that it keeps; a lane takes
  /// one of them in a cycle.
  bool reads_ahead() const { return read_ahead_words > 0; }
  bool runs_batches() const { return batch_size > 1; }
  /// Banks of one half of the activation memory.
  int activation_banks_per_half() const;

  friend bool operator==(const DesignPoint& a, const DesignPoint& b);
};

/// Throws UserError naming the key in section [design] and the value it conflicts with.
void check_design_point(const DesignPoint& point);
/// Throws UserError naming `key` unless the point's batch size is a power of two.
void check_batch_size(const DesignPoint& point, const std::string& key);
/// "16 lanes x 1 MAC, weight bandwidth 1, ..." on one line.
std::string to_string(const DesignPoint& point);

}  // namespace minerva
