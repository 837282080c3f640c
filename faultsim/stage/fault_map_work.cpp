#include "fault_map_work.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

#include "minerva/base/errors.hpp"
#include "minerva/faultsim/search_counts.hpp"
#include "minerva/faultsim/tolerance.hpp"

namespace minerva::faultsim {
namespace {

constexpr const char* kCounts = "counts.csv";
constexpr const char* kColumns = "mitigation,map,rate_index,wrong\n";

/// docs/faults.md, "On a cluster", one core: an evaluation of 10,000 images of MNIST by
/// 784-256-256-256-10, and the evaluations that a map's search takes.
constexpr double kCpuSecondsOfAnEvaluation = 0.033;
constexpr double kProductsOfAnEvaluation = 10000.0 * 334336;
constexpr double kEvaluationsOfAMap = 16;

struct Count {
  std::uint64_t mitigation = 0;  ///< of those compared
  std::uint64_t map = 0;
  std::uint64_t rate_index = 0;  ///< of rates_of_counts
  std::int64_t wrong = 0;
};

std::string counts_text(const std::vector<Count>& counts) {
  std::string text = kColumns;
  for (const Count& c : counts) {
    text += std::to_string(c.mitigation) + "," + std::to_string(c.map) + "," +
            std::to_string(c.rate_index) + "," + std::to_string(c.wrong) + "\n";
  }
  return text;
}

std::vector<Count> parse_counts(const std::string& text, const std::string& where) {
  std::istringstream in(text);
  std::string line;
  std::getline(in, line);
  std::vector<Count> counts;
  char comma = 0;
  for (Count c;
       in >> c.mitigation >> comma >> c.map >> comma >> c.rate_index >> comma >> c.wrong;) {
    counts.push_back(c);
  }
  if (counts_text(counts) != text) throw UserError(where, "", "holds no counts of fault maps");
  return counts;
}

/// What counts may be of.
struct Possible {
  std::uint64_t units = 0;
  std::uint64_t maps = 0;  ///< of a mitigation
  std::size_t rates = 0;
  std::int64_t samples = 0;
};

/// Throws UserError unless the counts are of the share's maps, of each at least one, by map, then
/// rate, and of no more samples than there are.
void check_counts(const std::vector<Count>& counts, const Share& share, const Possible& possible,
                  const std::string& where) {
  std::vector<std::uint64_t> found;
  const Count* before = nullptr;
  for (const Count& c : counts) {
    const std::uint64_t unit = c.mitigation * possible.maps + c.map;
    const bool again = !found.empty() && found.back() == unit;
    if (c.mitigation >= possible.units / possible.maps || c.map >= possible.maps ||
        c.rate_index >= possible.rates || c.wrong < 0 ||
        (again && c.rate_index <= before->rate_index)) {
      throw UserError(where, "", "holds a count of no fault map of the plan");
    }
    if (c.wrong > possible.samples) {
      throw UserError(where, std::to_string(c.wrong) + " wrong",
                      "needs 0 to the number of samples, " + std::to_string(possible.samples));
    }
    if (!again) found.push_back(unit);
    before = &c;
  }
  if (found != units_of(share)) {
    throw UserError(where, "", "holds other fault maps than its share of the plan");
  }
}

}  // namespace

FaultMapWork::FaultMapWork(flow::WorkSetup& setup) : StageWork(setup, kFaultsStage) {}

std::uint64_t FaultMapWork::maps() const {
  return static_cast<std::uint64_t>(stage_options().faults.maps_max);
}

std::uint64_t FaultMapWork::units() {
  return compared_mitigations(stage_options()).size() * maps();
}

std::int64_t FaultMapWork::samples() {
  return (run().tunes_on_test() ? run().data().test : run().data().validation).size();
}

double FaultMapWork::estimated_seconds() {
  const double products =
      static_cast<double>(samples()) * static_cast<double>(run().network().graph.weight_count());
  return static_cast<double>(units()) * kEvaluationsOfAMap * kCpuSecondsOfAnEvaluation * products /
         kProductsOfAnEvaluation;
}

void FaultMapWork::compute(const Share& share, const std::string&, ShardWriter& result) {
  const std::vector<Mitigation> mitigations = compared_mitigations(stage_options());
  const std::vector<double> rates = rates_of_counts(run());
  std::vector<Count> counts;
  for (const UnitRange& range : share) {
    for (std::uint64_t unit = range.first; unit < range.end;) {
      const std::uint64_t mitigation = unit / maps();
      const std::uint64_t end = std::min(range.end, (mitigation + 1) * maps());
      const auto map_of = [&](std::uint64_t u) {
        return static_cast<int>(u - mitigation * maps());
      };
      for (const FaultAnswer& a :
           search_fault_maps(run(), mitigations[mitigation], map_of(unit), map_of(end))) {
        const auto at = std::lower_bound(rates.begin(), rates.end(), a.rate);
        expects(at != rates.end() && *at == a.rate, "a map is counted at rates of the plan");
        counts.push_back({mitigation, static_cast<std::uint64_t>(a.map),
                          static_cast<std::uint64_t>(at - rates.begin()), a.wrong});
      }
      unit = end;
    }
  }
  result.add(kCounts, counts_text(counts));
}

void FaultMapWork::check_searches(const PlanFolder& folder,
                                  const std::vector<std::vector<FaultAnswer>>& answers) {
  const std::vector<double> rates = rates_of_counts(run());
  const auto index_of = [&](double rate) {
    return static_cast<int>(std::lower_bound(rates.begin(), rates.end(), rate) - rates.begin());
  };
  const auto indices_of = [&](const std::vector<double>& some) {
    std::vector<int> indices;
    for (const double rate : some) indices.push_back(index_of(rate));
    return indices;
  };
  const std::vector<Mitigation> mitigations = compared_mitigations(stage_options());
  const std::int64_t bound = run().most_wrong(stage_options().share);
  for (std::size_t mitigation = 0; mitigation < answers.size(); ++mitigation) {
    std::vector<CountsOfMap> counts(static_cast<std::size_t>(maps()));
    for (const FaultAnswer& a : answers[mitigation]) {
      counts[static_cast<std::size_t>(a.map)][index_of(a.rate)] = a.wrong;
    }
    CountedRates counted;
    counted.of_grid = indices_of(rate_grid(stage_options().faults));
    counted.of_every_map = [&](int start) {
      return indices_of(rates_of_every_map(run(), mitigations[mitigation],
                                           rates_near(start, stage_options().faults)));
    };
    const auto misfit = first_misfit(counts, counted, bound);
    if (!misfit) continue;
    const std::uint64_t unit = mitigation * maps() + static_cast<std::uint64_t>(misfit->map);
    for (std::size_t k = 0; k < folder.shards(); ++k) {
      const std::vector<std::uint64_t> units = units_of(folder.plan().shares[k]);
      if (!std::binary_search(units.begin(), units.end(), unit)) continue;
      throw UserError(folder.shard_path(k), "",
                      "fault map " + std::to_string(misfit->map) + " of mitigation " +
                          std::to_string(mitigation) + " " + misfit->what);
    }
  }
}

int FaultMapWork::merge(const PlanFolder& folder) {
  const std::vector<double> rates = rates_of_counts(run());
  const Possible possible{units(), maps(), rates.size(), samples()};
  std::vector<std::vector<FaultAnswer>> answers(compared_mitigations(stage_options()).size());
  for (std::size_t k = 0; k < folder.shards(); ++k) {
    ShardReader shard = *folder.open(k);
    const std::vector<Count> counts = parse_counts(shard.read(kCounts), shard.path());
    for (const ShardPart& part : shard.parts()) {
      if (part.name != kCounts) throw UserError(shard.path(), part.name, "is no part of this work");
    }
    check_counts(counts, folder.plan().shares[k], possible, shard.path());
    for (const Count& c : counts) {
      answers[c.mitigation].push_back({rates[c.rate_index], static_cast<int>(c.map), c.wrong});
    }
  }
  check_searches(folder, answers);
  return merge_by(
      [&](flow::RunContext& run) { run.state<FaultStage>().answers = std::move(answers); },
      [](flow::Pipeline& pipeline) { pipeline.run_stage(kFaultsStage); });
}

}  // namespace minerva::faultsim
