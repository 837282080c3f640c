#include "fault_counts.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "cluster_problem.hpp"
#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/network/quantize_network.hpp"
#include "program.hpp"

// The file in which counts of fault maps are kept, and what identifies them.
namespace minerva::faultsim {
namespace {

constexpr Mitigation kBit{Masking::bit, SignPolicy::zero, Detector::razor};

std::vector<CountedMaps> some_counts() {
  return {{std::string(64, 'a'),
           kBit,
           "validation",
           400,
           {{0, 0, 30},
            {1e-4, 0, 31},
            {1e-4, 1, 44, true},
            {1e-4, 4, 30},
            {1e-4, kFirstConfirmingMap, 33},
            {1e-4, kFirstConfirmingMap + 1, 400},
            {0.04641588833613, 2, -1, true}}},
          {std::string(64, 'b'), {}, "test", 100, {{0.5, 0, 0}}},
          {std::string(64, 'c'), {}, "test", 100, {}}};
}

/// The text with its checksum made right again.
std::string signed_again(const std::string& text) {
  const std::string rest = text.substr(text.find('\n') + 1);
  return "minerva-fault-counts-1 " + sha256(rest.data(), rest.size()) + "\n" + rest;
}

std::string error_of(const std::string& text) {
  try {
    fault_counts_from_text(text, "kept");
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(FaultCounts, AreReadBackAsTheyWereWritten) {
  const std::vector<CountedMaps> written = some_counts();
  const std::string text = fault_counts_text(written);
  EXPECT_NE(text.find("\n1e-04 0 31 >44 - - 30\n1e-04 1000000 33 400\n"), std::string::npos)
      << text;
  const std::vector<CountedMaps> read = fault_counts_from_text(text, "kept");
  ASSERT_EQ(read.size(), written.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    EXPECT_EQ(read[i].content, written[i].content);
    EXPECT_TRUE(read[i].mitigation == written[i].mitigation);
    EXPECT_EQ(read[i].set, written[i].set);
    EXPECT_EQ(read[i].samples, written[i].samples);
    EXPECT_TRUE(read[i].answers == written[i].answers) << i;
  }
  EXPECT_EQ(fault_counts_text(read), text);
  EXPECT_TRUE(fault_counts_from_text(fault_counts_text({}), "kept").empty());
}

TEST(FaultCounts, EveryChangedByteIsSeen) {
  const std::string text = fault_counts_text(some_counts());
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = changed[at] == '3' ? '4' : '3';
    EXPECT_NE(error_of(changed).find("kept"), std::string::npos) << at;
  }
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_NE(error_of(text.substr(0, length)), "") << length;
  }
}

TEST(FaultCounts, WhatCannotBeIsRefusedAlsoWithARightChecksum) {
  const std::string text = fault_counts_text(some_counts());
  const auto refused = [&](const std::string& from, const std::string& to) {
    std::string forged = text;
    const std::size_t at = forged.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    forged.replace(at, from.size(), to);
    const std::string error = error_of(signed_again(forged));
    EXPECT_EQ(error.rfind("kept", 0), 0U) << to << ": " << error;
  };
  refused(" 31 >44", " 401 >44");  // more wrong than samples
  refused(" 31 >44", " -1 >44");
  refused(" 31 >44", " 31 >400");  // more than all
  refused(" 31 >44", " 31 >");
  refused(" 31 >44", " nan >44");
  refused("1e-04 0", "0.6 0");  // no rate
  refused("1e-04 0", "nan 0");
  refused("1e-04 0", "0.0001 -2");  // no map
  refused("1e-04 0", "0.0001 99999999999999999999");
  refused("1e-04 0", "0.0001 2000000000");
  refused("\n0 0 30\n", "\n0.0001 0 30\n");  // the same map twice
  refused("1e-04 1000000", "0.0001 2");      // maps in no order
  refused("bit zero razor", "bits zero razor");
  refused("validation 400", "validation 0");
  refused("validation 400", "validation");
  refused("content aa", "contents aa");
  refused("\n0 0 30\n", "\n0 0\n0 1\n");
  refused("\n0 0 30\n", "\n\n");
}

TEST(FaultCounts, AreIdentifiedByAllThatTheyDependOn) {
  const ClusterProblem problem = cluster_problem(2);
  const ClusterProblem other = cluster_problem(3);
  const LayerFormats formats{{2, 6}, {3, 5}, {3, 8}};
  const auto network_of = [&](const ClusterProblem& from, const LayerFormats& f,
                              const PruningThresholds& thresholds, Rounding rounding) {
    QuantizedNetwork network =
        quantize_network(from.network, uniform_plan(2, f, rounding), thresholds);
    network.mitigation = kBit;
    return network;
  };
  const QuantizedNetwork base = network_of(problem, formats, {}, Rounding::half_up);
  std::set<std::string> keys = {content_of_counts(quantized_graph(base), problem.samples, 1)};
  EXPECT_EQ(*keys.begin(), content_of_counts(quantized_graph(base), problem.samples, 1));
  const auto differs = [&](const QuantizedNetwork& network, const Samples& samples,
                           std::uint64_t seed, const char* what) {
    EXPECT_TRUE(keys.insert(content_of_counts(quantized_graph(network), samples, seed)).second) << what;
  };
  differs(base, problem.samples, 2, "seed");
  for (const auto& criterion : enum_names(FaultCriterion{})) {
    EXPECT_TRUE(keys.insert(content_of_counts(quantized_graph(base), problem.samples, 1, criterion.value)).second);
  }
  differs(base, other.samples, 1, "samples");
  differs(network_of(problem, {{2, 6}, {3, 5}, {3, 9}}, {}, Rounding::half_up), problem.samples, 1,
          "products");
  differs(network_of(problem, {{2, 6}, {3, 6}, {3, 8}}, {}, Rounding::half_up), problem.samples, 1,
          "activations");
  differs(network_of(problem, {{2, 7}, {3, 5}, {3, 8}}, {}, Rounding::half_up), problem.samples, 1,
          "weights");
  differs(network_of(problem, formats, {{0.0625, 0.03125}}, Rounding::half_up), problem.samples, 1,
          "thresholds");
  differs(network_of(problem, formats, {}, Rounding::truncate), problem.samples, 1, "rounding");
  QuantizedNetwork changed = base;
  changed.layers[1].weights.back() ^= 1;
  differs(changed, problem.samples, 1, "a weight");
  changed = base;
  changed.layers[0].biases.front() ^= 1;
  differs(changed, problem.samples, 1, "a bias");
  changed = base;
  changed.mitigation.sign = SignPolicy::hardened;
  differs(changed, problem.samples, 1, "mitigation");
}

TEST(KeptCounts, AreReadFromAFolderOfRunsAndADamagedFileIsLeftOut) {
  const minerva::test::TemporaryFolder folder;
  const std::vector<CountedMaps> counts = some_counts();
  for (const char* run : {"a", "b", "c"})
    std::filesystem::create_directory(folder.path() + "/" + run);
  folder.write("a/fault_counts.txt", fault_counts_text({counts[0]}));
  folder.write("b/fault_counts.txt", fault_counts_text({counts[0], counts[1]}));
  folder.write("c/fault_counts.txt", fault_counts_text({counts[1]}) + "0.1 0 1\n");
  KeptCounts kept;
  kept.read_folders_in(folder.path());
  kept.read(folder.path() + "/none");
  EXPECT_EQ(kept.of(counts[0].content).size(), 2U);
  EXPECT_EQ(kept.of(counts[1].content).size(), 1U);
  EXPECT_TRUE(kept.of(std::string(64, 'f')).empty());
}

}  // namespace
}  // namespace minerva::faultsim
