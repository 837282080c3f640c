#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "minerva/base/errors.hpp"
#include "minerva/workloads/arcade.hpp"
#include "minerva/workloads/babi.hpp"
#include "minerva/workloads/sentence_pairs.hpp"
#include "minerva/workloads/spoken_digits.hpp"
#include "program.hpp"

namespace minerva::workloads {
namespace {

using minerva::test::TemporaryFolder;

std::string message_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(Babi, ReadsFactsAndQuestions) {
  const TemporaryFolder folder;
  const std::string train =
      folder.write("train.txt",
                   "1 Mary moved to the bathroom.\n2 Where is Mary? \tbathroom\t1\n"
                   "3 John went home.\n4 Where is John?\thome\t3\n1 Mary is here.\n"
                   "2 Where is Mary?\there\t1\n");
  const std::string test =
      folder.write("test.txt", "1 Mary went home.\n2 Where is Mary?\thome\t1\n");
  const BabiTask task = read_babi(train, test);
  ASSERT_EQ(task.train.size(), 3u);
  ASSERT_EQ(task.test.size(), 1u);
  EXPECT_EQ(task.sentence_words, 5);
  EXPECT_EQ(task.longest_story, 2);
  EXPECT_EQ(task.words.front(), "");
  EXPECT_EQ(task.words.size(), 12u);
  const BabiQuestion& second = task.train[1];
  ASSERT_EQ(second.facts.size(), 2u) << "earlier questions are no facts";
  EXPECT_EQ(task.words[static_cast<std::size_t>(second.facts[0][0])], "mary");
  EXPECT_EQ(task.words[static_cast<std::size_t>(second.answer)], "home");
  EXPECT_EQ(task.train[2].facts.size(), 1u) << "number 1 begins a story";
}

TEST(Babi, NamesFileAndLine) {
  const TemporaryFolder folder;
  const std::string good = folder.write("good.txt", "1 A b.\n2 Where is A?\tb\t1\n");
  for (const char* bad : {"Mary moved.\n", "1 A b.\n3 C d.\n", "1 Where?\tx\t1\n", "1 A b.\n"}) {
    const std::string path = folder.write("bad.txt", bad);
    EXPECT_NE(message_of([&] { read_babi(path, good); }).find("bad.txt"), std::string::npos) << bad;
  }
  EXPECT_NE(message_of([&] { read_babi(folder.path() + "/none", good); }).find("none"),
            std::string::npos);
}

TEST(SentencePairs, FallIntoTheFirstBucketThatHoldsThem) {
  const TemporaryFolder folder;
  const std::string path = folder.write(
      "pairs.tsv",
      "a\tThe earth, the sea.\tLa tierra.\n"  // 6 source words with punctuation: second bucket
      "b\tThe sea.\tEl mar: agua ÁGUA.\n"     // 3 source words, 6 + 1 target words: first
      "c\tsea sea sea sea\tmar\n");           // 4 source words: first
  const SentencePairs pairs = read_sentence_pairs(path, 100);
  EXPECT_EQ(pairs.buckets[0].size(), 2u);
  EXPECT_EQ(pairs.buckets[1].size(), 1u);
  EXPECT_EQ(pairs.too_long, 0u);
  EXPECT_EQ(pairs.source_words[kSpecialWords], "sea") << "the most frequent word first";
  EXPECT_EQ(pairs.source_words[kSpecialWords + 1], "the");
  const SentencePair& second = pairs.buckets[0][0];
  EXPECT_EQ(second.target.back(), int{kEndWord});
  EXPECT_EQ(second.target.size(), 7u);
  EXPECT_NE(second.target[3], second.target[4]) << "agua and água are two words";
  const SentencePairs few = read_sentence_pairs(path, kSpecialWords + 1);
  EXPECT_EQ(few.buckets[0][0].source[0], int{kUnknownWord});
  EXPECT_NE(message_of([&] {
              read_sentence_pairs(folder.write("bad.tsv", "one\ttwo\n"), 100);
            }).find("bad.tsv:1"),
            std::string::npos);
}

TEST(MelCepstrum, OfSilenceAndOfTones) {
  const std::vector<std::int16_t> silence(400, 0);
  const std::vector<float> quiet = mel_cepstrum(silence.data(), silence.size());
  ASSERT_EQ(quiet.size(), 3u * kSpeechCoefficients) << "1 + (400 - 200) / 80 frames";
  // All energies are equal, so that all coefficients but the first are 0.
  EXPECT_NEAR(quiet[0], std::log(1e-10) * std::sqrt(26.0), 1e-3);
  for (std::size_t c = 1; c < kSpeechCoefficients; ++c) EXPECT_NEAR(quiet[c], 0, 1e-4);
  // A low tone has its energy in the low filters: its second coefficient is positive, a high one's
  // is negative.
  const auto tone = [](double hz) {
    std::vector<std::int16_t> samples;
    for (int i = 0; i < 400; ++i) {
      samples.push_back(
          static_cast<std::int16_t>(10000 * std::sin(2 * 3.14159265 * hz * i / 8000)));
    }
    return mel_cepstrum(samples.data(), samples.size());
  };
  EXPECT_GT(tone(200)[1], 5);
  EXPECT_LT(tone(3500)[1], -5);
}

TEST(DigitPhonemes, AreNineteen) {
  EXPECT_EQ(digit_phonemes().size(), 19u);
  EXPECT_EQ(phonemes_of_digit(0).size(), 4u);
  EXPECT_EQ(phonemes_of_digit(9).front(), phonemes_of_digit(9).back()) << "N AY N";
}

TEST(PaddleGame, IsTheSameForTheSameSeed) {
  PaddleGame first(7);
  PaddleGame second(7);
  PaddleGame other(8);
  bool differs = false;
  for (int i = 0; i < 2000; ++i) {
    const int action = i / 50 % 4;
    EXPECT_EQ(first.act(action), second.act(action));
    other.act(action);
    differs = differs || first.ball_column() != other.ball_column();
  }
  EXPECT_EQ(first.screen_grayscale(), second.screen_grayscale());
  EXPECT_TRUE(differs);
}

/// Follows the ball; the paddle's middle is 14 points from its left.
int following(const PaddleGame& game) {
  const int offset = game.ball_column() + 3 - game.paddle_left() - 14;
  return offset > 3 ? 2 : offset < -3 ? 3 : 0;
}

TEST(PaddleGame, CanBePlayedWellAndBadly) {
  const auto score = [](const std::function<int(const PaddleGame&)>& player) {
    PaddleGame game(1);
    int sum = 0;
    int frames = 0;
    while (!game.game_over()) {
      sum += game.act(player(game));
      ++frames;
    }
    EXPECT_LE(frames, 10000);
    return sum;
  };
  EXPECT_LT(score([](const PaddleGame&) { return 0; }), 12);
  EXPECT_GT(score(following), 50);
}

TEST(FrameStack, ReducesByTheMeanOfTheAreaUnderAPoint) {
  // Brightness of a screen that is linear keeps its mean, and a constant stays.
  const std::vector<std::uint8_t> flat(std::size_t{kScreenRows} * kScreenColumns, 77);
  for (const std::uint8_t point : reduced_screen(flat, 84)) EXPECT_EQ(point, 77);
  std::vector<std::uint8_t> half = flat;
  std::fill(half.begin(), half.begin() + kScreenRows / 2 * kScreenColumns, std::uint8_t{255});
  const std::vector<std::uint8_t> two = reduced_screen(half, 2);
  EXPECT_EQ(two, (std::vector<std::uint8_t>{255, 255, 77, 77}));
  FrameStack stack(2);
  stack.add(half, flat);
  EXPECT_EQ(stack.newest(), two) << "the brighter of two screens";
  EXPECT_EQ(stack.frames()[0], (std::vector<std::uint8_t>{0, 0, 0, 0}));
}

}  // namespace
}  // namespace minerva::workloads
