#include "data_command.hpp"

#include <omp.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "json_output.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/config/suggestions.hpp"
#include "minerva/data/known_sets.hpp"
#include "minerva/data/load_dataset.hpp"
#include "minerva/data/part_summary.hpp"
#include "minerva/flow/run_data.hpp"
#include "minerva/interchange/import_network.hpp"
#include "minerva/network/graph_network.hpp"
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
      print_format("  %s.gz: not found\n", file.name.c_str());
      break;
    case FileState::same_file:
      print_format("  %s: %s bytes, checksum as known\n", found.path.c_str(),
                   number(found.bytes).c_str());
      break;
    case FileState::same_content:
      print_format("  %s: %s bytes, packed otherwise, checksum of the content as known\n",
                   found.path.c_str(), number(found.bytes).c_str());
      break;
    case FileState::other_content:
      print_format(
          "  %s: %s bytes, WARNING: not the file this program was tested with: its content "
          "has SHA-256 %s, known is %s\n",
          found.path.c_str(), number(found.bytes).c_str(), found.content_sha256.c_str(),
          file.content_sha256.c_str());
      break;
    case FileState::unreadable:
      print_format("  %s: WARNING: cannot be used: %s\n", found.path.c_str(),
                   found.problem.c_str());
      break;
  }
}

void print_known_set(const std::string& dir, const KnownSet& set) {
  print_format("\n%s: %s\n  from   %s\n  terms  %s\n", set.name.c_str(), set.title.c_str(),
               set.origin.c_str(), set.terms.c_str());
  for (const KnownFile& file : set.files) {
    if (dir.empty()) {
      print_format("  needs  %s.gz, unpacked %s bytes of SHA-256 %s\n", file.name.c_str(),
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
  print_format("%s\nfiles are sought in %s\n", table.text().c_str(),
               dir.empty() ? "no folder: name one by --data.dir or MINERVA_DATA_DIR"
                           : (dir + " and in a folder named like the set there").c_str());
  for (const KnownSet& set : known_sets()) {
    throw_if_interrupted();
    print_known_set(dir, set);
  }
  print_format(
      "\ndigits: synthetic digits, 784 inputs, 10 classes, made from data.digits_seed; no file\n"
      "idx, csv, arff, libsvm, bag_of_words: files of your own, data.train_file and others "
      "(docs/data.md)\n"
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
  print_format("%s", table.text().c_str());
}

void print_dataset(const Dataset& data) {
  print_format("%s: %d inputs, %zu classes, %d outputs\nsource   %s\nchecksum %s\nmade as  %s\n\n",
               data.name.c_str(), data.inputs(), data.class_names.size(), data.classes,
               data.source.c_str(), data.checksum.c_str(), data.recipe.c_str());
  const std::vector<NamedPart> parts = {
      {"train", summarize(data.train, data.classes), data.train_terms},
      {"validation", summarize(data.validation, data.classes), data.validation_terms},
      {"test", summarize(data.test, data.classes), data.test_terms}};
  for (const std::string& note : data.notes) print_format("note     %s\n", note.c_str());
  if (!data.notes.empty()) print_format("\n");
  print_parts(parts, data.train_terms.kept > 0);
  TextTable classes({"output", "class", "train", "validation", "test"});
  for (std::size_t c = 0; c < data.class_names.size(); ++c) {
    std::vector<std::string> row = {std::to_string(c), data.class_names[c]};
    for (const NamedPart& part : parts) row.push_back(number(part.summary.of_class[c]));
    classes.add(row);
  }
  print_format("\n%s", classes.text().c_str());
}

Json set_json(const std::string& dir, const KnownSet& set) {
  Json document = {{"name", set.name},
                   {"title", set.title},
                   {"inputs", set.inputs},
                   {"classes", set.classes},
                   {"train_samples", set.train_samples},
                   {"validation_samples", set.validation_samples},
                   {"test_samples", set.test_samples},
                   {"origin", set.origin},
                   {"terms", set.terms},
                   {"files", Json::array()}};
  for (const KnownFile& file : set.files) {
    Json row = {{"name", file.name + ".gz"},
                {"content_bytes", file.content_bytes},
                {"content_sha256", file.content_sha256}};
    if (!dir.empty()) {
      const FileInspection found = inspect_file(dir, set, file);
      row["state"] = to_string(found.state);
      row["path"] = found.path;
      row["bytes"] = found.bytes;
      row["found_sha256"] = found.content_sha256;
      row["problem"] = found.problem;
    }
    document["files"].push_back(std::move(row));
  }
  return document;
}

Json sets_json(const std::string& dir) {
  Json document = {{"schema", "minerva-data-sets-1"}, {"folder", dir}, {"sets", Json::array()}};
  for (const KnownSet& set : known_sets()) {
    throw_if_interrupted();
    document["sets"].push_back(set_json(dir, set));
  }
  return document;
}

Json part_json(const Samples& samples, int classes, const TermCounts& terms) {
  const PartSummary part = summarize(samples, classes);
  return {{"samples", part.samples},
          {"samples_of_class", part.of_class},
          {"all_zero_samples", part.zero_samples},
          {"nonzeros", part.nonzeros},
          {"fewest_nonzeros_of_a_sample", part.fewest_nonzeros},
          {"most_nonzeros_of_a_sample", part.most_nonzeros},
          {"least_value", part.least_value},
          {"largest_value", part.largest_value},
          {"empty_documents", terms.empty_documents},
          {"terms_kept", terms.kept},
          {"terms_dropped", terms.dropped}};
}

Json dataset_json(const Dataset& data, const std::string& dir) {
  Json document = {{"schema", "minerva-data-1"},
                   {"name", data.name},
                   {"inputs", data.inputs()},
                   {"outputs", data.classes},
                   {"class_names", data.class_names},
                   {"source", data.source},
                   {"checksum", data.checksum},
                   {"recipe", data.recipe},
                   {"notes", data.notes},
                   {"train", part_json(data.train, data.classes, data.train_terms)},
                   {"validation", part_json(data.validation, data.classes, data.validation_terms)},
                   {"test", part_json(data.test, data.classes, data.test_terms)}};
  if (is_known_set(data.name)) document["set"] = set_json(dir, known_set(data.name));
  return document;
}

/// As a run would have them, with the network that the config may name.
Dataset load_data(const RunConfig& config, int threads) {
  const RunOptions& options = config.options();
  if (options.network_file.empty()) return load_run_data(config, nullptr, threads).set;
  const GivenNetworkFacts given = facts_of(
      import_network(options.network_file, options.weights_layout, options.network_layers).network);
  return load_run_data(config, &given, threads).set;
}

}  // namespace

int data_command(const CommandCall& call) {
  RunConfig config;
  Settings& settings = config.settings();
  const Settings::CommandLine line = parse_words(call, settings);
  bool loads = false;
  if (!line.positional.empty()) {
    const std::string& name = line.positional.front();
    const auto& sets = data_set_names();
    if (std::find(sets.begin(), sets.end(), name) != sets.end()) {
      config.options().data.set = name;
    } else if (std::filesystem::exists(name)) {
      settings.read_config_file(name);
    } else {
      std::string all;
      for (const std::string& set : sets) all += set + ", ";
      throw UserError(
          "data set", name,
          "needs " + all + "or a config file" + did_you_mean(nearest_words(name, sets)));
    }
    loads = true;
  }
  for (const auto& [key, value] : line.options) loads = loads || key == "data.set";
  settings.apply(line);
  apply_environment(settings);
  const bool text = output_form() == OutputForm::text;
  if (!loads) {
    if (text) {
      list_sets(config.options().data.dir);
    } else {
      print_document(sets_json(config.options().data.dir));
    }
    return 0;
  }
  const int threads =
      config.options().threads > 0 ? config.options().threads : omp_get_max_threads();
  const Dataset data = load_data(config, threads);
  throw_if_interrupted();
  if (!text) {
    print_document(dataset_json(data, config.options().data.dir));
    return 0;
  }
  print_dataset(data);
  if (is_known_set(data.name)) print_known_set(config.options().data.dir, known_set(data.name));
  return 0;
}

}  // namespace minerva::flow
