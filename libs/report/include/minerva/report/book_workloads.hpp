#pragma once
#include <string>

namespace minerva {

/// The book's network and error for one of its five data sets (Table 4.1).
struct BookWorkload {
  const char* data_set;
  const char* topology;
  double error_percent;  ///< on the test set
  double sigma_percent;  ///< over 50 trainings: one ITN
};
/// Null for a data set that the book does not have.
const BookWorkload* book_workload(const std::string& data_set);

}  // namespace minerva
