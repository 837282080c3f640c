#include "minerva/design/knobs.hpp"

namespace minerva {
namespace {

constexpr Range<double> kNoTime{0, 0};
constexpr Range<int> kNoCount{0, 0};

}  // namespace

const std::array<Knob, kKnobs>& knobs() {
  using P = DesignPoint;
  static constexpr std::array<Knob, kKnobs> table = {{
      {"lanes",
       &P::lanes,
       nullptr,
       {1, 1024},
       kNoTime,
       false,
       "lanes",
       "The accelerator has this many lanes, each of which computes one neuron at a time.",
       "book, Sec. 4.3.2: inter-neuron parallelism",
       "derived from published throughput: 16"},
      {"macs_per_lane",
       &P::macs_per_lane,
       nullptr,
       {1, 64},
       kNoTime,
       false,
       "MACs",
       "Each lane has this many multipliers, joined by an adder tree.",
       "book, Sec. 4.3.2: intra-neuron parallelism",
       ""},
      {"weight_bandwidth",
       &P::weight_bandwidth,
       nullptr,
       {1, 64},
       kNoTime,
       false,
       "words/cycle",
       "Each lane reads this many weights in a cycle, and has as many weight banks unless "
       "design.weight_banks says otherwise.",
       "book, Sec. 4.3.2: SRAM bandwidth",
       ""},
      {"activation_bandwidth",
       &P::activation_bandwidth,
       nullptr,
       {1, 64},
       kNoTime,
       false,
       "words/cycle",
       "This many activations are read in a cycle and sent to all lanes.",
       "book, Sec. 4.3.2: SRAM bandwidth",
       ""},
      {"write_ports",
       &P::write_ports,
       nullptr,
       {1, 1024},
       kNoTime,
       true,
       "words/cycle",
       "This many activations can be written in a cycle; 0 takes the activation bandwidth.",
       "",
       ""},
      {"multiplier_stages",
       &P::multiplier_stages,
       nullptr,
       {1, 16},
       kNoTime,
       true,
       "stages",
       "The multiplier has this many pipeline stages; 0 takes as many as the technology needs "
       "for the clock period.",
       "",
       ""},
      {"clock_period_ns",
       nullptr,
       &P::clock_period_ns,
       kNoCount,
       {0, 1000, true},
       false,
       "ns",
       "The accelerator is clocked with this period; design.clock_mhz gives it as a frequency.",
       "book, Sec. 4.2: clock frequency",
       "book's validation design: 250 MHz (remembered, not sourced)"},
      {"weight_banks",
       &P::weight_banks,
       nullptr,
       {0, 1024},
       kNoTime,
       true,
       "banks",
       "Each lane has this many single-port weight banks; 0 takes the weight bandwidth.",
       "",
       ""},
      {"activation_banks",
       &P::activation_banks,
       nullptr,
       {0, 1024},
       kNoTime,
       true,
       "banks",
       "Each half of the activation memory has this many banks; 0 takes as many as the ports "
       "need.",
       "",
       ""},
      {"weight_bank_words",
       &P::weight_bank_words,
       nullptr,
       {0, 1 << 24},
       kNoTime,
       true,
       "words",
       "Each weight bank holds this many words, and a network that needs more is refused; 0 "
       "takes as many as the network needs.",
       "",
       ""},
  }};
  return table;
}

const Knob& knob(KnobName name) { return knobs()[static_cast<std::size_t>(name)]; }

}  // namespace minerva
