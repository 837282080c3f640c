#include "sweep_plan.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "text_checks.hpp"

// The list of runs of a sweep, from --over alone.
namespace minerva::flow {
namespace {

using Values = std::vector<std::string>;

std::string over_error(const std::string& over) {
  return error_of([&] { parse_over(over); });
}

std::vector<std::string> names(const std::vector<std::string>& overs) {
  std::vector<SweptKey> keys;
  for (const std::string& over : overs) keys.push_back(parse_over(over));
  std::vector<std::string> all;
  for (const Combination& c : combinations(keys)) all.push_back(c.name);
  return all;
}

TEST(SweepPlan, CommasSeparateUnlessThereIsASemicolon) {
  EXPECT_EQ(parse_over("quantize.rounding=half_up, truncate").values,
            (Values{"half_up", "truncate"}));
  EXPECT_EQ(parse_over("training.hidden=64,64;128,128").values, (Values{"64,64", "128,128"}));
  EXPECT_EQ(parse_over("training.hidden=64,64;").values, (Values{"64,64"}));
  EXPECT_EQ(parse_over("training.hidden=;32").values, (Values{"", "32"}));
  EXPECT_EQ(parse_over("dse.objectives=time_us,power_mw;energy_nj,area_mm2").values,
            (Values{"time_us,power_mw", "energy_nj,area_mm2"}));
  // As a resolved config writes them.
  EXPECT_EQ(parse_over("training.l1=1e-3,0.01").values, (Values{"0.001", "0.01"}));
  EXPECT_EQ(parse_over("dse.lanes=1..4;16").values, (Values{"1,2,3,4", "16"}));
}

TEST(SweepPlan, MistakesNameKeyAndValue) {
  EXPECT_EQ(over_error("quantize.roundin=half_up"),
            "--quantize.roundin: unknown key; did you mean quantize.rounding?");
  EXPECT_NE(over_error("quantize.rounding").find("needs KEY=VALUE,VALUE"), std::string::npos);
  EXPECT_NE(over_error("").find("(empty)"), std::string::npos);
  EXPECT_EQ(over_error("network=a,b"), "--over = 'network': needs a whole key, section.name");
  EXPECT_EQ(over_error("quantize.rounding=half_up,trunc"),
            "--over: quantize.rounding = 'trunc': needs one of half_up, half_even, truncate");
  EXPECT_EQ(over_error("training.l1=1e-3,0.001"), "--over training.l1 = '0.001': stands twice");
  EXPECT_NE(over_error("training.hidden=64,64").find("needs semicolons"), std::string::npos);
  EXPECT_NE(over_error("training.epochs=1,,2").find("(empty)"), std::string::npos);
  EXPECT_NE(over_error("run.threads=1,2").find("changes no result"), std::string::npos);
  EXPECT_NE(over_error("run.out=a,b").find("changes no result"), std::string::npos);
  EXPECT_NE(error_of([] {
              names({"noise.seeds=2,3", "noise.seeds=4,5"});
            }).find("stands twice"),
            std::string::npos);
  std::string many;
  for (int i = 1; i <= 101; ++i) many += std::to_string(i) + ",";
  many.pop_back();
  EXPECT_NE(error_of([&] {
              names({"noise.seeds=" + many, "training.epochs=" + many});
            }).find("needs at most 10000"),
            std::string::npos);
}

TEST(SweepPlan, EveryCombinationOnceInTheRegistrysOrder) {
  const std::vector<std::string> expected = {
      "noise.seeds=2+quantize.rounding=half_up", "noise.seeds=2+quantize.rounding=truncate",
      "noise.seeds=3+quantize.rounding=half_up", "noise.seeds=3+quantize.rounding=truncate"};
  EXPECT_EQ(names({"noise.seeds=2,3", "quantize.rounding=half_up,truncate"}), expected);
  EXPECT_EQ(names({"quantize.rounding=half_up,truncate", "noise.seeds=2,3"}), expected);
}

TEST(SweepPlan, NamesAreLegalShortAndDifferent) {
  EXPECT_EQ(names({"tech.file=configs/tech/public40.cfg,x/other.cfg"}),
            (Values{"tech.file=public40", "tech.file=other"}));
  const std::string far(300, 'a');
  std::vector<std::string> all = names(
      {"tech.file=a/x.cfg,b/x.cfg,x,a b,a_b,../,/," + far + "b," + far + "c",
       "network.file=;a;b;" + far, "noise.file=" + far + "," + far + "x",
       "design.file=" + far + "," + far + "x", "quantize.plan_file=" + far + "," + far + "x"});
  EXPECT_EQ(all.size(), 9U * 4 * 8);
  for (const std::string& name : all) {
    EXPECT_LE(name.size(), 255U);
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789._=+-"),
              std::string::npos)
        << name;
    EXPECT_NE(name.front(), '.');
  }
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size());
  EXPECT_EQ(names({"network.file=;a"}), (Values{"network.file=empty", "network.file=a"}));
}

}  // namespace
}  // namespace minerva::flow
