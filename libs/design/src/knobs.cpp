#include "minerva/design/knobs.hpp"

namespace minerva {

const std::array<Knob, kKnobs>& knobs() {
  using P = DesignPoint;
  static constexpr std::array<Knob, kKnobs> table = {{
      {"lanes", &P::lanes, nullptr, 1, 1024, "lanes", "A machine computes so many neurons at once.",
       "", "book, Sec. 4.3.2: inter-neuron parallelism", "derived from published throughput: 16"},
      {"macs_per_lane", &P::macs_per_lane, nullptr, 1, 64, "MACs",
       "A lane has so many multipliers, joined by an adder tree.", "",
       "book, Sec. 4.3.2: intra-neuron parallelism", ""},
      {"weight_bandwidth", &P::weight_bandwidth, nullptr, 1, 64, "words/cycle",
       "A lane reads so many weights in a cycle, at most as many as it has multipliers.", "",
       "book, Sec. 4.3.2: SRAM bandwidth", ""},
      {"activation_bandwidth", &P::activation_bandwidth, nullptr, 1, 64, "words/cycle",
       "F1 reads so many activations in a cycle for all lanes together, at most as many as a lane "
       "has multipliers.",
       "", "book, Sec. 4.3.2: SRAM bandwidth", ""},
      {"write_ports", &P::write_ports, nullptr, 1, 1024, "words/cycle",
       "WB writes so many activations in a cycle.", "0 stands for the activation bandwidth.", "",
       ""},
      {"multiplier_stages", &P::multiplier_stages, nullptr, 1, 16, "stages",
       "M has so many pipeline stages.", "0 stands for what the technology asks for.", "", ""},
      {"clock_period_ns", nullptr, &P::clock_period_ns, 0, 1000, "ns",
       "A cycle takes so long; the technology must have figures for it.", "",
       "book, Sec. 4.2: clock frequency",
       "book's validation design: 250 MHz (remembered, not sourced)"},
      {"weight_banks", &P::weight_banks, nullptr, 0, 1024, "banks",
       "The weight memory of a lane has so many banks with one port each.",
       "0 stands for the weight bandwidth.", "", ""},
      {"activation_banks", &P::activation_banks, nullptr, 0, 1024, "banks",
       "Each half of the activation memory has so many banks with one port each.",
       "0 stands for what the reads and writes of a cycle need.", "", ""},
      {"weight_bank_words", &P::weight_bank_words, nullptr, 0, 1 << 24, "words",
       "A weight bank holds so many words; a network that needs more is refused.",
       "0 stands for what the network needs.", "", ""},
  }};
  return table;
}

const Knob& knob(KnobName name) { return knobs()[static_cast<std::size_t>(name)]; }

std::string meaning_of_key(const Knob& knob) {
  return *knob.zero == '\0' ? knob.meaning : std::string(knob.meaning) + " " + knob.zero;
}

}  // namespace minerva
