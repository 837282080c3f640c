#include "minerva/config/settings.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <limits>

#include "minerva/arithmetic/fault_word.hpp"
#include "minerva/files/atomic_file.hpp"
#include "text_checks.hpp"

namespace minerva {
namespace {

struct Options {
  int epochs = 20;
  std::int64_t samples = 10000;
  std::uint64_t seed = 18446744073709551615ULL;
  double rate = 0.1;
  bool skip = false;
  std::string network;
  std::string name = "digits";
  Masking masking = Masking::bit;
  std::vector<int> lanes = {1, 2, 4};
  std::vector<double> shares = {0.3, 0.5, 1};
  std::vector<Topology> sweep = {Topology{{784, 64, 10}}, Topology{{784, 256, 10}}};
  Topology topology{{784, 256, 256, 256, 10}};
};

Settings registry(Options& o) {
  Settings s;
  const KeyRows train = s.read_by({"train", "noise"});
  train.add("training.epochs", &o.epochs, {1, 10000}, "epochs", "passes over the data");
  train.add("training.samples", &o.samples, {0, 1LL << 40}, "samples", "most samples");
  train.add("training.rate", &o.rate, {0, 1, true}, "1", "learning rate", "book | Sec. 4.1");
  s.without_effect().add("run.seed", &o.seed, {0, std::numeric_limits<std::uint64_t>::max()}, "1",
                         "seed");
  s.read_by({"prune"}).add("prune.skip", &o.skip, "leave the stage out");
  train.add("network.file", &o.network, "train one", "network file");
  s.by_content().add("data.name", &o.name, "", "data set");
  s.read_by({"faults"}).add_choice("faults.masking", &o.masking, "mask");
  s.read_by({"dse"}).add("design.lanes", &o.lanes, {1, 1024}, {1, 8}, "lanes", "grid");
  s.by_content().add("budget.shares", &o.shares, {0, 1}, {3, 3}, "1", "shares");
  train.add("training.sweep", &o.sweep, {0, 100}, "topologies of the sweep");
  train.add("training.topology", &o.topology, "topology");
  s.alias("seed", "run.seed");
  return s;
}

std::string config_error(const std::string& text) {
  Options o;
  Settings s = registry(o);
  return error_of([&] { s.read_config_text(text, "a.cfg"); });
}

std::string option_error(const std::vector<std::string>& arguments) {
  Options o;
  Settings s = registry(o);
  return error_of([&] { s.apply(s.parse_command_line(arguments)); });
}

TEST(Settings, LinesMayEndWithCarriageReturnAlone) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    std::string text;
    for (const std::string line :
         {"# a comment", "[training]", "epochs = 5", "", "[run]", "seed = 7"}) {
      text += line + end;
    }
    Options o;
    Settings s = registry(o);
    s.read_config_text(text, "a.cfg");
    EXPECT_EQ(o.epochs, 5);
    EXPECT_EQ(o.seed, 7U);
    EXPECT_EQ(s.origin("run.seed"), "a.cfg:6");
  }
  EXPECT_EQ(config_error("# a comment\r[training]\repochs = x\r").rfind("a.cfg:3: ", 0), 0U);
  EXPECT_EQ(config_error("[training]\r\nepochs = 5\repoch = 6\n").rfind("a.cfg:3: ", 0), 0U);
  EXPECT_EQ(config_error("[training]\nepochs = 5\r7\n"),
            "a.cfg:3 = '7': needs [section], name = value or # comment");
}

TEST(Settings, ByteOrderMarksAreSeen) {
  const std::string mark = "\xef\xbb\xbf";
  Options o;
  Settings s = registry(o);
  s.read_config_text(mark + "[training]\nepochs = 5\n", "a.cfg");
  EXPECT_EQ(o.epochs, 5);
  Options other;
  registry(other).read_config_text(mark + "# c\r\n[run]\r\nseed = 3\r\n", "a.cfg");
  EXPECT_EQ(other.seed, 3U);
  for (const std::string& text :
       {"[training]\nepochs = 5\n" + mark + "[run]\n", "[training]\n" + mark + "epochs = 5\n",
        mark + "[training]\n" + mark + "epochs = 5\n"}) {
    EXPECT_NE(
        config_error(text).find(" = 'byte order mark (EF BB BF)': needs to stand at the begin"),
        std::string::npos)
        << config_error(text);
  }
  EXPECT_EQ(config_error("[training]\nepochs = 5\n" + mark + "[run]\n").rfind("a.cfg:3 ", 0), 0U);
  for (const std::string& text :
       {std::string("\xff\xfe[\0t\0", 6), std::string("\xfe\xff\0[\0t", 6)}) {
    EXPECT_EQ(config_error(text), "a.cfg: is UTF-16: needs a text in UTF-8");
  }
}

TEST(Settings, ConfigThenCommandLineWhichWins) {
  Options o;
  Settings s = registry(o);
  s.read_config_text(
      "# a comment\n[training]\nepochs = 5 # five\nrate=1e-3\r\n\n[run]\nseed = 7\n"
      "[design]\nlanes = 8, 16\n[prune]\nskip = true\n[training]\nsweep =\n",
      "a.cfg");
  const auto line = s.parse_command_line(
      {"flow.cfg", "--training.epochs=9", "--design.lanes", "3", "--seed", "0", "second"});
  s.apply(line);
  EXPECT_EQ(line.positional, (std::vector<std::string>{"flow.cfg", "second"}));
  EXPECT_EQ(o.epochs, 9);
  EXPECT_EQ(o.rate, 1e-3);
  EXPECT_EQ(o.seed, 0U);
  EXPECT_EQ(o.lanes, (std::vector<int>{3}));
  EXPECT_TRUE(o.skip);
  EXPECT_TRUE(o.sweep.empty());
  EXPECT_EQ(o.samples, 10000);
}

TEST(Settings, ResolvedReadsBackToTheSameSettings) {
  Options o;
  Settings s = registry(o);
  o.rate = 0.1 + 0.2;
  o.network = "runs/a b/network.bin";
  o.masking = Masking::word;
  o.shares = {1.0 / 3, 5e-324, 1};
  const std::string text = s.resolved();
  Options back;
  Settings again = registry(back);
  again.read_config_text(text, "resolved");
  EXPECT_EQ(again.resolved(), text);
  EXPECT_EQ(back.rate, o.rate);
  EXPECT_EQ(back.network, o.network);
  EXPECT_EQ(back.masking, o.masking);
  EXPECT_EQ(back.shares, o.shares);
  EXPECT_EQ(back.seed, o.seed);
  EXPECT_EQ(back.sweep, o.sweep);
  EXPECT_EQ(back.topology, o.topology);
  for (const SettingInfo& info : s.table()) {
    EXPECT_NE(text.find("\n" + info.key.substr(info.key.find('.') + 1) + " = "), std::string::npos)
        << info.key;
  }
}

TEST(Settings, UnknownKeysAreNamedWithASuggestion) {
  EXPECT_EQ(config_error("[training]\n\nepoch = 5\n"),
            "a.cfg:3: training.epoch: unknown key; did you mean training.epochs?");
  EXPECT_EQ(option_error({"--training.epoch=5"}),
            "--training.epoch: unknown key; did you mean training.epochs?");
  EXPECT_EQ(option_error({"--epochs", "5"}),
            "--epochs: unknown key; did you mean training.epochs?");
  EXPECT_NE(option_error({"--zzzzzzzzzzzzzzzz=1"}).find("known sections: training, run"),
            std::string::npos);
  EXPECT_NE(option_error({"-x"}).find("-x"), std::string::npos);
}

TEST(Settings, AKeyTwiceOrWithoutValueIsAnError) {
  EXPECT_EQ(config_error("[training]\nepochs = 5\nepochs = 5\n"),
            "a.cfg:3: training.epochs = '5': stands already in line 2");
  EXPECT_EQ(option_error({"--seed=1", "--run.seed=2"}),
            "--run.seed = '2': stands twice on the command line");
  EXPECT_NE(option_error({"--training.epochs"}).find("training.epochs"), std::string::npos);
  EXPECT_NE(option_error({"--training.epochs="}).find("training.epochs"), std::string::npos);
  EXPECT_NE(option_error({"--training.epochs", "--seed=1"}).find("training.epochs"),
            std::string::npos);
  EXPECT_EQ(config_error("[training]\nepochs\n"),
            "a.cfg:2 = 'epochs': needs [section], name = value or # comment");
}

TEST(Settings, ValuesThatDoNotParseAreErrors) {
  for (const char* value :
       {"-1", "0", "10001", "1e3", "5 x", "5.0", "0x10", "", "+5", "99999999999999999999"}) {
    EXPECT_EQ(config_error(std::string("[training]\nepochs = ") + value + "\n"),
              std::string("a.cfg:2: training.epochs = '") + (*value == 0 ? "(empty)" : value) +
                  "': needs an integer in plain digits, 1 to 10000");
  }
  for (const char* value : {"-1", "18446744073709551616", "-0"}) {
    EXPECT_NE(option_error({"--run.seed", value}).find("run.seed"), std::string::npos) << value;
  }
  for (const char* value : {"nan", "inf", "-inf", "1e999", "0", "1.5", "0.5x", "", "0,5", "-0.1"}) {
    EXPECT_NE(config_error(std::string("[training]\nrate = ") + value + "\n")
                  .find("needs a finite number, above 0 to 1"),
              std::string::npos)
        << value;
  }
  for (const char* value : {"1", "yes", "True", ""}) {
    EXPECT_NE(config_error(std::string("[prune]\nskip = ") + value + "\n").find("true or false"),
              std::string::npos)
        << value;
  }
  EXPECT_EQ(option_error({"--faults.masking=words"}),
            "--faults.masking = 'words': needs one of none, word, bit; did you mean word?");
  EXPECT_EQ(option_error({"--faults.masking=nothing"}),
            "--faults.masking = 'nothing': needs one of none, word, bit");
  EXPECT_NE(config_error("[data]\nname =\n").find("needs a value"), std::string::npos);
  EXPECT_NE(option_error({"--data.name=a#b"}).find("without '#'"), std::string::npos);
  EXPECT_NE(option_error({"--data.name", " a"}).find("blanks"), std::string::npos);
  for (const char* value : {"1,,2", "1,", ",", "0", "1025", "", "1 2", "1,2,3,4,5,6,7,8,9"}) {
    EXPECT_NE(config_error(std::string("[design]\nlanes = ") + value + "\n").find("a.cfg:2"),
              std::string::npos)
        << value;
  }
  EXPECT_NE(config_error("[budget]\nshares = 0.1,0.2\n").find("needs 3 to 3 items"),
            std::string::npos);
  EXPECT_NE(config_error("[training]\nsweep = 784-10,784--10\n").find("784--10"),
            std::string::npos);
}

std::vector<int> whole(const std::string& text) {
  return parse_numbers(text, "dse.lanes", Range<int>{0, 1024}, Range<int>{1, 100},
                       Repeats::refused);
}
std::vector<double> decimal(const std::string& text) {
  return parse_numbers(text, "dse.period", Range<double>{0, 1000, true}, Range<int>{1, 100},
                       Repeats::refused);
}

TEST(NumberList, MixesNumbersRangesStepsAndPowers) {
  EXPECT_EQ(whole("7"), (std::vector<int>{7}));
  EXPECT_EQ(whole("1..4"), (std::vector<int>{1, 2, 3, 4}));
  EXPECT_EQ(whole("3..3"), (std::vector<int>{3}));
  EXPECT_EQ(whole("4..16 step 4"), (std::vector<int>{4, 8, 12, 16}));
  EXPECT_EQ(whole("4..15  step  4"), (std::vector<int>{4, 8, 12}));
  EXPECT_EQ(whole("1..256 times 2"), (std::vector<int>{1, 2, 4, 8, 16, 32, 64, 128, 256}));
  EXPECT_EQ(whole("3..100 times 3"), (std::vector<int>{3, 9, 27, 81}));
  EXPECT_EQ(whole("1, 16..64 times 2 ,5..6, 0"), (std::vector<int>{1, 16, 32, 64, 5, 6, 0}));
  EXPECT_EQ(whole("512..1024 times 2"), (std::vector<int>{512, 1024}));
  EXPECT_EQ(whole("1..1000 times 2147483647"), (std::vector<int>{1}));
  EXPECT_EQ(parse_numbers("3..2147483647 times 2000000000", "a.b", Range<int>{0, 2147483647},
                          Range<int>{0, 9}, Repeats::refused),
            (std::vector<int>{3}));
  EXPECT_EQ(decimal("0.1..0.5 step 0.1"), (std::vector<double>{0.1, 0.2, 0.3, 0.4, 0.5}));
  EXPECT_EQ(decimal("1..3"), (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(decimal("1..3 step 0.75"), (std::vector<double>{1, 1.75, 2.5}));
  EXPECT_EQ(decimal("0.1..1 times 1.5"),
            (std::vector<double>{0.1, 0.15, 0.225, 0.3375, 0.50625, 0.759375}));
  EXPECT_EQ(
      parse_numbers("8,8,1..2,2", "a.b", Range<int>{0, 9}, Range<int>{0, 9}, Repeats::allowed),
      (std::vector<int>{8, 8, 1, 2, 2}));
}

TEST(NumberList, MistakesNameKeyItemAndWhatIsAllowed) {
  const auto error = [](const std::string& text) { return error_of([&] { whole(text); }); };
  EXPECT_EQ(error("2, 1..4"), "dse.lanes = '1..4': needs each number once; 2 stands already");
  EXPECT_EQ(error("4..1"), "dse.lanes = '4..1': needs an end that is not below the begin 4");
  EXPECT_EQ(error("1..4 step 0"),
            "dse.lanes: step = '0': needs an integer in plain digits, above 0");
  EXPECT_NE(error("1..4 times 1").find("dse.lanes: times = '1'"), std::string::npos);
  EXPECT_NE(error("0..4 times 2").find("above 0 to be multiplied"), std::string::npos);
  EXPECT_NE(error("1..2000").find("'2000': needs an integer in plain digits, 0 to 1024"),
            std::string::npos);
  EXPECT_NE(error("0..1024").find("at most 100 numbers"), std::string::npos);
  for (const char* text : {"1..", "..4", "1...4", "1..4 by 2", "1..4 step", "1..4step 2", "1 .. x",
                           "1-4", "1..4..8", "1..4 step 2 times 2", ""}) {
    EXPECT_NE(error(text).find("dse.lanes"), std::string::npos) << text;
  }
  // A step too small to change the number would never end.
  EXPECT_NE(error_of([] { decimal("1..2 step 1e-300"); }).find("'1..2 step 1e-300'"),
            std::string::npos);
}

TEST(Settings, MissingOrForeignConfigFilesAreNamed) {
  Options o;
  Settings s = registry(o);
  EXPECT_EQ(error_of([&] { s.read_config_file("/nonexistent/a.cfg"); }),
            "/nonexistent/a.cfg: cannot open it: No such file or directory");
  EXPECT_NE(error_of([&] { s.read_config_file("/tmp"); }).find("/tmp: cannot read it"),
            std::string::npos);
  EXPECT_NE(error_of([&] { s.read_config_file("/dev/zero"); }).find("at most"), std::string::npos);
  EXPECT_NE(config_error(std::string("\x1f\x8b\x08\x00garbage\n\xff\xfe",
                                     sizeof("\x1f\x8b\x08\x00garbage\n\xff\xfe") - 1))
                .find("a.cfg:1"),
            std::string::npos);
}

TEST(Settings, ADefaultOutsideItsRangeIsRefused) {
  Settings s;
  int value = 0;
  const KeyRows keys = s.without_effect();
  EXPECT_THROW(keys.add("a.b", &value, {1, 2}, "1", "x"), UserError);
  value = 1;
  keys.add("a.b", &value, {1, 2}, "1", "x");
  EXPECT_THROW(keys.add("a.b", &value, {1, 2}, "1", "x"), ContractViolation);
}

TEST(Settings, EveryKeySaysWhoReadsIt) {
  Options o;
  Settings s = registry(o);
  using Keys = std::vector<std::string>;
  EXPECT_EQ(s.keys_read_by("noise"), (Keys{"training.epochs", "training.samples", "training.rate",
                                           "network.file", "training.sweep", "training.topology"}));
  EXPECT_EQ(s.keys_read_by("prune"), Keys{"prune.skip"});
  EXPECT_EQ(s.keys_read_by("data"), Keys{});
  EXPECT_EQ(s.keys_without_effect(), Keys{"run.seed"});
  EXPECT_EQ(s.info("data.name").effect, KeyEffect::content);
  EXPECT_EQ(s.info("training.rate").readers, (Keys{"train", "noise"}));
  EXPECT_EQ(s.info("training.rate").readers_text(), "train, noise");
  EXPECT_EQ(s.info("data.name").readers_text(), "by content");
  EXPECT_EQ(s.info("run.seed").readers_text(), "none");
  EXPECT_THROW(s.read_by({}), ContractViolation);
}

TEST(Range, BoundsANumberAndSaysSo) {
  constexpr Range<double> open{0, 1, true, true};
  static_assert(open.contains(0.5) && !open.contains(0) && !open.contains(1), "both ends are out");
  EXPECT_FALSE(open.contains(std::numeric_limits<double>::quiet_NaN()));
  EXPECT_EQ(range_text(open), "above 0 and below 1");
  EXPECT_EQ(range_text(Range<double>{0, 0.5, true}), "above 0 to 0.5");
  EXPECT_EQ(range_text(Range<int>{1, std::numeric_limits<int>::max()}), "1 or more");
  constexpr Range<int> width{2, 16};
  EXPECT_EQ(range_text(or_zero(width)), "0 to 16");
  EXPECT_EQ(error_of([&] { check_in_range("a.b", 17, width); }), "a.b = '17': needs 2 to 16");
  EXPECT_EQ(error_of([&] { check_in_range("a.b", 16, width); }), "(no error)");
  EXPECT_EQ(error_of([&] {
              check_in_range("a.b", 0.1 + 0.2, Range<double>{0, 0.25});
            }),
            "a.b = '0.30000000000000004': needs 0 to 0.25");
}

TEST(Settings, MarkdownTableHasEveryKeyAndEscapesBars) {
  Options o;
  const Settings s = registry(o);
  const std::string table = s.markdown_table();
  for (const SettingInfo& info : s.table()) {
    EXPECT_NE(table.find("| `" + info.key + "` |"), std::string::npos) << info.key;
  }
  EXPECT_NE(table.find("| `training.rate` | number | 0.1 | 1 | above 0 to 1 | learning rate | "
                       "book \\| Sec. 4.1 | train, noise |"),
            std::string::npos);
}

TEST(Settings, ARenamedKeyIsToldItsNewName) {
  int maps = 3;
  Settings settings;
  settings.without_effect().add("faults.maps", &maps, Range<int>{1, 9}, "maps", "Maps are drawn.");
  settings.rename("faults.trials", "faults.maps");
  const std::string error =
      error_of([&] { settings.read_config_text("[faults]\ntrials = 4\n", "old.cfg"); });
  EXPECT_NE(error.find("old.cfg:2: faults.trials: is called faults.maps now"), std::string::npos)
      << error;
  EXPECT_NE(error.find("new folder"), std::string::npos) << error;
  EXPECT_EQ(maps, 3);
}

/// A registry with a period that may be given as a frequency, and an open section.
struct OpenOptions {
  double period_ns = 4;
  std::vector<double> periods_ns = {4, 5};
  std::vector<std::pair<std::string, std::string>> rows;
};

Settings open_registry(OpenOptions& o) {
  Settings s;
  const KeyRows keys = s.read_by({"dse"});
  keys.add("design.clock_period_ns", &o.period_ns, {0, 1000, true}, "ns", "period");
  keys.add("dse.clock_period_ns", &o.periods_ns, {0, 1000, true}, {1, 10}, "ns", "periods");
  s.by_content().add("tech.size", &o.period_ns, {0, 1000, true}, "1", "a key of the section");
  const auto in_ns = [](const std::string& text, const std::string& where) {
    std::string all;
    for (const double mhz :
         parse_numbers(text, where, Range<double>{1, 1e6}, Range<int>{1, 10}, Repeats::refused)) {
      all += (all.empty() ? "" : ",") + setting_text(1000 / mhz);
    }
    return all;
  };
  s.other_unit("design.clock_mhz", "design.clock_period_ns", in_ns);
  s.other_unit("dse.clock_mhz", "dse.clock_period_ns", in_ns);
  Settings::OpenSection rows;
  rows.names = {"leakage", "energy"};
  rows.info.key = "tech";
  rows.info.effect = KeyEffect::content;
  rows.set = [&o](const std::string& name, const std::string& text, const std::string& where) {
    if (text == "bad") throw UserError(where, text, "needs a number");
    if (!text.empty()) o.rows.emplace_back(name, text);
  };
  s.open_section(std::move(rows));
  return s;
}

std::string open_error(const std::string& config, const std::vector<std::string>& words = {}) {
  OpenOptions o;
  Settings s = open_registry(o);
  return error_of([&] {
    s.read_config_text(config, "a.cfg");
    s.apply(s.parse_command_line(words));
  });
}

TEST(OtherUnit, SetsTheValueOfItsKey) {
  const auto with = [](const std::string& config, const std::vector<std::string>& words) {
    OpenOptions o;
    Settings s = open_registry(o);
    s.read_config_text(config, "a.cfg");
    s.apply(s.parse_command_line(words));
    return s.text("design.clock_period_ns") + " | " + s.text("dse.clock_period_ns") + " | " +
           s.origin("design.clock_period_ns");
  };
  EXPECT_EQ(with("[design]\nclock_mhz = 250\n", {}), "4 | 4,5 | a.cfg:2");
  EXPECT_EQ(with("[design]\nclock_mhz = 500\n[dse]\nclock_mhz = 1000, 100\n", {}),
            "2 | 1,10 | a.cfg:2");
  EXPECT_EQ(with("", {"--design.clock_mhz=200"}), "5 | 4,5 | command line");
  EXPECT_EQ(with("", {"--dse.clock_mhz", "100..300 step 100"}).substr(0, 11), "4 | 10,5,3.");
  // What comes later wins, in either unit.
  EXPECT_EQ(with("[design]\nclock_mhz = 250\n", {"--design.clock_period_ns=3"}),
            "3 | 4,5 | command line");
  EXPECT_EQ(with("[design]\nclock_period_ns = 3\n", {"--design.clock_mhz=500"}),
            "2 | 4,5 | command line");
}

TEST(OtherUnit, IsNoKeyOfTablesAndResolvedConfigs) {
  OpenOptions o;
  Settings s = open_registry(o);
  s.read_config_text("[design]\nclock_mhz = 300\n", "a.cfg");
  EXPECT_EQ(s.resolved().find("mhz"), std::string::npos);
  OpenOptions again;
  Settings t = open_registry(again);
  t.read_config_text(s.resolved(), "resolved");
  EXPECT_EQ(again.period_ns, o.period_ns);
  EXPECT_EQ(s.key_of("design.clock_mhz"), "design.clock_period_ns");
  EXPECT_EQ(s.key_of("tech.size"), "tech.size");
  EXPECT_TRUE(s.accepts("dse.clock_mhz"));
  EXPECT_FALSE(s.has("dse.clock_mhz"));
}

TEST(OtherUnit, OneSourceGivesOneOfTheTwo) {
  EXPECT_EQ(open_error("[design]\nclock_period_ns = 4\nclock_mhz = 250\n"),
            "a.cfg:3: design.clock_mhz = '250': stands beside design.clock_period_ns in line 2: "
            "needs one of the two");
  EXPECT_EQ(open_error("[dse]\nclock_mhz = 250\nclock_period_ns = 4\n"),
            "a.cfg:3: dse.clock_period_ns = '4': stands beside dse.clock_mhz in line 2: needs one "
            "of the two");
  EXPECT_EQ(
      open_error("", {"--design.clock_mhz=250", "--design.clock_period_ns=4"}),
      "--design.clock_period_ns = '4': stands beside --design.clock_mhz: needs one of the two");
  EXPECT_EQ(open_error("", {"--design.clock_mhz=250", "--design.clock_mhz=250"}),
            "--design.clock_mhz = '250': stands twice on the command line");
  EXPECT_NE(open_error("[design]\nclock_mhz = fast\n").find("a.cfg:2: design.clock_mhz = 'fast'"),
            std::string::npos);
  EXPECT_NE(open_error("[design]\nclock_mhz = 0\n").find("design.clock_mhz = '0'"),
            std::string::npos);
  EXPECT_NE(open_error("[design]\nclock_mhz = 200, 250\n").find("design.clock_mhz"),
            std::string::npos);
  EXPECT_NE(open_error("[design]\nclock_mz = 4\n").find("did you mean"), std::string::npos);
}

TEST(OpenSection, TakesItsNamesWithAndWithoutIndex) {
  OpenOptions o;
  Settings s = open_registry(o);
  s.read_config_text("[tech]\nleakage = x0.5\nenergy[4x4] = 3\nsize = 7\n", "a.cfg");
  s.apply(s.parse_command_line({"--tech.energy[8]=2", "--tech.leakage", "x0.25"}));
  EXPECT_EQ(
      o.rows,
      (std::vector<std::pair<std::string, std::string>>{
          {"leakage", "x0.5"}, {"energy[4x4]", "3"}, {"energy[8]", "2"}, {"leakage", "x0.25"}}));
  EXPECT_EQ(o.period_ns, 7);
  EXPECT_EQ(s.text("tech.leakage"), "x0.25");
  EXPECT_EQ(s.origin("tech.leakage"), Settings::kCommandLine);
  EXPECT_EQ(s.info("tech.energy[4x4]").effect, KeyEffect::content);
}

TEST(OpenSection, ResolvesToTheSameValuesAndNoMore) {
  OpenOptions o;
  Settings s = open_registry(o);
  const std::string plain = s.resolved();
  EXPECT_EQ(plain.find("leakage"), std::string::npos);
  s.read_config_text("[tech]\nleakage = x0.5\nenergy[4x4] = 3\n", "a.cfg");
  OpenOptions again;
  Settings t = open_registry(again);
  t.read_config_text(s.resolved(), "resolved");
  EXPECT_EQ(t.resolved(), s.resolved());
  EXPECT_EQ(again.rows, o.rows);
  // An empty value takes it back.
  s.apply(s.parse_command_line({"--tech.leakage=", "--tech.energy[4x4]="}));
  EXPECT_EQ(s.resolved(), plain);
}

TEST(OpenSection, MistakesAreNamed) {
  EXPECT_EQ(open_error("[tech]\nleekage = 3\n"),
            "a.cfg:2: tech.leekage: unknown key; did you mean tech.leakage?");
  EXPECT_EQ(open_error("", {"--tech.enery=3"}),
            "--tech.enery: unknown key; did you mean tech.energy?");
  EXPECT_EQ(open_error("[tech]\nleakage = bad\n"), "a.cfg:2: tech.leakage = 'bad': needs a number");
  EXPECT_EQ(open_error("", {"--tech.leakage=bad"}), "--tech.leakage = 'bad': needs a number");
  EXPECT_EQ(open_error("", {"--tech.leakage=1", "--tech.leakage=2"}),
            "--tech.leakage = '2': stands twice on the command line");
  EXPECT_NE(open_error("[tech]\nleakage = 1\nleakage = 2\n").find("stands already in line 2"),
            std::string::npos);
  EXPECT_NE(open_error("[design]\nleakage = 1\n").find("unknown key"), std::string::npos);
}

}  // namespace
}  // namespace minerva
