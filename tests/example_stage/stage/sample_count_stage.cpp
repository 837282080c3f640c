#include "sample_count_stage.hpp"

#include <memory>

#include "minerva/config/settings.hpp"
#include "minerva/flow/run_context.hpp"
#include "minerva/json/fields.hpp"
#include "minerva/report/html_page.hpp"
#include "minerva/report/html_table.hpp"

namespace minerva::sample_count {

using flow::Part;
using flow::RunContext;

namespace {

constexpr const char* kId = "sample_count";

struct SampleCountOptions {
  Part part = Part::train;
};

struct SampleCountSection {
  std::string part;
  std::int64_t samples = 0;
};
template <typename Archive>
void fields(Archive& archive, SampleCountSection& value) {
  archive("part", value.part);
  archive("samples", value.samples, json::kNotNegative);
}

SampleCountSection section_from_json(const std::string& text, const std::string& file,
                                     const std::string& path) {
  SampleCountSection section;
  json::read_struct(json::parse(text, file), section, {file, path});
  return section;
}

StageReport report() {
  StageReport report;
  report.stage = kId;
  report.csv_files = [](const RunSummary&, const std::string&) { return std::vector<NamedFile>(); };
  report.page_sections = [](const RunSummary&, const std::string& text) {
    PageSection page("sample-count", "Samples", "Samples counted");
    if (!text.empty()) {
      const SampleCountSection section = section_from_json(text, "summary", "");
      page.add(paragraph("The part " + section.part + " has " + std::to_string(section.samples) +
                         " samples."));
    }
    return std::vector<PageSection>{page};
  };
  report.check = [](const std::string& text, const std::string& file, const std::string& path) {
    section_from_json(text, file, path);
  };
  return report;
}

Design count_samples(const SampleCountOptions& options, RunContext& run, Design design) {
  const Dataset& set = run.data();
  const Samples& part = options.part == Part::train        ? set.train
                        : options.part == Part::validation ? set.validation
                                                           : set.test;
  const SampleCountSection section{to_string(options.part), part.size()};
  run.part().section = json::dump(json::write_any(section));
  // Nothing that is predicted changes, so the row has the float network's errors.
  run.add_row(std::to_string(section.samples) + " samples of the part " + section.part,
              static_cast<double>(run.validation().wrong_float),
              static_cast<double>(run.test().wrong_float), nullptr);
  return design;
}

}  // namespace

flow::StageDefinition sample_count_stage() {
  const auto options = std::make_shared<SampleCountOptions>();
  flow::StageDefinition stage;
  stage.id = kId;
  stage.number = 6;
  stage.title = "6 sample count";
  stage.help = {"Stage 6 counts the samples of one part of the data.", "",
                flow::sections_of_a_stage({kId})};
  stage.needs = {"train"};
  stage.state = options;
  stage.add_keys = [options](Settings& settings) {
    settings.read_by({kId}).add_choice("sample_count.part", &options->part,
                                       {Part::train, Part::validation, Part::test},
                                       "The samples of this part of the data are counted.");
  };
  stage.depends_on = [](RunContext& run, StageQuestion& question) { run.ask_data(question, true); };
  stage.run = [options](RunContext& run, Design design) {
    return count_samples(*options, run, std::move(design));
  };
  stage.report = report;
  return stage;
}

}  // namespace minerva::sample_count
