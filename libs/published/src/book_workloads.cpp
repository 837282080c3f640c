#include "minerva/published/book_workloads.hpp"

#include <algorithm>

namespace minerva {

const std::array<BookWorkload, 5>& book_workloads() {
  static constexpr std::array<BookWorkload, 5> kWorkloads = {
      {{"mnist", "MNIST", "784-256-256-256-10", 1.4, 0.14},
       {"forest", "Forest", "54-128-512-128-8", 28.87, 2.7},
       {"reuters", "Reuters", "2837-128-64-512-52", 5.30, 1.0},
       {"webkb", "WebKB", "3418-128-32-128-4", 9.89, 0.71},
       {"20ng", "20NG", "21979-64-64-256-20", 17.8, 1.4}}};
  return kWorkloads;
}

const BookWorkload* book_workload(const std::string& data_set) {
  const auto& all = book_workloads();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const BookWorkload& w) { return data_set == w.data_set; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace minerva
