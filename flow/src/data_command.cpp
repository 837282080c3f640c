#include "data_command.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "minerva/app/settings.hpp"
#include "minerva/core/errors.hpp"
#include "minerva/data/known_sets.hpp"
#include "minerva/data/load_dataset.hpp"
#include "minerva/data/part_summary.hpp"
#include "minerva/flow/flow_options.hpp"
#include "minerva/report/text_table.hpp"
#include "settings_of_call.hpp"

namespace minerva::flow {
namespace {

std::string number(std::int64_t value) { return std::to_string(value); }

std::string shortest(float value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", static_cast<double>(value));
  return text;
}

/// What to know about a file whose bytes are not those that this project was tested with.
void print_file(const std::string& dir, const KnownSet& set, const KnownFile& file) {
  const FileInspection found = inspect_file(dir, set, file);
  switch (found.state) {
    case FileState::missing:
      std::printf("  %s.gz: not found\n", file.name.c_str());
      break;
    case FileState::same_file:
      std::printf("  %s: %s bytes, checksum as known\n", found.path.c_str(),
                  number(found.bytes).c_str());
      break;
    case FileState::same_content:
      std::printf("  %s: %s bytes, packed otherwise, checksum of the content as known\n",
                  found.path.c_str(), number(found.bytes).c_str());
      break;
    case FileState::other_content:
      std::printf(
          "  %s: %s bytes, WARNING: not the file this program was tested with: its content "
          "has SHA-256 %s, known is %s\n",
          found.path.c_str(), number(found.bytes).c_str(), found.content_sha256.c_str(),
          file.content_sha256.c_str());
      break;
    case FileState::unreadable:
      std::printf("  %s: WARNING: cannot be used: %s\n", found.path.c_str(), found.problem.c_str());
      break;
  }
}

void print_known_set(const std::string& dir, const KnownSet& set) {
  std::printf("\n%s: %s\n  from   %s\n  terms  %s\n", set.name.c_str(), set.title.c_str(),
              set.origin.c_str(), set.terms.c_str());
  for (const KnownFile& file : set.files) {
    if (dir.empty()) {
      std::printf("  needs  %s.gz, unpacked %s bytes of SHA-256 %s\n", file.name.c_str(),
                  number(file.content_bytes).c_str(), file.content_sha256.c_str());
    } else {
      print_file(dir, set, file);
    }
  }
}

void list_sets(const std::string& dir) {
  TextTable table({"data.set", "training\nsamples", "validation\nsamples", "test\nsamples",
                   "inputs", "classes"});
  for (const KnownSet& set : known_sets()) {
    table.add({set.name, number(set.train_samples),
               set.validation_samples == 0 ? "held out" : number(set.validation_samples),
               number(set.test_samples), number(set.inputs), number(set.classes)});
  }
  std::printf("%s\nfiles are sought in %s\n", table.text().c_str(),
              dir.empty() ? "no folder: name one by --data.dir or MINERVA_DATA_DIR"
                          : (dir + " and in a folder named like the set there").c_str());
  for (const KnownSet& set : known_sets()) print_known_set(dir, set);
  std::printf(
      "\ndigits: synthetic digits, 784 inputs, 10 classes, made from data.digits_seed; no file\n"
      "idx, csv, bag_of_words: files of your own, data.train_file and others (docs/data.md)\n"
      "minerva data SET loads a set and says what is in it.\n");
}

struct NamedPart {
  const char* name;
  PartSummary summary;
  TermCounts terms;
};

void print_parts(const std::vector<NamedPart>& parts, bool documents) {
  std::vector<std::string> headings = {"part", "samples",   "nonzeros\na sample", "fewest",
                                       "most", "all\nzero", "least\nvalue",       "largest\nvalue"};
  if (documents) headings.insert(headings.end(), {"empty\ndocuments", "terms\nkept", "dropped"});
  TextTable table(headings);
  for (const NamedPart& part : parts) {
    const PartSummary& s = part.summary;
    char mean[32];
    std::snprintf(
        mean, sizeof mean, "%.2f",
        s.samples == 0 ? 0 : static_cast<double>(s.nonzeros) / static_cast<double>(s.samples));
    std::vector<std::string> row = {part.name,
                                    number(s.samples),
                                    mean,
                                    number(s.fewest_nonzeros),
                                    number(s.most_nonzeros),
                                    number(s.zero_samples),
                                    shortest(s.least_value),
                                    shortest(s.largest_value)};
    if (documents) {
      row.insert(row.end(), {number(part.terms.empty_documents), number(part.terms.kept),
                             number(part.terms.dropped)});
    }
    table.add(row);
  }
  std::printf("%s", table.text().c_str());
}

void print_dataset(const Dataset& data) {
  std::printf("%s: %d inputs, %zu classes, %d outputs\nsource   %s\nchecksum %s\nmade as  %s\n\n",
              data.name.c_str(), data.inputs(), data.class_names.size(), data.classes,
              data.source.c_str(), data.checksum.c_str(), data.recipe.c_str());
  const std::vector<NamedPart> parts = {
      {"train", summarize(data.train, data.classes), data.train_terms},
      {"validation", summarize(data.validation, data.classes), data.validation_terms},
      {"test", summarize(data.test, data.classes), data.test_terms}};
  print_parts(parts, data.train.inputs.is_sparse());
  TextTable classes({"output", "class", "train", "validation", "test"});
  for (std::size_t c = 0; c < data.class_names.size(); ++c) {
    std::vector<std::string> row = {std::to_string(c), data.class_names[c]};
    for (const NamedPart& part : parts) row.push_back(number(part.summary.of_class[c]));
    classes.add(row);
  }
  std::printf("\n%s", classes.text().c_str());
}

}  // namespace

int data_command(const CommandCall& call) {
  FlowOptions options;
  Settings settings;
  add_settings(settings, options);
  const Settings::CommandLine line = parse_words(call, settings);
  bool loads = false;
  if (!line.positional.empty()) {
    const std::string& name = line.positional.front();
    const auto& sets = data_set_names();
    if (std::find(sets.begin(), sets.end(), name) != sets.end()) {
      options.data.set = name;
    } else if (std::filesystem::exists(name)) {
      settings.read_config_file(name);
    } else {
      std::string all;
      for (const std::string& set : sets) all += set + ", ";
      throw UserError("data set", name, "needs " + all + "or a config file");
    }
    loads = true;
  }
  for (const auto& [key, value] : line.options) loads = loads || key == "data.set";
  settings.apply(line);
  if (options.data.dir.empty()) {
    if (const char* folder = std::getenv("MINERVA_DATA_DIR")) options.data.dir = folder;
  }
  if (!loads) {
    list_sets(options.data.dir);
    return 0;
  }
  const Dataset data = load_dataset(options.data);
  print_dataset(data);
  if (is_known_set(data.name)) print_known_set(options.data.dir, known_set(data.name));
  return 0;
}

}  // namespace minerva::flow
