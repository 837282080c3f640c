#pragma once
#include <cstdint>
#include <vector>

#include "minerva/design/counts.hpp"
#include "minerva/design/design_point.hpp"

// Cycles of a machine that reads ahead (docs/machine.md, "Skipped cycles"), from the inputs that
// were kept.
namespace minerva {

/// Not on() for a point that does not read ahead. As in completed_point (accelsim/ppa), 0 write
/// ports stand for the activation bandwidth.
ReadAhead read_ahead_of(const DesignPoint& point);

/// Cycles of one dense layer in one prediction: fill is what the first issue comes later than in a
/// pipeline that is fed from its first cycle on, all else as in LayerCycles.
/// @param kept_words of each chunk of words_per_cycle inputs, one chunk or more
LayerCycles read_ahead_cycles(const std::vector<int>& kept_words, int n_out,
                              const ReadAhead& machine);

/// The inputs that each sample keeps, one bit an input.
struct KeptInputs {
  struct Layer {
    int n_in = 0;
    int n_out = 0;
    std::vector<std::uint64_t> bits;  ///< [sample * words_of_sample() + input / 64]

    std::size_t words_of_sample() const { return (static_cast<std::size_t>(n_in) + 63) / 64; }
    void keep(std::int64_t sample, int input) {
      bits[static_cast<std::size_t>(sample) * words_of_sample() +
           static_cast<std::size_t>(input) / 64] |= std::uint64_t{1} << (input % 64);
    }
    /// How many of the inputs first .. first + count - 1 a sample keeps; count is 1 to 64.
    int kept(std::int64_t sample, int first, int count) const;
  };
  std::int64_t samples = 0;
  std::vector<Layer> layers;

  /// Of these layers, no input is kept yet.
  KeptInputs() = default;
  KeptInputs(const Topology& topology, std::int64_t sample_count);
};

/// Adds to a profile of the same samples the cycles of a machine that reads ahead.
void count_read_ahead(const KeptInputs& kept, const ReadAhead& machine, ActivityProfile& activity);

/// Cycles of a dense layer all of whose inputs are kept.
LayerCycles unskipped_read_ahead_cycles(int n_in, int n_out, const ReadAhead& machine);

}  // namespace minerva
