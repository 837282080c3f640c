#include "minerva/design/design_point.hpp"

#include <algorithm>
#include <cstdio>

#include "minerva/base/errors.hpp"
#include "minerva/design/knobs.hpp"

namespace minerva {

int DesignPoint::inputs_per_cycle() const {
  if (reads_ahead()) return std::min(macs_per_lane, weight_bandwidth);
  return std::min({macs_per_lane, weight_bandwidth, activation_bandwidth});
}

int DesignPoint::weight_banks_per_lane() const {
  return weight_banks > 0 ? weight_banks : weight_bandwidth;
}

int DesignPoint::activation_banks_per_half() const {
  return activation_banks > 0 ? activation_banks : std::max(activation_bandwidth, write_ports);
}

bool operator==(const DesignPoint& a, const DesignPoint& b) {
  return std::all_of(knobs().begin(), knobs().end(), [&](const Knob& k) {
    return k.count != nullptr ? a.*k.count == b.*k.count : a.*k.time_ns == b.*k.time_ns;
  });
}

namespace {

void check_read_ahead(const DesignPoint& p) {
  if (!p.reads_ahead()) return;
  const auto needs = [&](const std::string& what) {
    throw UserError("design.read_ahead_words", std::to_string(p.read_ahead_words), "needs " + what);
  };
  const auto conflicts = [&](KnobName name, int allowed, const std::string& cause) {
    const int value = p.*knob(name).count;
    if (value == allowed) return;
    needs("design." + std::string(knob(name).name) + " = " + std::to_string(allowed) + ", not " +
          std::to_string(value) + ": " + cause);
  };
  conflicts(KnobName::macs_per_lane, 1,
            "kept inputs that follow each other may have their weights in one bank of a lane");
  conflicts(KnobName::positions_per_weight, 1, "a queue passes the inputs of one position");
  conflicts(KnobName::off_chip_words, 0, "weights from off chip come for all inputs");
  conflicts(KnobName::batch_size, 1, "a queue passes the inputs of one prediction");
  if (p.read_ahead_words < p.activation_bandwidth) {
    needs("at least design.activation_bandwidth = " + std::to_string(p.activation_bandwidth) +
          ", the words that F1 reads in a cycle and may keep");
  }
}

}  // namespace

void check_batch_size(const DesignPoint& point, const std::string& key) {
  const int size = point.batch_size;
  if (size > 0 && size <= kMaxBatchSize && (size & (size - 1)) == 0) return;
  throw UserError(key, std::to_string(size),
                  "needs a power of two up to " + std::to_string(kMaxBatchSize));
}

void check_design_point(const DesignPoint& p) {
  const auto key = [](const Knob& k) { return std::string("design.") + k.name; };
  for (const Knob& k : knobs()) {
    const std::string where = key(k);
    if (k.count != nullptr) {
      check_in_range(where.c_str(), p.*k.count, k.counts);
    } else {
      check_in_range(where.c_str(), p.*k.time_ns, k.times_ns);
    }
  }
  for (const KnobName name : {KnobName::weight_bandwidth, KnobName::activation_bandwidth}) {
    const int bandwidth = p.*knob(name).count;
    // Words that F1 reads ahead wait in the queue.
    if (p.reads_ahead() && name == KnobName::activation_bandwidth) continue;
    if (bandwidth <= p.macs_per_lane) continue;
    throw UserError(key(knob(name)), std::to_string(bandwidth),
                    "needs at most design.macs_per_lane = " + std::to_string(p.macs_per_lane) +
                        ", which is what a lane can take in a cycle");
  }
  check_read_ahead(p);
  check_batch_size(p, key(knob(KnobName::batch_size)));
  const auto serves = [&](KnobName banks_name, KnobName ports_name) {
    const int banks = p.*knob(banks_name).count;
    const int ports = p.*knob(ports_name).count;
    if (banks == 0 || banks >= ports) return;
    throw UserError(key(knob(banks_name)), std::to_string(banks),
                    "needs at least " + key(knob(ports_name)) + " = " + std::to_string(ports) +
                        ": a bank has one port");
  };
  serves(KnobName::weight_banks, KnobName::weight_bandwidth);
  serves(KnobName::activation_banks, KnobName::activation_bandwidth);
  serves(KnobName::activation_banks, KnobName::write_ports);
}

std::string to_string(const DesignPoint& p) {
  char text[200];
  std::snprintf(text, sizeof text,
                "%d lane%s x %d MAC%s, %d weight and %d activation word%s/cycle, %d write port%s, "
                "%d multiplier stage%s, %g ns",
                p.lanes, p.lanes == 1 ? "" : "s", p.macs_per_lane, p.macs_per_lane == 1 ? "" : "s",
                p.weight_bandwidth, p.activation_bandwidth, p.activation_bandwidth == 1 ? "" : "s",
                p.write_ports, p.write_ports == 1 ? "" : "s", p.multiplier_stages,
                p.multiplier_stages == 1 ? "" : "s", p.clock_period_ns);
  std::string all = text;
  const auto add = [&](int value, const char* what) {
    if (value > 0) all += ", " + std::to_string(value) + what;
  };
  add(p.weight_banks, " weight banks a lane");
  add(p.activation_banks, " activation banks");
  add(p.weight_bank_words, " words a weight bank");
  if (p.positions_per_weight > 1) add(p.positions_per_weight, " positions a weight");
  add(p.off_chip_words, " weights/cycle from off chip");
  add(p.read_ahead_words, " words read ahead");
  if (p.runs_batches()) all += ", batches of " + std::to_string(p.batch_size);
  return all;
}

}  // namespace minerva
