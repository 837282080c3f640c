#include "minerva/workloads/published_profile.hpp"

namespace minerva::workloads {

const std::vector<PublishedProfile>& published_profiles() {
  static const std::vector<PublishedProfile> rows = {
      {"seq2seq", {3, 2, 35, 0, 0, 0, 32, 0, 0, 2, 0, 0, 0, 0, 0, 0, 3, 20, 0, 1, 0, 0}},
      {"memnet", {2, 1, 33, 1, 0, 4, 12, 2, 0, 9, 0, 0, 0, 0, 5, 0, 9, 13, 0, 0, 1, 1}},
      {"speech", {0, 0, 0, 0, 0, 0, 89, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 3, 0, 0, 0}},
      {"autoenc", {3, 0, 6, 0, 5, 0, 58, 0, 0, 2, 0, 0, 0, 5, 8, 0, 0, 9, 0, 0, 0, 0}},
      {"residual", {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 33, 34, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
      {"vgg", {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 35, 31, 30, 0, 2, 0, 0, 0, 0, 0, 0, 0}},
      {"alexnet", {0, 0, 0, 0, 0, 0, 7, 0, 3, 0, 31, 26, 31, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
      {"deepq", {0, 0, 0, 0, 0, 0, 11, 0, 0, 0, 33, 27, 20, 0, 0, 7, 0, 0, 0, 0, 0, 0}},
  };
  return rows;
}

std::vector<double> published_shares(const PublishedProfile& profile) {
  std::vector<double> shares;
  for (const int percent : profile.percent) shares.push_back(percent / 100.0);
  return shares;
}

}  // namespace minerva::workloads
