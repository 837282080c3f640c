#pragma once
#include <array>
#include <string>

namespace minerva {

/// The book's network and error for one of its five data sets (Table 4.1).
struct BookWorkload {
  const char* data_set;  ///< as the key data.set calls it
  const char* title;     ///< as the book calls it
  const char* topology;
  double error_percent;  ///< on the test set
  double sigma_percent;  ///< over 50 trainings: one ITN
};

/// The five, in the order of the book's table.
const std::array<BookWorkload, 5>& book_workloads();

/// Null for a data set that the book does not have.
const BookWorkload* book_workload(const std::string& data_set);

}  // namespace minerva
