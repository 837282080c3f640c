#include "command_line.hpp"

#include <cstdlib>
#include <sstream>

#include "minerva/base/errors.hpp"

namespace minerva::workloads {
namespace {

namespace po = boost::program_options;

/// "5" or "-5": Boost reads negative numbers into unsigned ones silently, so numbers are signed
/// here and their range is checked behind it.
constexpr int kLargestCount = 100000000;

}  // namespace

CommandLine parse_command_line(const std::string& command,
                               const po::options_description& description,
                               const std::vector<std::string>& arguments) {
  po::options_description all(description);
  all.add_options()("words", po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add("words", -1);
  CommandLine line;
  try {
    po::store(po::command_line_parser(arguments).options(all).positional(positional).run(),
              line.options);
  } catch (const po::unknown_option& error) {
    throw UserError("fathom " + command, error.get_option_name(),
                    "is no option of this command; fathom help lists them");
  } catch (const po::invalid_option_value& error) {
    throw UserError("fathom " + command, "", std::string(error.what()) + "; needs a number");
  } catch (const po::error_with_option_name& error) {
    throw UserError("fathom " + command, "", error.what());
  } catch (const po::error& error) {
    throw UserError("fathom " + command, "", error.what());
  }
  if (line.has("words")) line.words = line.options["words"].as<std::vector<std::string>>();
  return line;
}

void add_workload_options(po::options_description& description) {
  description.add_options()("batch", po::value<int>(),
                            "examples of a step; Fathom's own by default")(
      "seed", po::value<std::int64_t>(), "seed of weights, order of examples, and noise (1)")(
      "threads", po::value<std::string>(), "threads of LibTorch (1)")(
      "small", po::bool_switch(), "a shape of a few thousand parameters")(
      "synthetic", po::bool_switch(), "random examples instead of data files")(
      "variant", po::value<std::string>(),
      "paper (default) or code, where Fathom's paper and its code differ")(
      "data", po::value<std::string>(), "folder of the data; MINERVA_DATA_DIR by default")(
      "images", po::value<std::string>(),
      "folder of images for alexnet, vgg and residual, a folder a class")(
      "divisor", po::value<int>(), "of the small alexnet, vgg and residual (16)")(
      "side", po::value<int>(), "of the images of the small vgg and residual (32)")(
      "augment", po::bool_switch(), "moves and mirrors the images of training")(
      "rate", po::value<double>(), "learning rate; Fathom's own by default")(
      "decay-steps", po::value<int>(), "updates over which the learning rate falls to 0 (never)")(
      "bucket", po::value<int>(), "lengths of seq2seq: 0 (5,10), 1 (10,15), 2 (20,25), 3 (40,50)");
}

WorkloadOptions workload_options(const CommandLine& line) {
  WorkloadOptions options;
  if (line.has("batch")) {
    options.batch = line.value("batch", 0);
    check_in_range("--batch", options.batch, workload_ranges::kBatch);
  }
  const std::int64_t seed = line.value<std::int64_t>("seed", 1);
  check_in_range("--seed", seed, Range<std::int64_t>{0, std::int64_t{1} << 62});
  options.seed = static_cast<std::uint64_t>(seed);
  options.small = line.flag("small");
  options.synthetic = line.flag("synthetic");
  options.variant = parse_enum<Variant>(line.value<std::string>("variant", "paper"), "--variant");
  const char* environment = std::getenv("MINERVA_DATA_DIR");
  options.data_dir =
      line.value<std::string>("data", environment == nullptr ? "" : std::string(environment));
  options.images_dir = line.value<std::string>("images", "");
  options.divisor = line.value("divisor", options.divisor);
  options.side = line.value("side", options.side);
  options.augmented = line.flag("augment");
  if (line.has("rate")) {
    options.learning_rate = line.value("rate", 0.0);
    check_in_range("--rate", options.learning_rate, Range<double>{0, 100, true});
  }
  if (line.has("decay-steps")) {
    options.decay_steps = line.value("decay-steps", 0);
    check_in_range("--decay-steps", options.decay_steps, workload_ranges::kDecaySteps);
  }
  options.bucket = line.value("bucket", options.small ? 0 : options.bucket);
  check_in_range("--bucket", options.bucket, workload_ranges::kBucket);
  return options;
}

std::vector<int> thread_counts(const CommandLine& line) {
  const std::string text = line.value<std::string>("threads", "1");
  std::vector<int> threads;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) {
    const bool digits = !word.empty() && word.size() <= 4 &&
                        word.find_first_not_of("0123456789") == std::string::npos;
    if (!digits) throw UserError("--threads", text, "needs whole numbers with commas between them");
    threads.push_back(std::stoi(word));
    check_in_range("--threads", threads.back(), workload_ranges::kThreads);
  }
  if (threads.empty()) throw UserError("--threads", text, "needs at least one number");
  return threads;
}

int thread_count(const CommandLine& line) {
  const std::vector<int> counts = thread_counts(line);
  if (counts.size() > 1) {
    throw UserError("--threads", line.value<std::string>("threads", ""), "needs one number");
  }
  return counts.front();
}

int positive(const CommandLine& line, const char* name, int otherwise) {
  const int value = line.value(name, otherwise);
  check_in_range((std::string("--") + name).c_str(), value, Range<int>{1, kLargestCount});
  return value;
}

}  // namespace minerva::workloads
