#include "minerva/workloads/image_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <numeric>

#include "minerva/base/errors.hpp"
#include "minerva/workloads/arcade_play.hpp"
#include "program.hpp"

namespace minerva::workloads {
namespace {

using minerva::test::TemporaryFolder;

void write(const std::string& path, const std::string& bytes) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

TEST(Netpbm, IsReadWithItsCommentsAndLargestValue) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/image.ppm";
  write(path,
        std::string("P6 # colours\n2 1\n# more\n100\n") + '\0' + '\x64' + '\x32' + "\x01\x02\x03");
  const ColourImage image = read_netpbm(path);
  EXPECT_EQ(image.rows, 1);
  EXPECT_EQ(image.columns, 2);
  EXPECT_EQ(image.pixels, (std::vector<std::uint8_t>{0, 255, 128, 3, 5, 8}));
  write(path, "P5\n2 2\n255\nabcd");
  EXPECT_EQ(read_netpbm(path).pixels, (std::vector<std::uint8_t>{'a', 'a', 'a', 'b', 'b', 'b', 'c',
                                                                 'c', 'c', 'd', 'd', 'd'}));
}

TEST(Netpbm, RefusesWhatItIsNot) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/image.ppm";
  for (const char* bytes : {"", "P6", "P3\n1 1\n255\n0 0 0", "P6\n0 1\n255\n", "P6\n1 99999\n255\n",
                            "P6\n1 1\n65535\nabcdef", "P6\n1 1\n255\nab", "P6\n1 1\n255\nabcd",
                            "P6\n1 one\n255\nabc", "P5\n99999999999 1\n255\na"}) {
    write(path, bytes);
    EXPECT_THROW(read_netpbm(path), UserError) << bytes;
  }
  EXPECT_THROW(read_netpbm(folder.path() + "/nothing.ppm"), UserError);
}

TEST(SquareOf, TakesTheMiddleAndMeansOfAreas) {
  // A row of four points, of which the square of the middle is one, by its column 1.
  EXPECT_EQ(square_of({1, 4, {1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4}}, 1),
            (std::vector<float>{2, 2, 2}));
  // 3 x 3 to 2 x 2: each point is a mean over 1.5 x 1.5, and all have the mean of the image.
  ColourImage image{3, 3, {}};
  for (int i = 0; i < 9; ++i) {
    for (int colour = 0; colour < 3; ++colour) {
      image.pixels.push_back(static_cast<std::uint8_t>(10 * i + colour));
    }
  }
  const std::vector<float> square = square_of(image, 2);
  ASSERT_EQ(square.size(), 12u);
  EXPECT_NEAR(square[0], (0 + 0.5 * 10 + 0.5 * 30 + 0.25 * 40) / 2.25, 1e-4);
  EXPECT_NEAR(std::accumulate(square.begin(), square.begin() + 4, 0.0) / 4, 40, 1e-4);
  EXPECT_NEAR(square[4] - square[0], 1, 1e-4) << "the second colour";
  const std::vector<float> large = square_of(image, 6);
  EXPECT_EQ(large[0], 0) << "every point twice as wide and high";
  EXPECT_EQ(large[1], 0);
  EXPECT_EQ(large[2], 10);
}

TEST(ImageFolder, ListsClassesAndHoldsEveryFifthOut) {
  const TemporaryFolder folder;
  for (const char* name : {"cats", "ants"}) {
    for (int i = 0; i < 11; ++i) {
      write(folder.path() + "/" + name + "/" + std::to_string(10 + i) + ".pgm", "P5\n1 1\n255\na");
    }
    write(folder.path() + "/" + name + "/notes.txt", "no image");
  }
  write(folder.path() + "/readme", "no folder");
  const ImageFolder images = list_image_folder(folder.path(), 10);
  EXPECT_EQ(images.classes, (std::vector<std::string>{"ants", "cats"}));
  EXPECT_EQ(images.train.size(), 18u);
  ASSERT_EQ(images.test.size(), 4u);
  EXPECT_EQ(images.test[0].path, folder.path() + "/ants/14.pgm");
  EXPECT_EQ(images.test[3].label, 1);
  EXPECT_THROW(list_image_folder(folder.path(), 1), UserError) << "more classes than outputs";
  write(folder.path() + "/dogs/one.ppm", "P6");
  EXPECT_THROW(list_image_folder(folder.path(), 10), UserError) << "too few images";
  EXPECT_THROW(list_image_folder(folder.path() + "/nowhere", 10), UserError);
}

TEST(MeanScore, RepeatsItselfAndAsksThePolicyUnlessItExplores) {
  ScoredGames games;
  games.side = 44;
  games.episodes = 3;
  const Policy idle = [](const std::vector<float>&) { return 0; };
  std::vector<std::vector<float>> seen;
  const double first = mean_score(games, idle, &seen);
  EXPECT_EQ(mean_score(games, idle), first);
  ASSERT_GT(seen.size(), 10u);
  EXPECT_EQ(seen[0].size(), 4u * 44 * 44);
  const std::vector<double> each = episode_scores(games, idle);
  ASSERT_EQ(each.size(), 3u);
  EXPECT_DOUBLE_EQ((each[0] + each[1] + each[2]) / 3, first);
  games.episodes = 2;
  const std::vector<double> fewer = episode_scores(games, idle);
  EXPECT_EQ(fewer[0], each[0]);
  EXPECT_EQ(fewer[1], each[1]) << "a game is the same whatever follows it";
  games.episodes = 3;
  games.exploration = 1;
  seen.clear();
  const double random = mean_score(games, idle, &seen);
  EXPECT_TRUE(seen.empty()) << "a random player is not asked";
  EXPECT_EQ(mean_score(games, [](const std::vector<float>&) { return 3; }), random);
}

}  // namespace
}  // namespace minerva::workloads
