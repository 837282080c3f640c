#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "program.hpp"

// minerva dse without data and network, as a user starts it.
namespace minerva::test {
namespace {

const std::string kSmall =
    "dse --dse.topology=20-16-8-4 --dse.lanes=1,2,4 --dse.macs_per_lane=1,2 "
    "--dse.weight_bandwidth=1,2 --dse.activation_bandwidth=1,2 --dse.clock_period_ns=4,6 ";

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(DesignSpace, IsExploredAloneAndVerifiedInProcesses) {
  const TemporaryFolder folder;
  const ProgramResult one = run_minerva(folder.path(), kSmall + "--out one --threads 1");
  ASSERT_EQ(one.exit_code, 0) << one.standard_error;
  const ProgramResult three = run_minerva(folder.path(), kSmall + "--out three --threads 3");
  ASSERT_EQ(three.exit_code, 0) << three.standard_error;
  for (const char* said : {"design space of 20-16-8-4, exhaustive", "24 legal machines", "baseline",
                           "agree in SystemC", "random network", "one/design_space.csv"}) {
    EXPECT_NE(one.standard_output.find(said), std::string::npos) << said << one.standard_output;
  }
  EXPECT_EQ(one.standard_output.find("float network"), std::string::npos);
  for (const char* name : {"design_space.csv", "frontier.csv", "design_point.json"}) {
    EXPECT_EQ(folder.read(std::string("one/") + name), folder.read(std::string("three/") + name));
  }
  EXPECT_EQ(lines_of(folder.read("one/design_space.csv")).size(), 25U);
  const auto summary = nlohmann::json::parse(folder.read("one/summary.json"));
  const auto& space = summary.at("sections").at("dse");
  EXPECT_EQ(space.at("legal"), 24);
  EXPECT_EQ(space.at("combinations"), 48);
  for (const auto& row : space.at("frontier")) EXPECT_TRUE(row.at("verified").get<bool>());
  EXPECT_TRUE(summary.at("stages").empty());
  // Every frontier row stands in design_space.csv, with its flags after it.
  const std::vector<std::string> all = lines_of(folder.read("one/design_space.csv"));
  for (const std::string& row : lines_of(folder.read("one/frontier.csv"))) {
    EXPECT_EQ(std::count_if(all.begin(), all.end(),
                            [&](const std::string& line) { return row.rfind(line + ",", 0) == 0; }),
              1)
        << row;
  }
  // Again in the same folder: the same, and the page once more.
  const ProgramResult again = run_minerva(folder.path(), kSmall + "--out one --threads 1");
  EXPECT_EQ(again.exit_code, 0) << again.standard_error;
  EXPECT_EQ(again.standard_output, one.standard_output);
  EXPECT_NE(folder.read("one/report.html").find("<figure class=\"figure\" id=\"design-space\">"),
            std::string::npos);
}

TEST(DesignSpace, ANamedBaselineElsewhereAndNoVerification) {
  const TemporaryFolder folder;
  const ProgramResult r =
      run_minerva(folder.path(), kSmall +
                                     "--dse.baseline=named --design.lanes=7 --dse.verify_samples=0 "
                                     "--dse.constraints='lanes <= 2' --out out");
  ASSERT_EQ(r.exit_code, 0) << r.standard_error;
  for (const char* said : {"within the constraints (lanes <= 2)", "named by the user, 7 lanes",
                           "switched off (dse.verify_samples = 0)"}) {
    EXPECT_NE(r.standard_output.find(said), std::string::npos) << said << r.standard_output;
  }
  const std::vector<std::string> rows = lines_of(folder.read("out/frontier.csv"));
  EXPECT_EQ(rows.back().rfind(",7,1,1,1,", 0), 0U) << rows.back();  // no combination of the space
  EXPECT_EQ(rows.back().substr(rows.back().size() - 10), ",0,0,1,0,0");
}

TEST(DesignSpace, ClocksOfTheDefaultThatATechnologyDoesNotHaveAreLeftOut) {
  const TemporaryFolder folder;
  // open45 counts its faults at 4 ns, and its adders need more than 1 ns.
  const std::string words =
      "dse --dse.topology=784-16-10 --tech.file=open45 --dse.lanes=4 --dse.macs_per_lane=1 "
      "--dse.weight_bandwidth=1 --dse.activation_bandwidth=1 --dse.verify_samples=0 ";
  const ProgramResult r = run_minerva(folder.path(), words + "--out out");
  ASSERT_EQ(r.exit_code, 0) << r.standard_error;
  EXPECT_NE(
      r.standard_error.find("clock periods of 1, 2, 3 ns are not explored: technology open45"),
      std::string::npos)
      << r.standard_error;
  const std::vector<std::string> rows = lines_of(folder.read("out/design_space.csv"));
  const auto column = [&](const std::string& row) {
    const std::string& names = rows.front();
    const auto commas =
        std::count(names.begin(),
                   names.begin() + static_cast<std::ptrdiff_t>(names.find("clock_period_ns")), ',');
    std::istringstream cells(row);
    std::string cell;
    for (std::ptrdiff_t k = 0; k <= commas; ++k) std::getline(cells, cell, ',');
    return cell;
  };
  std::set<std::string> periods;
  for (std::size_t k = 1; k < rows.size(); ++k) periods.insert(column(rows[k]));
  EXPECT_EQ(periods, (std::set<std::string>{"4", "5", "6"}));
  // Who names them gets what is named, or is told.
  const ProgramResult named =
      run_minerva(folder.path(), words + "--dse.clock_period_ns=1,4 --out named");
  EXPECT_EQ(named.exit_code, 2);
  EXPECT_NE(named.standard_error.find("dse.clock_period_ns = '1'"), std::string::npos)
      << named.standard_error;
}

TEST(DesignSpace, ASearchSaysHowMuchItFound) {
  const TemporaryFolder folder;
  const ProgramResult r =
      run_minerva(folder.path(),
                  "dse --dse.topology=784-256-256-256-10 --dse.search=nsga2 "
                  "--dse.evaluations=400 --dse.compare_exhaustive=true --dse.verify_samples=0 "
                  "--dse.objectives=time_us,power_mw,area_mm2 --out out");
  ASSERT_EQ(r.exit_code, 0) << r.standard_error;
  EXPECT_NE(r.standard_output.find("with 400 evaluations"), std::string::npos) << r.standard_output;
  EXPECT_EQ(lines_of(folder.read("out/design_space.csv")).size(), 401U);
  const auto space =
      nlohmann::json::parse(folder.read("out/summary.json")).at("sections").at("dse");
  EXPECT_GT(space.at("hypervolume_ratio").get<double>(), 0.9);
  EXPECT_LE(space.at("hypervolume_ratio").get<double>(), 1);
}

TEST(DesignSpace, AKilledRunGoesOnToTheSameBytes) {
  const TemporaryFolder folder;
  // Half a million machines: many checkpoints before the end.
  const std::string million = std::string(MINERVA_SOURCE_DIR) + "/configs/flows/million.cfg";
  const std::string arguments = "dse " + million + " --dse.write_ports=0,1 --out ";
  const ProgramResult whole = run_minerva(folder.path(), arguments + "whole");
  ASSERT_EQ(whole.exit_code, 0) << whole.standard_error;
  int kills = 0;
  for (int attempt = 0; attempt < 3; ++attempt) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const std::string log = folder.path() + "/log";
      std::string command = "exec >'" + log + "' 2>&1; cd '";
      command += folder.path() + "' && exec " + MINERVA_PROGRAM + " ";
      command += arguments + "killed --threads 1";
      ::execl("/bin/sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr));
      ::_exit(127);
    }
    const std::string checkpoint = folder.path() + "/killed/design_space.csv.checkpoint";
    const std::string before = read_whole(checkpoint);
    int status = 0;
    while (::waitpid(child, &status, WNOHANG) == 0) {
      if (read_whole(checkpoint) != before) {  // it has come further than the last attempt
        ::kill(child, SIGKILL);
        ::waitpid(child, &status, 0);
        break;
      }
      ::usleep(1000);
    }
    kills += WIFSIGNALED(status) ? 1 : 0;
  }
  EXPECT_GE(kills, 1);
  EXPECT_FALSE(folder.has("killed/design_space.csv"));
  const ProgramResult rest = run_minerva(folder.path(), arguments + "killed");
  ASSERT_EQ(rest.exit_code, 0) << rest.standard_error;
  EXPECT_NE(rest.standard_error.find("going on with"), std::string::npos) << rest.standard_error;
  // EXPECT_EQ would print a hundred megabytes.
  EXPECT_TRUE(folder.read("killed/design_space.csv") == folder.read("whole/design_space.csv"));
  EXPECT_EQ(folder.read("killed/frontier.csv"), folder.read("whole/frontier.csv"));
  EXPECT_FALSE(folder.has("killed/design_space.csv.part"));
  EXPECT_FALSE(folder.has("killed/design_space.csv.checkpoint"));
}

}  // namespace
}  // namespace minerva::test
