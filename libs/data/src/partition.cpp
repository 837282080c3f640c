#include "partition.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "class_numbers.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/base/errors.hpp"

namespace minerva {
namespace {
constexpr std::size_t kValidationPercent = 15;

/// Index of the data_split stream: who holds samples out.
enum class Draw : std::uint64_t { validation = 0, test = 1 };

/// The size asked for, or all when it is 0; throws when there are fewer.
std::size_t limit(const char* key, int asked, std::size_t available) {
  if (asked == 0) return available;
  if (static_cast<std::size_t>(asked) > available) {
    throw UserError(key, std::to_string(asked),
                    "must be at most the " + std::to_string(available) + " samples there are");
  }
  return static_cast<std::size_t>(asked);
}

/// How many of each class make `count`, in proportion, the rest to the largest remainders and then
/// to the lower classes; every class keeps one. The sum of counts - 1 must reach `count`.
std::vector<std::size_t> shares(const std::vector<std::size_t>& counts, std::size_t count) {
  const std::size_t all = std::accumulate(counts.begin(), counts.end(), std::size_t{0});
  std::vector<std::size_t> taken(counts.size());
  std::vector<std::size_t> order(counts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return counts[a] * count % all > counts[b] * count % all;
  });
  std::size_t left = count;
  for (std::size_t c = 0; c < counts.size(); ++c) {
    if (counts[c] == 0) continue;
    taken[c] = std::min(counts[c] * count / all, counts[c] - 1);
    left -= taken[c];
  }
  while (left > 0) {
    for (const std::size_t c : order) {
      if (left == 0) break;
      if (taken[c] + 1 >= counts[c]) continue;
      ++taken[c];
      --left;
    }
  }
  return taken;
}

/// Moves `count` of the places in `kept`, keyed by the split seed, into the result; both ascend.
std::vector<std::size_t> hold_out(std::vector<std::size_t>& kept,
                                  const std::vector<std::int32_t>& labels, std::size_t classes,
                                  std::size_t count, bool by_class, std::uint64_t seed, Draw draw) {
  std::vector<std::size_t> order = kept;
  KeyedRandom random(seed, Stream::data_split, static_cast<std::uint64_t>(draw));
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  std::vector<std::size_t> of_class(classes);
  for (const std::size_t place : kept) ++of_class[static_cast<std::size_t>(labels[place])];
  std::vector<std::size_t> wanted =
      by_class ? shares(of_class, count) : std::vector<std::size_t>(classes, count);
  std::vector<std::size_t> held;
  kept.clear();
  for (const std::size_t place : order) {
    std::size_t& wants = wanted[static_cast<std::size_t>(labels[place])];
    const bool takes = wants > 0 && held.size() < count;
    if (takes) --wants;
    (takes ? held : kept).push_back(place);
  }
  std::sort(held.begin(), held.end());
  std::sort(kept.begin(), kept.end());
  return held;
}

std::vector<std::size_t> first_places(std::size_t count) {
  std::vector<std::size_t> places(count);
  std::iota(places.begin(), places.end(), std::size_t{0});
  return places;
}

ChosenSamples with_labels(std::vector<std::size_t> places,
                          const std::vector<std::int32_t>& labels_of_file) {
  ChosenSamples chosen;
  for (const std::size_t place : places) chosen.labels.push_back(labels_of_file[place]);
  chosen.places = std::move(places);
  return chosen;
}
}  // namespace

std::string LabelledFile::where(std::size_t sample) const {
  if (!lines.empty()) return path + ":" + std::to_string(lines[sample]);
  if (first_line == 0) return path + ", sample " + std::to_string(sample);
  return path + ":" + std::to_string(first_line + static_cast<std::int64_t>(sample));
}

Partition partition(const LabelledFiles& files, const DataOptions& options, const HoldOut& rule) {
  const ClassNumbers numbers(files.train, options);
  Partition parts;
  parts.class_names = numbers.names();
  parts.class_rule = numbers.rule();
  const std::size_t classes = parts.class_names.size();
  const auto own = [&](const LabelledFile& file, const char* key, int asked) {
    const std::vector<std::int32_t> labels = numbers.outputs_of(file);
    return with_labels(first_places(limit(key, asked, labels.size())), labels);
  };
  const std::vector<std::int32_t> labels = numbers.outputs_of(files.train);
  // Classes of a network that the file has no sample of need none in training either.
  const std::size_t found = std::set<std::int32_t>(labels.begin(), labels.end()).size();
  std::vector<std::size_t> kept = first_places(labels.size());
  const auto taken = [&](const char* key, std::size_t count, bool by_class, Draw draw) {
    const std::size_t most = kept.size() - (by_class ? found : 1);
    if (most < 1) {
      throw UserError(files.train.path, std::to_string(kept.size()) + " samples",
                      std::string("are too few to hold one out for ") + key +
                          " and keep one of each class: needs more, or a file of that part");
    }
    if (count < 1 || count > most) {
      throw UserError(key, std::to_string(count),
                      "must be 1 to " + std::to_string(most) + ", so that of the " +
                          std::to_string(kept.size()) + " samples of " + files.train.path +
                          (by_class ? " each class keeps one" : " one is left") + " for training");
    }
    return with_labels(hold_out(kept, labels, classes, count, by_class, options.split_seed, draw),
                       labels);
  };
  // The test samples leave first, so that the validation set may change without touching them.
  if (files.test) {
    parts.test = own(*files.test, "data.test_samples", options.test_samples);
  } else {
    parts.test = taken("data.test_samples", static_cast<std::size_t>(options.test_samples), true,
                       Draw::test);
  }
  parts.not_test = kept;
  if (files.validation) {
    parts.validation =
        own(*files.validation, "data.validation_samples", options.validation_samples);
  } else {
    const std::size_t usual =
        rule.usually > 0 ? rule.usually
                         : std::max<std::size_t>(1, kept.size() * kValidationPercent / 100);
    const std::size_t count = options.validation_samples == 0
                                  ? usual
                                  : static_cast<std::size_t>(options.validation_samples);
    parts.validation = taken("data.validation_samples", count, rule.by_class, Draw::validation);
  }
  kept.resize(limit("data.train_samples", options.train_samples, kept.size()));
  parts.train = with_labels(kept, labels);
  return parts;
}

void describe_parts(Dataset& data, const LabelledFiles& files, const Partition& parts) {
  data.class_names = parts.class_names;
  data.validation_held_out = !files.validation;
  data.test_held_out = !files.test;
  if (!parts.class_rule.empty()) data.notes.push_back(parts.class_rule);
}

}  // namespace minerva
