#include "minerva/flow/run_context.hpp"

#include <omp.h>

#include <algorithm>
#include <cstdlib>

#include "minerva/accelsim/completed_point.hpp"
#include "minerva/accelsim/machine_structure.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/accelsim/verify_points.hpp"
#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/files/shipped_files.hpp"
#include "minerva/interchange/import_network.hpp"
#include "minerva/run/logging.hpp"

// What the stages work on: data, technology, the design so far, error counts and budget.
namespace minerva::flow {

RunContext::RunContext(RunConfig config, std::string config_path, RunDirectory* directory)
    : config_(std::move(config)),
      config_path_(std::move(config_path)),
      directory_(directory),
      at_(config_.stages().size()),
      records_(config_.stages().size()),
      settled_(config_.stages().size()),
      designs_(config_.stages().size() + 1),
      loaded_(config_.stages().size() + 1) {
  threads_ = options().threads > 0 ? options().threads : omp_get_max_threads();
  DataOptions& data = config_.options().data;
  if (data.dir.empty()) {
    if (const char* folder = std::getenv("MINERVA_DATA_DIR")) data.dir = folder;
  }
}

RunContext::~RunContext() = default;

const Dataset& RunContext::data() { return run_data().set; }

const RunData& RunContext::run_data() {
  if (data_) return *data_;
  const GivenNetworkFacts* given = options().network_file.empty() ? nullptr : &given_network();
  log_info("reading data set " + options().data.set);
  data_ = load_run_data(config_, given, threads_);
  for (const std::string& note : data_->set.notes) log_info(note);
  return *data_;
}

std::string RunContext::warning_of_held_out(LookedAt parts) {
  if (options().network_file.empty()) return "";
  return minerva::flow::warning_of_held_out(run_data(), options().data, parts);
}

const GivenNetworkFacts& RunContext::given_network() {
  if (!given_) {
    const std::string& file = options().network_file;
    ImportedNetwork imported =
        import_network(file, options().weights_layout, options().network_topology);
    for (const std::string& note : imported.notes) log_info(file + ": " + note);
    GraphNetwork network = std::move(imported.network);
    given_ = facts_of(network);
    given_numbers_ = std::move(network);
  }
  return *given_;
}

std::shared_ptr<const GraphNetwork> RunContext::adopt_given_network() {
  given_network();
  expects(given_numbers_.has_value(), "a given network is adopted once");
  GraphNetwork network = std::move(*given_numbers_);
  given_numbers_.reset();
  return adopt_network(std::move(network), options().network_file);
}

const Technology& RunContext::technology() {
  if (!technology_) {
    const std::string path = find_technology_file(options().technology_file, config_path_);
    technology_ = read_technology(path, options().technology_rows);
    // One file that nothing was changed of is told by its bytes, a technology of several parts by
    // the rows that come out of them.
    const bool one_file = technology_->files.size() == 1 && technology_->overrides.empty();
    const std::string rows = one_file ? "" : rows_text(*technology_);
    technology_sha256_ = one_file ? sha256_of_file(path) : sha256(rows.data(), rows.size());
  }
  return *technology_;
}

const std::string& RunContext::technology_sha256() {
  technology();
  return technology_sha256_;
}

LayerGraph RunContext::own_topology() const {
  for (const StageDefinition& stage : config_.stages()) {
    if (!stage.own_topology) continue;
    LayerGraph own = stage.own_topology();
    if (own.layers() > 0) return own;
  }
  return {};
}

const Design& RunContext::design() { return design_before(at_); }

namespace {

/// Says as long as it lives that a design is being loaded.
class LoadsDesign {
 public:
  explicit LoadsDesign(bool& flag) : flag_(flag), before_(flag) { flag_ = true; }
  ~LoadsDesign() { flag_ = before_; }
  LoadsDesign(const LoadsDesign&) = delete;
  LoadsDesign& operator=(const LoadsDesign&) = delete;

 private:
  bool& flag_;
  const bool before_;
};

}  // namespace

/// Starts from what the keys say and adds what each stage before has made, in their order, so that
/// a stage's start can rest on the network of the first one.
const Design& RunContext::design_before(std::size_t stage) {
  std::optional<Design>& known = designs_[stage];
  if (known) return *known;
  Design design;
  design.weight_storage = options().weight_storage;
  design.also_for = options().also_for;
  const std::vector<StageDefinition>& stages = config_.stages();
  std::vector<bool> loaded(stages.size());
  const LoadsDesign loading(loads_design_);
  for (std::size_t i = 0; i < stages.size(); ++i) {
    if (stages[i].start) stages[i].start(*this, design);
    if (i < stage && stages[i].load) loaded[i] = stages[i].load(*this, design);
  }
  loaded_[stage] = loaded;
  known = std::move(design);
  return *known;
}

void RunContext::forget_designs_after(std::size_t stage) {
  for (std::size_t i = stage + 1; i < designs_.size(); ++i) designs_[i].reset();
}

void RunContext::set_design_after(std::size_t stage, Design design) {
  const std::vector<StageDefinition>& stages = config_.stages();
  // What later stages start from may rest on this one: formats need a network's layers.
  for (std::size_t i = stage + 1; i < stages.size(); ++i) {
    if (stages[i].start) stages[i].start(*this, design);
  }
  loaded_[stage + 1] = loaded_[stage];
  loaded_[stage + 1][stage] = true;
  designs_[stage + 1] = std::move(design);
}

void RunContext::require(const std::string& id) {
  const std::size_t index = config_.index_of(id);
  design();
  if (loaded_[at_][index]) return;
  const StageDefinition& stage = config_.stages()[index];
  expects(static_cast<bool>(stage.missing), "a stage that another one needs says what is missing");
  stage.missing(*this);
}

const Design& RunContext::design_after(const std::string& id) {
  const std::size_t index = config_.index_of(id);
  const Design& design = design_before(index + 1);
  if (loaded_[index + 1][index]) return design;
  const StageDefinition& stage = config_.stages()[index];
  if (stage.missing) stage.missing(*this);
  throw UserError(directory_ == nullptr ? "run directory" : directory_->path(), "",
                  "holds no result of stage " + label_of(stage) + " (minerva " + id + ")");
}

const GraphNetwork& RunContext::network() {
  // What a later stage has made may rest on the network, which is there by then or not at all.
  if (!network_ && !loads_design_) design();
  if (!network_) config_.stages().front().missing(*this);
  return *network_;
}

LayerGraph RunContext::graph() {
  return works_alone() && !network_ ? own_topology() : network().graph;
}

LayerGraph RunContext::graph_ahead() {
  if (works_alone() || network_) return graph();
  for (const StageDefinition& stage : config_.stages()) {
    if (stage.graph_ahead) return stage.graph_ahead(*this);
  }
  return {};
}

std::shared_ptr<const GraphNetwork> RunContext::adopt_network(GraphNetwork network,
                                                              const std::string& where) {
  const Dataset& set = data();
  check_fits(network.graph, set, where);
  if (network.graph.is_dense_chain()) {
    // A file of a dense chain knows no more of its input than the number of words.
    network.graph = graph_with_input(network.graph, set.input_shape);
  }
  network_ = std::make_shared<const GraphNetwork>(std::move(network));
  return network_;
}

JudgedSet& RunContext::judged(std::unique_ptr<JudgedSet>& set, const Samples& samples) {
  const GraphNetwork& now = network();
  if (judged_ != &now) {
    validation_.reset();
    test_.reset();
    judged_ = &now;
  }
  if (!set) set = std::make_unique<JudgedSet>(samples, now, threads_);
  return *set;
}

JudgedSet& RunContext::validation() { return judged(validation_, data().validation); }

JudgedSet& RunContext::test() { return judged(test_, data().test); }

JudgedSet& RunContext::tuned() { return tunes_on_test() ? test() : validation(); }

ErrorBudget RunContext::budget() {
  const BudgetOptions& o = options().budget;
  if (o.sigma_percent > 0) return {o.sigma_percent, o.itn};
  for (const StageDefinition& stage : config_.stages()) {
    if (!stage.load_noise) continue;
    if (!noise_) noise_ = stage.load_noise(*this);
    if (!noise_) stage.missing(*this);
    return {tunes_on_test() ? noise_->test_sigma_percent() : noise_->validation_sigma_percent(),
            o.itn};
  }
  throw UserError("budget.sigma_percent", "0",
                  "needs a value: no stage of this pipeline measures the training noise");
}

const NetworkSummary& RunContext::counted_network() const {
  for (const std::optional<StageRecord>& record : records_) {
    if (record && record->part.network && record->part.network->test_samples > 0) {
      return *record->part.network;
    }
  }
  throw ContractViolation("no stage has counted the float network's errors");
}

std::int64_t RunContext::most_wrong(double share) {
  return tunes_on_test() ? most_wrong_on_test(share) : most_wrong_on_validation(share);
}

std::int64_t RunContext::most_wrong_on_validation(double share) {
  const NetworkSummary& counted = counted_network();
  return counted.validation_wrong + budget().extra_samples(counted.validation_samples, share);
}

std::int64_t RunContext::most_wrong_on_test(double share) {
  const NetworkSummary& counted = counted_network();
  return counted.test_wrong + budget().extra_samples(counted.test_samples, share);
}

double RunContext::final_share() const {
  double share = 0;
  for (const StageDefinition& stage : config_.stages()) {
    if (stage.share) share = stage.share().value_or(share);
  }
  return share;
}

void RunContext::refuse_over_budget(const std::string& where, const QuantizedGraph& network) {
  const std::int64_t bound = most_wrong(final_share());
  if (tuned().evaluator.judge(network, bound).within) return;
  throw UserError(where,
                  std::to_string(tuned().evaluator.evaluate(network).wrong) + " wrong of " +
                      std::to_string(tuned().samples.size()),
                  "needs at most " + std::to_string(bound) + ", the float network's " +
                      std::to_string(tuned().wrong_float) +
                      " and the error budget, or a larger budget.itn");
}

DesignPoint RunContext::machine_point(const DatapathWidths& widths) {
  return machine_point(design().point, widths);
}

DesignPoint RunContext::machine_point(const DesignPoint& asked, const DatapathWidths& widths) {
  const DesignPoint point = completed_point(asked, widths, technology());
  check_read_ahead(graph(), point);
  check_weight_banks(graph(), point);
  for (const Topology& other : options().also_for) check_weight_banks(other, point);
  return point;
}

void RunContext::note(const std::string& text) {
  part_.notes.push_back({label_of(config_.stages()[at_]), text});
}

void RunContext::write(const std::string& name, const std::string& bytes) {
  const std::vector<std::string>& own = config_.stages()[at_].files;
  expects(std::find(own.begin(), own.end(), name) != own.end(),
          "a stage writes the files that its definition names");
  directory_->write(name, bytes);
  written_.push_back({name, sha256(bytes.data(), bytes.size())});
}

void RunContext::wrote(const std::string& name) {
  written_.push_back({name, sha256_of_file(directory_->path_of(name))});
}

namespace {

/// Formats and thresholds of the layers of `network`.
void describe_words(const QuantizedGraph& network, std::vector<LayerEstimate>& layers) {
  for (std::size_t k = 0; k < layers.size(); ++k) {
    const QuantizedLayer& stored = network.layers[k];
    const LayerFormats& formats = stored.formats;
    layers[k].formats = "X " + to_string(formats.activation);
    if (!network.graph.layer(static_cast<int>(k)).has_weights()) continue;
    layers[k].formats = "W " + to_string(formats.weight) + ", " + layers[k].formats + ", P " +
                        to_string(formats.product);
    layers[k].threshold = stored.theta_code * formats.activation.step();
  }
}

}  // namespace

void RunContext::add_row(const std::string& detail, double validation_wrong, double test_wrong,
                         const PpaEstimate* ppa, const QuantizedGraph* network) {
  StageRow row;
  row.stage = config_.stages()[at_].id;
  row.name = config_.stages()[at_].title;
  row.detail = detail;
  row.validation_wrong = validation_wrong;
  row.test_wrong = test_wrong;
  if (ppa != nullptr) {
    row.power = ppa->power;
    row.power_mw = ppa->power_mw;
    row.power_interval = ppa->interval;
    row.energy_per_prediction_nj = ppa->energy_per_prediction_nj;
    row.predictions_per_s = ppa->predictions_per_s;
    row.area_mm2 = ppa->area_mm2;
    row.machine = ppa->machine;
    row.layers = ppa->layers;
    if (network != nullptr) describe_words(*network, row.layers);
  }
  part_.rows.push_back(std::move(row));
}

MachineConfiguration RunContext::machine_configuration(const Design& design,
                                                       const QuantizedGraph& network) {
  const DatapathWidths widths = graph_datapath_widths(network.graph, network.plan());
  MachineConfiguration machine =
      minerva::machine_configuration(network, machine_point(design.point, widths));
  machine.weight_storage = design.weight_storage;
  machine.also_for.assign(design.also_for.begin(), design.also_for.end());
  return machine;
}

PpaEstimate RunContext::estimate_ppa(const Design& design, const QuantizedGraph& network,
                                     const ActivityProfile& activity) {
  return estimate(machine_configuration(design, network), activity, design.supply, technology());
}

std::vector<std::vector<std::int16_t>> RunContext::verified_inputs(const QuantizedGraph& network) {
  const Samples some = data().test.head(options().verify_samples);
  const std::vector<std::int16_t> codes =
      input_codes(some.inputs, network.layers.front().formats.activation, network.rounding);
  std::vector<std::vector<std::int16_t>> inputs;
  const std::ptrdiff_t n_in = network.graph.inputs();
  for (std::ptrdiff_t s = 0; s < some.size(); ++s) {
    inputs.emplace_back(codes.begin() + s * n_in, codes.begin() + (s + 1) * n_in);
  }
  return inputs;
}

void RunContext::verify(const std::string& what, const QuantizedGraph& network,
                        const DesignPoint& point) {
  if (options().verify_samples == 0) {
    note(what + ": not simulated in SystemC (dse.verify_samples = 0)");
    return;
  }
  const auto inputs = verified_inputs(network);
  const std::vector<std::string> differences =
      verify_points(network, {point}, inputs, options().simulation_model, 1).front();
  if (!differences.empty()) {
    throw VerificationFailure(what + " (" + to_string(point) + "): " + differences.front());
  }
  part_.verification.push_back({what + ": SystemC = closed form = inference", true,
                                to_string(point) + "; every cycle, count and accumulator of " +
                                    std::to_string(inputs.size()) + " predictions"});
}

void RunContext::write_unfinished_summary() { write_summary(&part_); }

}  // namespace minerva::flow
