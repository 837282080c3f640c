#include "minerva/report/book_workloads.hpp"

#include <algorithm>
#include <array>

namespace minerva {
namespace {

constexpr std::array<BookWorkload, 5> kBook = {{{"mnist", "784-256-256-256-10", 1.4, 0.14},
                                                {"forest", "54-128-512-128-8", 28.87, 2.7},
                                                {"reuters", "2837-128-64-512-52", 5.30, 1.0},
                                                {"webkb", "3418-128-32-128-4", 9.89, 0.71},
                                                {"20ng", "21979-64-64-256-20", 17.8, 1.4}}};

}  // namespace

const BookWorkload* book_workload(const std::string& data_set) {
  const auto found = std::find_if(kBook.begin(), kBook.end(),
                                  [&](const BookWorkload& w) { return data_set == w.data_set; });
  return found == kBook.end() ? nullptr : &*found;
}

}  // namespace minerva
